import { join } from "node:path";
import { expect, signIn, test, type Page } from "./support";
import { PLACES } from "./support/places";

const ROOT = join(__dirname, "../..");

/** Visible elements that reach beyond the window's sides. */
async function wide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const beyond = [...document.querySelectorAll("body *")].filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 1 && (box.right > innerWidth + 0.5 || box.left < -0.5);
    });
    return beyond.map((element) => element.outerHTML.slice(0, 80));
  });
}

/** What is to be tapped and is too small, as a finger sees it. */
async function small(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const targets = [...document.querySelectorAll<HTMLElement>("a, button, input:not([type=hidden])")];
    const visible = targets.filter((element) => element.checkVisibility() && !element.closest(".skip, .sr"));
    return visible
      .map((element) => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.width < 44 || box.height < 44)
      .map(({ element, box }) => `${element.outerHTML.slice(0, 80)} is ${box.width} × ${box.height}`);
  });
}

test.describe("at 320 pixels, under a finger", () => {
  test.use({ viewport: { width: 320, height: 568 }, hasTouch: true, isMobile: true });

  for (const place of PLACES) {
    test(place.name, async ({ page, context, person, watch }) => {
      if (place.signedIn) await signIn(context, person);
      await place.visit(page, person, watch);
      // Mobile Chromium would rather shrink the page than scroll it.
      expect(await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])).toEqual([320, 320]);
      expect(await wide(page)).toEqual([]);
      expect(await small(page)).toEqual([]);
      const sizes = await page
        .locator("input:not([type=hidden])")
        .evaluateAll((inputs) => inputs.map((input) => parseFloat(getComputedStyle(input).fontSize)));
      for (const size of sizes) expect(size).toBeGreaterThanOrEqual(16);
    });
  }
});

// For people to look at: target/e2e/shots.
for (const [device, viewport] of [
  ["desktop", { width: 1280, height: 800 }],
  ["phone", { width: 360, height: 740 }],
] as const) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`pictures: ${device}, ${colorScheme}`, async ({ page, context, person, watch }) => {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      // Strangers first.
      for (const place of [...PLACES].sort((a, b) => Number(a.signedIn) - Number(b.signedIn))) {
        if (place.signedIn) await signIn(context, person);
        await place.visit(page, person, watch);
        const path = join(ROOT, `target/e2e/shots/${place.name}-${device}-${colorScheme}.png`);
        // A dialog covers what is in sight, not the rest of a long page.
        const fullPage = (await page.locator("dialog[open]").count()) === 0;
        const picture = await page.screenshot({ path, fullPage });
        expect(picture.length).toBeGreaterThan(5000);
      }
    });
  }
}

test("pictures for the README", async ({ page, context, person, watch }) => {
  const pictures = process.env.README_SHOTS === "1" ? join(ROOT, "docs") : join(ROOT, "target/e2e/shots");
  await page.setViewportSize({ width: 1280, height: 800 });
  for (const [name, file] of [["login", "sign-in.png"], ["account", "account.png"]] as const) {
    const place = PLACES.find((place) => place.name === name);
    if (place?.signedIn) await signIn(context, person);
    await place?.visit(page, person, watch);
    const picture = await page.screenshot({ path: join(pictures, file) });
    expect(picture.length).toBeGreaterThan(5000);
  }
});
