import { chooseLanguage, expect, openAccount, signIn, test, wakes, type Page } from "./support";
import { FIREFOX, signInElsewhere } from "./support/elsewhere";

const ZONE = "Asia/Kathmandu";
const PAGES = ["/account/activity", "/account/devices"];

/** The moments that are shown to the minute, and what each says. */
async function moments(page: Page): Promise<{ at: string; says: string }[]> {
  const found = page.locator("main time", { has: page.locator("[data-local]") });
  await expect(found).not.toHaveCount(0);
  return found.evaluateAll((times) =>
    times.map((time) => ({
      at: time.getAttribute("datetime") ?? "",
      says: time.querySelector("[data-local]")?.textContent ?? "",
    })),
  );
}

const written = (at: string, locale: string, timeZone: string) =>
  new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone }).format(new Date(at));

// No hour of UTC is one there: it is 5:45 ahead.
test.use({ timezoneId: ZONE });

for (const [language, locale] of [["en", "en-GB"], ["de", "de-DE"], ["ar", "ar-u-nu-latn"]] as const) {
  test(`exact moments are in the time of the reader's place, as the rest of the page writes dates: ${language}`, async ({ page, context, person }) => {
    await chooseLanguage(context, language);
    await signInElsewhere(person, FIREFOX);
    await signIn(context, person);
    for (const path of PAGES) {
      await openAccount(page, "", path);
      for (const { at, says } of await moments(page)) {
        expect(says).toBe(written(at, locale, ZONE));
        expect(says).not.toBe(written(at, locale, "UTC"));
      }
    }
  });
}

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("they are in UTC, and say so", async ({ page, context, person }) => {
    await signInElsewhere(person, FIREFOX);
    await signIn(context, person);
    for (const path of PAGES) {
      await page.goto(path);
      for (const { at, says } of await moments(page)) expect(says).toBe(`${written(at, "en-GB", "UTC")} UTC`);
    }
  });
});

test("the moment for machines stays as it is", async ({ page, context, person }) => {
  await signIn(context, person);
  await page.goto("/account/activity");
  await wakes(page);
  for (const { at } of await moments(page)) {
    expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(120_000);
  }
});
