import AxeBuilder from "@axe-core/playwright";
import { expect, signIn, test } from "./support";
import { PLACES } from "./support/places";

for (const place of PLACES) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`${place.name} in ${colorScheme} colours`, async ({ page, context, person, watch }) => {
      await page.emulateMedia({ colorScheme });
      if (place.signedIn) await signIn(context, person);
      await place.visit(page, person, watch);
      const { violations, passes } = await new AxeBuilder({ page })
        .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
        .analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`)).toEqual([]);
      expect(passes.length).toBeGreaterThan(10);

      // Beyond axe: one first heading, the landmarks, a language, a title of its own.
      await expect(page.locator("h1")).toHaveCount(1);
      for (const landmark of ["banner", "main", "contentinfo"] as const)
        await expect(page.getByRole(landmark)).toHaveCount(1);
      await expect(page.locator("html")).toHaveAttribute("lang", "en");
      await expect(page).toHaveTitle(/.+ · Vestibule$/);
    });
  }
}
