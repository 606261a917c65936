import { chooseLanguage, expect, formLives, openAccount, openDeveloper, signIn, test, wakes, type Page } from "./support";
import { FIREFOX, signInElsewhere } from "./support/elsewhere";
import { painted, type Painted } from "./support/pixels";

/** A rule of a stylesheet: what stands before its braces, and what stands within. */
interface Rule {
  head: string;
  declarations: [string, string][];
  rules: Rule[];
}

/** Splits at a mark that stands in no bracket and no quotes. */
function split(text: string, mark: string): string[] {
  const parts = [""];
  let [depth, quote] = [0, ""];
  for (const letter of text) {
    if (quote) quote = letter === quote ? "" : quote;
    else if (letter === '"' || letter === "'") quote = letter;
    else if ("([{".includes(letter)) depth += 1;
    else if (")]}".includes(letter)) depth -= 1;
    if (letter === mark && depth === 0 && !quote) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

/** Reads a stylesheet as it is written; a browser would leave out what it does not know. */
function read(text: string): { declarations: [string, string][]; rules: Rule[] } {
  const found = { declarations: [] as [string, string][], rules: [] as Rule[] };
  let [start, depth, open, quote] = [0, 0, 0, ""];
  const plain = (part: string) => {
    for (const line of split(part, ";")) {
      const colon = line.indexOf(":");
      if (colon > 0 && !line.startsWith("@")) found.declarations.push([line.slice(0, colon).trim(), line.slice(colon + 1).trim()]);
    }
  };
  for (let n = 0; n < text.length; n += 1) {
    const letter = text[n] ?? "";
    if (quote) {
      if (letter === quote) quote = "";
    } else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === "{") {
      if (depth === 0) open = n;
      depth += 1;
    } else if (letter === "}") {
      depth -= 1;
      if (depth > 0) continue;
      const before = text.slice(start, open);
      const cut = before.lastIndexOf(";") + 1;
      plain(before.slice(0, cut));
      found.rules.push({ head: before.slice(cut).trim(), ...read(text.slice(open + 1, n)) });
      start = n + 1;
    }
  }
  plain(text.slice(start));
  return found;
}

/** The stylesheet of a page as the server sends it, linked or within. */
async function sheet(page: Page): Promise<string> {
  const texts = await page.evaluate(async () => {
    const links = [...document.querySelectorAll<HTMLLinkElement>("link[rel=stylesheet]")];
    const linked = await Promise.all(links.map(async (link) => (await fetch(link.href)).text()));
    return [...linked, ...[...document.querySelectorAll("style")].map((style) => style.textContent ?? "")];
  });
  return texts.join("\n").replace(/\/\*[^]*?\*\//g, "");
}

/** Of Firefox and of Safari, whose own words Chromium need not know. */
const FOREIGN = /-moz-|::-webkit-details-marker$|^-webkit-text-size-adjust$/;

// Parts of the sheet go with the pages that have what they are for.
const PAGES = ["/", "/login", "/register", "/account/developer"];
for (const path of PAGES) test(`every selector and declaration of the sheet of ${path} holds in this browser`, async ({ page, context, person }) => {
  if (path.startsWith("/account")) await signIn(context, person);
  await page.goto(path);
  const { rules } = read(await sheet(page));
  const selectors: string[] = [];
  const declarations: [string, string][] = [];
  let count = 0;
  const walk = (rules: Rule[], isFrames: boolean) => {
    for (const rule of rules) {
      if (rule.head.startsWith("@")) {
        // Of descriptors, such as those of a font, `supports` says nothing.
        if (/^@(media|layer|supports|container|starting-style)\b/.test(rule.head)) walk(rule.rules, false);
        else if (/^@(-webkit-)?keyframes\b/.test(rule.head)) walk(rule.rules, true);
        else expect(rule.head).toMatch(/^@(view-transition|font-face|property|page)\b/);
        continue;
      }
      expect(rule.rules, `a rule within ${rule.head}`).toEqual([]);
      if (!isFrames) {
        count += 1;
        selectors.push(...split(rule.head, ","));
      }
      declarations.push(...rule.declarations);
    }
  };
  walk(rules, false);
  expect(selectors.length).toBeGreaterThan(path.startsWith("/account") ? 180 : 120);
  expect(declarations.length).toBeGreaterThan(path.startsWith("/account") ? 500 : 300);
  const refused = await page.evaluate(
    ({ selectors, declarations }) => [
      ...selectors.filter((selector) => !CSS.supports(`selector(${selector})`)),
      ...declarations
        .filter(([name, value]) => !name.startsWith("--") && !CSS.supports(name, value.replace(/\s*!important$/, "")))
        .map(([name, value]) => `${name}: ${value}`),
    ],
    { selectors, declarations },
  );
  expect(refused.filter((text) => !FOREIGN.test(text.split(": ")[0] ?? text))).toEqual([]);

  // And none was left out on the way: the browser has as many rules as were written, but for the foreign ones.
  const kept = await page.evaluate(() => {
    const count = (rules: CSSRuleList): number =>
      [...rules].reduce((sum, rule) => {
        if (rule instanceof CSSStyleRule) return sum + 1;
        return rule instanceof CSSKeyframesRule ? sum : sum + ("cssRules" in rule ? count(rule.cssRules as CSSRuleList) : 0);
      }, 0);
    return [...document.styleSheets].reduce((sum, sheet) => sum + count(sheet.cssRules), 0);
  });
  const foreign = refused.filter((text) => /^[:.\w].*::?-moz-/.test(text)).length;
  expect(foreign).toBeLessThan(5);
  expect(kept).toBeGreaterThanOrEqual(count - foreign);
});

/** Sets what a meter shows, and looks at it. */
async function look(page: Page, meter: string, share: number): Promise<Painted> {
  const element = page.locator(meter);
  await element.evaluate((meter: HTMLMeterElement, share) => {
    meter.hidden = false;
    meter.min = 0;
    meter.max = 100;
    meter.low = 20;
    meter.high = 40;
    meter.optimum = 100;
    meter.value = share * 100;
  }, share);
  return painted(element);
}

/** The colours across the middle of a meter, each at a share of its width; each the same from top to bottom. */
function across(meter: Painted, shares: number[]): string[] {
  return shares.map((share) => {
    const x = meter.width * share;
    const colours = Array.from({ length: meter.height - 2 }, (_, n) => meter.at(x, n + 1));
    expect(new Set(colours).size, `the colours at ${share} from top to bottom: ${colours.join(" ")}`).toBe(1);
    return colours[0] ?? "";
  });
}

for (const [name, dir] of [["from the left", "ltr"], ["from the right", "rtl"]] as const) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`meters are filled as high as they are, and as far as they say, ${name}, ${colorScheme}`, async ({ page, context, person }) => {
      await page.emulateMedia({ colorScheme });
      await chooseLanguage(context, dir === "rtl" ? "ar" : "en");
      await page.goto("/register");
      await formLives(page);
      const check = async (meter: string) => {
        const shares = [0.05, 0.2, 0.45, 0.55, 0.8, 0.95];
        const full = across(await look(page, meter, 1), shares);
        const empty = across(await look(page, meter, 0), shares);
        const half = across(await look(page, meter, 0.5), shares);
        expect(new Set(full).size).toBe(1);
        expect(new Set(empty).size).toBe(1);
        expect(full[0]).not.toBe(empty[0]);
        const filled = half.map((colour) => colour === full[0]);
        expect(filled).toEqual(shares.map((share) => (dir === "ltr" ? share < 0.5 : share > 0.5)));
        const little = across(await look(page, meter, 0.3), shares);
        const edge = dir === "ltr" ? little[0] : little.at(-1);
        expect(edge, "little has a colour of its own").not.toBe(full[0]);
        expect(edge).not.toBe(empty[0]);
      };
      await check("main .strength meter");
      await signIn(context, person);
      await openDeveloper(page);
      // It is written every second.
      await page.evaluate(() => document.getElementById("panel-life")?.removeAttribute("id"));
      await check("#panel-token meter");
    });
  }
}

test("below the last row of a card is nothing but the card", async ({ page, context, person }) => {
  await signIn(context, person);
  for (const path of ["/account", "/account/security", "/account/activity"]) {
    await openAccount(page, "", path);
    for (const card of await page.locator("main section.card:has(.rows)").all()) {
      const ends = await card.evaluate((card) => {
        const last = [...card.querySelectorAll(".rows > *")].at(-1);
        return (last?.getBoundingClientRect().bottom ?? 0) - card.getBoundingClientRect().top;
      });
      const picture = await painted(card);
      const below = Array.from({ length: Math.floor(picture.height - 3 - ends) }, (_, n) => picture.at(picture.width / 2, ends + 1 + n));
      expect(below.length, path).toBeGreaterThan(5);
      expect(new Set(below).size, `${path}: ${below.join(" ")}`).toBe(1);
    }
  }
});

test("between two rows is one line, and none above the first", async ({ page, context, person }) => {
  await signIn(context, person);
  await signInElsewhere(person, FIREFOX);
  await page.goto("/account/devices");
  await wakes(page);
  const card = page.getByRole("region", { name: "Devices" });
  const { tops, from } = await card.evaluate((card) => {
    const top = card.getBoundingClientRect().top;
    const rows = [...card.querySelectorAll(".rows > li")].map((row) => row.getBoundingClientRect().top - top);
    return { tops: rows, from: card.getBoundingClientRect().width / 2 };
  });
  expect(tops.length).toBeGreaterThan(1);
  const picture = await painted(card);
  const background = picture.at(from, 4);
  expect(picture.at(from, (tops[0] ?? 0) + 0.5)).toBe(background);
  for (const top of tops.slice(1)) {
    const line = [-2, -1, 0, 1, 2].map((by) => picture.at(from, Math.round(top) + by)).filter((colour) => colour !== background);
    expect(line.length).toBe(1);
  }
});
