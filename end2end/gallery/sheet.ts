import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PLACES } from "../tests/support/places";

/** Where the pictures are. */
export const FOLDER = join(__dirname, "../../target/gallery");
/** What there is a picture of each place in. */
export const LANGUAGES = ["en", "de", "ar"] as const;
export const SCHEMES = ["light", "dark"] as const;
export const SIZES = [
  { width: 1280, height: 800 },
  { width: 360, height: 740 },
] as const;

const STYLE = `
  body { margin: 2rem; background: #888; font: 1rem system-ui, sans-serif; }
  h2 { margin-block: 2rem 0.5rem; }
  div { display: flex; gap: 0.5rem; align-items: start; overflow-x: auto; }
  figure { margin: 0; flex: none; }
  img { display: block; block-size: 24rem; background: #fff; }
  figcaption { font-size: 0.75rem; }`;

/** Writes the contact sheet: a row for each place. */
export default function sheet() {
  const there = new Set(readdirSync(FOLDER));
  const rows = PLACES.map(({ name }) => {
    const files = LANGUAGES.flatMap((language) =>
      SIZES.flatMap(({ width }) => SCHEMES.map((scheme) => `${name}-${language}-${width}-${scheme}.png`)),
    );
    const figures = files.filter((file) => there.has(file)).map((file) => {
      const caption = file.slice(name.length + 1, -".png".length).replaceAll("-", " ");
      return `<figure><a href="${file}"><img src="${file}" alt="${name}, ${caption}" loading="lazy"></a><figcaption>${caption}</figcaption></figure>`;
    });
    return `<h2 id="${name}">${name}</h2>\n<div>${figures.join("\n")}</div>`;
  });
  const head = `<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Gallery</title>\n<style>${STYLE}\n</style>`;
  writeFileSync(join(FOLDER, "index.html"), `${head}\n<h1>Every page and state</h1>\n${rows.join("\n")}\n`);
}
