import axe from "axe-core";
import { chooseLanguage, expect, signIn, test, type Page } from "./support";
import { PLACES } from "./support/places";

/** What axe finds: all of it, or only what colours change. Forced colours are the reader's own: their contrast is theirs. */
async function violations(page: Page, isWhole: boolean, isForced: boolean): Promise<string[]> {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  const rules = [...(isForced ? [] : ["color-contrast"]), "link-in-text-block", "target-size", "image-alt", "label"];
  const runOnly = isWhole ? { type: "tag" as const, values: tags } : { type: "rule" as const, values: rules };
  const { violations, passes } = await page.evaluate(
    (options) => (window as unknown as { axe: typeof axe }).axe.run(document, options),
    { runOnly, resultTypes: ["violations" as const] },
  );
  expect(passes.length).toBeGreaterThan(isWhole ? 10 : 0);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
}

/** What a reader may ask for. */
const MEDIA = [
  { colorScheme: "light" },
  { colorScheme: "dark" },
  { colorScheme: "light", forcedColors: "active" },
  { colorScheme: "dark", forcedColors: "active" },
  { colorScheme: "light", forcedColors: "none", contrast: "more" },
  { colorScheme: "dark", forcedColors: "none", contrast: "more" },
] as const;

/** Languages, and in how many colours each is looked at. German has the longest words, and no other colours than English. */
const LANGUAGES = [
  ["en", "ltr", MEDIA],
  ["ar", "rtl", MEDIA],
  ["de", "ltr", MEDIA.slice(0, 1)],
] as const;

for (const place of PLACES) {
  for (const [language, direction, all] of LANGUAGES) {
    test(`${place.name} in ${language}, in ${all.length === 1 ? "one colour" : "every colour"}`, async ({ page, context, person, watch, serve }) => {
      test.slow();
      await chooseLanguage(context, language);
      await page.emulateMedia({ colorScheme: "light" });
      if (place.signedIn) await signIn(context, person);
      await place.visit({ page, person, watch, serve });
      // Once for all colours: the builder of @axe-core/playwright parses it anew for each, and opens a page for the result.
      await page.evaluate(axe.source);
      for (const [n, media] of all.entries()) {
        await page.emulateMedia(media);
        expect(await violations(page, n === 0, "forcedColors" in media && media.forcedColors === "active"), JSON.stringify(media)).toEqual([]);
      }

      // Beyond axe: one first heading, the landmarks, a language, a title of its own.
      await expect(page.locator("h1")).toHaveCount(1);
      for (const landmark of ["header", "main", "footer"])
        await expect(page.locator(landmark)).toHaveCount(1);
      await expect(page.locator("html")).toHaveAttribute("lang", language);
      await expect(page.locator("html")).toHaveAttribute("dir", direction);
      await expect(page).toHaveTitle(/.+ · \u2068?Vestibule\u2069?$/);
    });
  }
}
