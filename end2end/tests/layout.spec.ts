import { join } from "node:path";
import { chooseLanguage, expect, formLives, openAccount, signIn, test, token, type Page } from "./support";
import { ACCOUNT_VIEWS } from "./support/pages";
import { ACCOUNT_PAGES } from "./support/pages";
import { PLACES } from "./support/places";

const ROOT = join(__dirname, "../..");

/** Visible elements that reach beyond the window's sides. What scrolls by itself may. */
async function wide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const beyond = [...document.querySelectorAll("body *")].filter((element) => {
      const box = element.getBoundingClientRect();
      const scrolls = element.parentElement?.closest(".side, pre");
      return element.checkVisibility() && !element.closest(".sr, .skip") && !scrolls && box.width > 1 && (box.right > innerWidth + 0.5 || box.left < -0.5);
    });
    return beyond.map((element) => element.outerHTML.slice(0, 80));
  });
}

/** What is to be tapped and is too small, as a finger sees it. Links in a sentence are as high as their line. */
async function small(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const targets = [...document.querySelectorAll<HTMLElement>("a, button, summary, select, input:not([type=hidden])")];
    const visible = targets.filter((element) => element.checkVisibility() && !element.closest(".skip, .sr"));
    return visible
      // A box is ticked by its label, which lies under it too.
      .map((element) => ({ element, touched: element.matches("[type=checkbox]") ? (element as HTMLInputElement).labels![0]! : element }))
      .map(({ element, touched }) => ({ element, box: touched.getBoundingClientRect() }))
      .filter(({ box }) => box.width < 44 || box.height < 44)
      .map(({ element, box }) => `${element.outerHTML.slice(0, 80)} is ${box.width} × ${box.height}`);
  });
}

/** Texts that lie over each other: what one would not be able to read. */
async function covered(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const within = document.querySelector("dialog[open], #menu[open]") ?? document.body;
    const texts = [...within.querySelectorAll<HTMLElement>("h1, h2, h3, label, dt, .button, .hint, .error, .tag, .aside")];
    const boxes = texts
      .filter((element) => element.checkVisibility() && element.innerText.trim() && !element.closest(".skip, .toasts"))
      .map((element) => ({ element, box: element.getBoundingClientRect() }));
    const found: string[] = [];
    for (const [n, one] of boxes.entries())
      for (const other of boxes.slice(n + 1)) {
        if (one.element.contains(other.element) || other.element.contains(one.element)) continue;
        const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
        if (across > 1 && down > 1) found.push(`${one.element.outerHTML.slice(0, 60)} over ${other.element.outerHTML.slice(0, 60)}`);
      }
    return found;
  });
}

async function isWithin(page: Page, width: number) {
  // Mobile Chromium would rather shrink the page than scroll it.
  expect(await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])).toEqual([width, width]);
  expect(await wide(page)).toEqual([]);
  expect(await covered(page)).toEqual([]);
}

test.describe("at 320 pixels, under a finger", () => {
  test.use({ viewport: { width: 320, height: 568 }, hasTouch: true, isMobile: true });

  for (const place of PLACES) {
    test(place.name, async ({ page, context, person, watch, serve }) => {
      if (place.signedIn) await signIn(context, person);
      await place.visit({ page, person, watch, serve });
      await isWithin(page, 320);
      expect(await small(page)).toEqual([]);
      const sizes = await page
        .locator("input:not([type=hidden]), select")
        .evaluateAll((inputs) => inputs.map((input) => parseFloat(getComputedStyle(input).fontSize)));
      for (const size of sizes) expect(size).toBeGreaterThanOrEqual(16);
    });
  }

  for (const place of PLACES) {
    test(`${place.name} with letters twice as large, from left and from right`, async ({ page, context, person, watch, serve }) => {
      test.slow();
      await chooseLanguage(context, "ar");
      if (place.signedIn) await signIn(context, person);
      await place.visit({ page, person, watch, serve });
      await isWithin(page, 320);
      // As a browser's setting of the font size does it.
      await page.evaluate(() => document.documentElement.style.setProperty("font-size", "200%"));
      await isWithin(page, 320);
      await page.evaluate(() => (document.documentElement.dir = "ltr"));
      await isWithin(page, 320);
    });
  }
});

test.describe("at 320 pixels, in the longest words", () => {
  test.use({ viewport: { width: 320, height: 568 }, hasTouch: true, isMobile: true });

  test("German fits", async ({ page, context, person }) => {
    test.slow();
    await chooseLanguage(context, "de");
    const fits = async (paths: string[]) => {
      for (const path of paths) {
        await page.goto(path);
        await expect(page.locator("html"), path).toHaveAttribute("lang", "de");
        await isWithin(page, 320);
        expect(await small(page), path).toEqual([]);
      }
    };
    await fits(["/", "/login", "/register"]);
    await signIn(context, person);
    await fits(ACCOUNT_VIEWS);
  });
});

test.describe("on a phone on its side", () => {
  test.use({ viewport: { width: 667, height: 320 }, hasTouch: true, isMobile: true });

  for (const [path, field] of [["/login", "#login-identifier"], ["/register", "#register-username"]] as const) {
    test(`${path} shows its first field without scrolling`, async ({ page }) => {
      await page.goto(path);
      const box = await page.locator(field).boundingBox();
      expect((box?.y ?? 999) + (box?.height ?? 0)).toBeLessThanOrEqual(320);
      await isWithin(page, 667);
    });
  }

  test("a dialog fits, or scrolls in itself", async ({ page, context, person, watch, serve }) => {
    await signIn(context, person);
    await PLACES.find((place) => place.name === "session-over")?.visit({ page, person, watch, serve });
    const button = page.locator("#over [data-close]");
    await button.scrollIntoViewIfNeeded();
    await expect(button).toBeInViewport({ ratio: 1 });
    await button.click();
    await expect(page.locator("#over")).toBeHidden();
  });
});

test("a notice comes to the lower edge, and moves nothing", async ({ page, context }) => {
  await page.setViewportSize({ width: 1280, height: 640 });
  await page.goto("/register");
  await formLives(page);
  const places = () =>
    page.locator("header, main, main h1, main input:visible, main button:visible, footer").evaluateAll((all) =>
      all.map((element) => JSON.stringify(element.getBoundingClientRect())),
    );
  const before = await places();
  const notice = page.locator("#notice-offline");
  await context.setOffline(true);
  await expect(notice).toBeVisible();
  expect(await places()).toEqual(before);
  await expect(notice).toBeInViewport({ ratio: 1 });
  const box = await notice.boundingBox();
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeGreaterThan(640 - 40);
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await expect(notice).toBeInViewport({ ratio: 1 });
  await context.setOffline(false);
  await expect(notice).toBeHidden();
});

test("a page of the account starts at its top, and on a phone shows its own tab", async ({ page, context, person }) => {
  await signIn(context, person);
  for (const [width, height] of [[1280, 400], [360, 400]] as const) {
    await page.setViewportSize({ width, height });
    for (const path of ACCOUNT_PAGES) {
      await page.goto(path);
      const current = page.locator(".side [aria-current]");
      await expect(current).toBeInViewport({ ratio: 0.9 });
      await expect(page.locator("header.header")).toBeInViewport({ ratio: 1 });
      expect(await page.evaluate(() => scrollY), `${path} at ${width}`).toBe(0);
    }
  }
});

test("a long name without spaces breaks, and nothing else does", async ({ page, context, person }) => {
  await signIn(context, person);
  for (const name of ["W".repeat(128), "ﷺ".repeat(60), "👩‍👩‍👧‍👦".repeat(18)]) {
    await page.setViewportSize({ width: 1280, height: 640 });
    await openAccount(page);
    const headers = { authorization: `Bearer ${await token(page)}` };
    const named = await context.request.patch("/api/v1/me", { headers, data: { display_name: name } });
    expect(named.status(), await named.text()).toBe(200);
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 640 });
      for (const path of ["/account", "/account?edit", "/account/security"]) {
        await page.goto(path);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
        await page.locator("#menu > summary").click();
        const card = await page.locator("#menu > .card").boundingBox();
        expect(card?.x).toBeGreaterThanOrEqual(0);
        expect((card?.x ?? 0) + (card?.width ?? 9999)).toBeLessThanOrEqual(width);
        await expect(page.locator("#menu bdi")).toHaveText(name);
      }
    }
  }
});

test("on paper: dark letters on white, without what only a screen can do", async ({ page, context, person, watch, serve }) => {
  await signIn(context, person);
  for (const place of PLACES.filter(({ name }) => ["account", "devices", "activity", "developer"].includes(name))) {
    await page.emulateMedia({ colorScheme: "dark", media: "screen" });
    await place.visit({ page, person, watch, serve });
    await page.evaluate(() => (document.documentElement.dataset.theme = "dark"));
    await page.emulateMedia({ colorScheme: "dark", media: "print" });
    for (const part of [".header", ".footer", ".side", "main .buttons", ".toasts"])
      for (const element of await page.locator(part).all()) await expect(element).toBeHidden();
    const lightness = await page.evaluate(() => {
      const of = (colour: string) => (colour.match(/\d+(\.\d+)?/g) ?? []).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 3;
      const soft = document.querySelector("main p");
      return [document.body, soft ?? document.body].map((element) => of(getComputedStyle(element).color));
    });
    for (const value of lightness) expect(value).toBeLessThan(128);
    await expect(page.locator("h1")).toBeVisible();
  }
});

test("pictures for the README", async ({ page, context, person, watch, serve }) => {
  const pictures = process.env.README_SHOTS === "1" ? join(ROOT, "docs") : join(ROOT, "target/e2e/shots");
  await page.setViewportSize({ width: 1280, height: 800 });
  for (const [name, file] of [["login", "sign-in.png"], ["account", "account.png"]] as const) {
    const place = PLACES.find((place) => place.name === name);
    if (place?.signedIn) await signIn(context, person);
    await place?.visit({ page, person, watch, serve });
    const picture = await page.screenshot({ path: join(pictures, file) });
    expect(picture.length).toBeGreaterThan(5000);
  }
});
