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

/** What the headings of the history say that are shown, and the moment that is the first below each. */
async function days(page: Page): Promise<{ says: string; at: string }[]> {
  const found = page.locator("main .day");
  await expect(found).not.toHaveCount(0);
  return found.evaluateAll((all) =>
    all
      .filter((heading) => heading.checkVisibility())
      .map((heading) => ({
        says: heading.textContent?.trim() ?? "",
        at: heading.querySelector("time")?.getAttribute("datetime") ?? "",
      })),
  );
}

const dayOf = (at: string, timeZone: string) =>
  new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone }).format(new Date(at));

test.describe("days begin where the reader is", () => {
  // Far ahead of UTC: for many hours it is another day there.
  test.use({ timezoneId: "Australia/Sydney" });

  test("entries of one day of UTC are under two days, and of two under one", async ({ page, context, person }) => {
    await signIn(context, person);
    // Moments on both sides of midnight here and in UTC.
    const moments = ["2026-03-02T14:00:00Z", "2026-03-02T12:00:00Z", "2026-03-01T23:00:00Z", "2026-03-01T12:00:00Z"];
    await page.route("**/account/activity", async (route) => {
      const response = await route.fetch();
      const html = await response.text();
      const list = /(<ul[^>]*data-days[^>]*>)(<li>.*?<\/li>)(.*?)(<\/ul>)/s.exec(html);
      if (!list) throw new Error(html);
      const rows = moments.map((at) => (list[2] ?? "").replace(/datetime="[^"]*"/g, `datetime="${at}"`));
      await route.fulfill({ response, body: html.replace(list[0], () => `${list[1]}${rows.join("")}${list[4]}`) });
    });
    await openAccount(page, "", "/account/activity");
    expect(await days(page)).toEqual([
      { says: "3 March 2026", at: moments[0] },
      { says: "2 March 2026", at: moments[1] },
      { says: "1 March 2026", at: moments[3] },
    ]);
    await expect(page.locator("main .what")).toHaveCount(4);
  });

  test("today and yesterday are those of the reader", async ({ page, context, person }) => {
    await signIn(context, person);
    await page.goto("/account/activity");
    const at = (await page.locator("main .day time").first().getAttribute("datetime")) ?? "";
    // Shortly before the next midnight there, and shortly after it.
    for (const [hours, says] of [[0, "Today"], [24, "Yesterday"], [48, dayOf(at, "Australia/Sydney")]] as const) {
      await page.clock.setFixedTime(Date.parse(at) + hours * 3_600_000);
      await page.reload();
      await expect(page.locator("main .day:visible")).toHaveText([says]);
    }
  });

  test.describe("without script", () => {
    test.use({ javaScriptEnabled: false });

    test("they are those of UTC, and say so", async ({ page, context, person }) => {
      await signIn(context, person);
      await page.goto("/account/activity");
      for (const { says, at } of await days(page)) expect(says).toBe(`${dayOf(at, "UTC")} UTC`);
    });
  });
});
