import { join } from "node:path";
import { chooseLanguage, expect, signIn, test } from "../tests/support";
import { PLACES } from "../tests/support/places";
import { FOLDER, LANGUAGES, SCHEMES, SIZES } from "./sheet";

for (const language of LANGUAGES) {
  for (const place of PLACES) {
    test(`${place.name}, ${language}`, async ({ page, context, person, watch, serve }) => {
      test.slow();
      await page.setViewportSize(SIZES[0]);
      await chooseLanguage(context, language);
      if (place.signedIn) await signIn(context, person);
      await place.visit({ page, person, watch, serve });
      await expect(page.locator("html")).toHaveAttribute("lang", language);
      for (const size of SIZES) {
        await page.setViewportSize(size);
        for (const colorScheme of SCHEMES) {
          await page.emulateMedia({ colorScheme });
          // A dialog covers what is in sight, not the rest of a long page.
          const fullPage = (await page.locator("dialog[open]").count()) === 0;
          const file = `${place.name}-${language}-${size.width}-${colorScheme}.png`;
          await page.screenshot({ path: join(FOLDER, file), fullPage, animations: "disabled" });
        }
      }
    });
  }
}
