import { chooseLanguage, expect, signIn, test } from "./support";
import { bringAxe, violations } from "./support/axe";
import { PLACES } from "./support/places";

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
      await bringAxe(page);
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
