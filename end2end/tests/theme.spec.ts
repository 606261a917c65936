import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chooseLanguage, counting, expect, formLives, hold, openAccount, openMenu, signIn, summary, test, toast, wakes, type Page } from "./support";

/** The background that is painted, once the stylesheet is there. */
async function painted(page: Page, colour: string) {
  await expect(page.locator("html")).toHaveCSS("background-color", colour);
}

const LIGHT = "rgb(233, 238, 235)";
const DARK = "rgb(11, 16, 14)";

test("the system's colours, until one chooses: at once, and what is typed stays", async ({ page, context }) => {
  const documents = counting(context, "/register");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto("/register");
  await formLives(page);
  await painted(page, DARK);
  await page.emulateMedia({ colorScheme: "light" });
  await painted(page, LIGHT);
  await expect(page.getByRole("button", { name: "As the system" })).toHaveAttribute("aria-pressed", "true");

  await page.getByLabel("Username").fill("half a na");
  await page.getByLabel("Password", { exact: true }).fill("half a secret");
  const told = page.waitForResponse("**/theme");
  await page.getByRole("button", { name: "Dark" }).click();
  await expect(page.getByRole("button", { name: "Dark" })).toHaveAttribute("aria-pressed", "true");
  await expect(page.getByRole("button", { name: "As the system" })).toHaveAttribute("aria-pressed", "false");
  await painted(page, DARK);
  await expect(page).toHaveURL("/register");
  await expect(page.getByLabel("Username")).toHaveValue("half a na");
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue("half a secret");
  expect(documents()).toBe(1);
  expect((await told).status()).toBeLessThan(400);

  // No flash: the choice is in the server's HTML, before any script.
  const html = await (await context.request.get("/register")).text();
  expect(html).toMatch(/<html[^>]* data-theme="dark"/);
  await hold(page, /\/pkg\/.*\.(js|wasm)$/);
  await page.goto("/register", { waitUntil: "domcontentloaded" });
  await painted(page, DARK);
  expect(await page.locator("html").evaluate((html) => getComputedStyle(html).colorScheme)).toBe("dark");

  // Without script a form does it.
  await page.getByRole("button", { name: "Light" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  await page.emulateMedia({ colorScheme: "dark" });
  await painted(page, LIGHT);
  await page.getByRole("button", { name: "As the system" }).click();
  await expect(page.getByRole("button", { name: "As the system" })).toHaveAttribute("aria-pressed", "true");
  await expect(page.locator("html")).not.toHaveAttribute("data-theme");
  await painted(page, DARK);
});

test("signed in, the choice of colours is in the menu, and holds on every page", async ({ page, context, person }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await signIn(context, person);
  await openAccount(page, "", "/account?edit");
  await page.getByLabel("Display name").fill("half a na");
  await openMenu(page);
  const told = page.waitForResponse("**/theme");
  await page.locator("#menu").getByRole("button", { name: "Dark" }).click();
  await painted(page, DARK);
  await expect(page.getByLabel("Display name")).toHaveValue("half a na");
  await told;
  for (const path of ["/account/devices", "/no/such/page"]) {
    const html = await (await context.request.get(path, { headers: { accept: "text/html" } })).text();
    expect(html).toMatch(/<html[^>]* data-theme="dark"/);
  }
});

test("another language: the same page in it, the other way round where it is read so, and kept", async ({ page, context, open, person }) => {
  await page.goto("/login?next=%2Faccount%3Fx%3D1");
  await formLives(page);
  await page.getByRole("button", { name: "Deutsch" }).click();
  await expect(page).toHaveURL("/login?next=%2Faccount%3Fx%3D1");
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await expect(page.getByRole("button", { name: "Deutsch" })).toHaveAttribute("aria-pressed", "true");
  await expect(page.getByRole("heading", { level: 1 })).not.toHaveText(/Sign in/);
  // Who is signed in keeps it until they choose in their profile, and script says what it says in it too.
  await signIn(context, person);
  await openAccount(page, "", "/account?edit");
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await page.locator("#profile-display_name").fill("x".repeat(129));
  await page.locator("form[data-form=profile] button").click();
  const german = page.locator("#profile-display_name-error");
  await expect(german).not.toBeEmpty();
  await expect(german).not.toHaveText(/characters/);
  for (const name of ["Deutsch", "العربية"]) await expect(page.getByRole("button", { name })).toHaveCount(0);
  await page.locator("#profile-display_name").fill("Ada");
  await page.locator("form[data-form=profile] button").click();
  await expect(page).toHaveURL("/account");
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await openAccount(page, "", "/account?edit");
  await page.locator("#profile-language").selectOption("العربية");
  await page.locator("form[data-form=profile] button").click();
  await expect(page).toHaveURL("/account");
  await expect(page.locator("html")).toHaveAttribute("dir", "rtl");
  await expect(page.locator("html")).toHaveAttribute("lang", "ar");
  // It is the person's: another browser of theirs has it too, whatever that is set to.
  const other = await open({ locale: "de-DE" });
  await signIn(other, person);
  const elsewhere = await other.newPage();
  await openAccount(elsewhere);
  await expect(elsewhere.locator("html")).toHaveAttribute("lang", "ar");
  await openAccount(page, "", "/account?edit");
  await page.locator("#profile-display_name").fill("آدا");
  await page.locator("form[data-form=profile] button").click();
  await expect(toast(page)).toHaveText(/[\u0600-\u06ff]/);
  const box = await page.locator("#menu > summary").boundingBox();
  expect(box?.x).toBeLessThan(400);
  await openMenu(page);
  const card = await page.locator("#menu > .card").boundingBox();
  expect(card?.x).toBeGreaterThanOrEqual(0);
});

test("what is typed stays while the language changes, but for passwords, and is kept no longer than that", async ({ page }) => {
  const kept = () => page.evaluate(() => Object.entries(sessionStorage));
  const typed = { username: "half a na", email: "half=@an.example" };
  await page.goto("/register");
  await formLives(page);
  for (const [name, text] of Object.entries(typed)) await page.locator(`#register-${name}`).fill(text);
  await page.locator("#register-password").fill("half a secret");
  // Shown, it is a text to the browser and a password all the same.
  await page.getByRole("button", { name: "Show: Password" }).click();
  // Called off, so that the page is there to be looked at.
  const calledOff = page.waitForEvent("requestfailed", (request) => request.url().endsWith("/language"));
  await page.route("**/language", (route) => route.abort("aborted"), { times: 1 });
  await page.getByRole("button", { name: "العربية" }).click();
  await calledOff;
  const now = await kept();
  expect(now.map(([key]) => key)).toEqual(["vestibule_typed"]);
  for (const text of Object.values(typed)) expect(now[0]?.[1]).toContain(text);
  expect(now[0]?.[1]).not.toContain("secret");

  await page.getByRole("button", { name: "العربية" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "ar");
  await wakes(page);
  for (const [name, text] of Object.entries(typed)) await expect(page.locator(`#register-${name}`)).toHaveValue(text);
  await expect(page.locator("#register-password")).toHaveValue("");
  expect(await kept()).toEqual([]);
  // The next page has nothing of it.
  await page.goto("/register");
  await formLives(page);
  await expect(page.locator("#register-username")).toHaveValue("");
});

test("what only the server knows is said in the language of the page too", async ({ page, context, person, watch }) => {
  watch.expect(401, "/action/enter");
  watch.expect(409, "/action/enter");
  const arabic = /^[\u0600-\u06ff\u2066-\u2069«»“” .،؛؟!]+$/;
  await chooseLanguage(context, "ar");
  await page.goto("/login");
  await formLives(page);
  await page.locator("#login-identifier").fill(person.username);
  await page.locator("#login-password").fill("not the password at all");
  await page.locator("form[data-form=login] button:not([type])").click();
  await expect(page.locator("#login-password-error")).toHaveText(arabic);
  await expect(page).toHaveTitle(/^\W*[\u0600-\u06ff]/);
  await page.goto("/register");
  await formLives(page);
  await page.locator("#register-username").fill(person.username);
  await page.locator("#register-password").fill(person.password);
  await expect(page.locator("main .strength [role=status]")).toHaveText(arabic);
  await page.locator("form[data-form=register] button:not([type])").click();
  await expect(page.locator("#register-username-error")).toHaveText(arabic);
});

test("the language of the browser, until one chooses", async ({ open }) => {
  for (const [locale, lang] of [["de-AT", "de"], ["ar-EG", "ar"], ["qaa-QM", "en"]] as const) {
    const context = await open({ locale });
    const page = await context.newPage();
    await page.goto("/login");
    await expect(page.locator("html")).toHaveAttribute("lang", lang);
    const [title] = await Promise.all([page.title(), formLives(page)]);
    expect(title.length).toBeGreaterThan(0);
  }
});

test("forced colours and more contrast keep what is pressed and where focus is visible", async ({ page, context, person }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await page.goto("/register");
  await formLives(page);
  const outline = (name: string) =>
    page.getByRole("button", { name }).evaluate((button) => getComputedStyle(button).outlineStyle);
  expect(await outline("As the system")).toBe("solid");
  expect(await outline("Dark")).toBe("none");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(summary(page)).toBeFocused();
  const border = (id: string) =>
    page.locator(id).evaluate((input) => getComputedStyle(input).borderTopWidth);
  expect(await border("#register-username")).toBe("2px");

  await page.emulateMedia({ forcedColors: "none", contrast: "more" });
  const colours = await page.locator(".aside").first().evaluate((aside) => [
    getComputedStyle(aside).color,
    getComputedStyle(document.body).color,
  ]);
  expect(colours[0]).toBe(colours[1]);

  // The page that one is on shows by more than its background.
  await page.emulateMedia({ forcedColors: "active", contrast: "no-preference" });
  await signIn(context, person);
  await openAccount(page);
  const current = page.locator(".side [aria-current]");
  expect(await current.evaluate((link) => getComputedStyle(link).outlineStyle)).toBe("solid");
});

test("less motion: nothing turns, nothing glides", async ({ page, person }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto("/login");
  await formLives(page);
  await hold(page, "**/action/enter");
  await page.getByLabel("Username").fill(person.username);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  const button = page.getByRole("button", { name: "Signing in…" });
  await expect(button).toHaveAttribute("aria-busy", "true");
  const still = await button.evaluate((button) => [
    getComputedStyle(button, "::before").animationName,
    getComputedStyle(button).transitionDuration,
  ]);
  expect(still).toEqual(["none", "0s"]);
});

test.describe("with motion", () => {
  test.use({ contextOptions: { reducedMotion: "no-preference" } });

  test("pages glide without a complaint", async ({ page, context, person }) => {
    await page.goto("/login");
    await formLives(page);
    await page.getByRole("link", { name: "Create account" }).click();
    await formLives(page);
    await page.getByRole("link", { name: "Sign in" }).click();
    await formLives(page);
    const turning = await page
      .getByRole("button", { name: "Sign in", exact: true })
      .evaluate((button) => getComputedStyle(button).transitionDuration);
    expect(turning).toBe("0.15s");
    await signIn(context, person);
    await openAccount(page);
  });
});

test("the browser's own bars and the operator's logo go with the colours that one chooses", async ({ open, serve }) => {
  const folder = await mkdtemp(join(tmpdir(), "vestibule-logo-"));
  const drawn = (colour: string) => `<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><rect width="90" height="30" fill="${colour}"/></svg>`;
  const [light, dark] = [join(folder, "light.svg"), join(folder, "dark.svg")];
  await writeFile(light, drawn("#123456"));
  await writeFile(dark, drawn("#fedcba"));
  const brand = { VESTIBULE_BRAND_NAME: "Acme", VESTIBULE_BRAND_LOGO: light, VESTIBULE_BRAND_LOGO_DARK: dark };
  const page = await (await open({ baseURL: (await serve(brand)).url, colorScheme: "light" })).newPage();
  const shown = () =>
    page.evaluate(() => {
      const bars = [...document.querySelectorAll<HTMLMetaElement>("meta[name=theme-color]")];
      const logo = document.querySelector<HTMLImageElement>(".brand img");
      return { bars: bars.filter(({ media }) => matchMedia(media).matches).map(({ content }) => content), logo: logo?.currentSrc.replace(/.*\//, "") };
    });
  await page.goto("/login");
  await formLives(page);
  // A browser names no source of a picture while it chooses one.
  await expect.poll(async () => (await shown()).logo).toMatch(/^logo-.*\.svg$/);
  const inLight = await shown();
  expect(inLight.logo).not.toMatch(/^logo-dark-/);
  expect(inLight.bars).toHaveLength(1);
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(async () => (await shown()).logo).toMatch(/^logo-dark-.*\.svg$/);
  const inDark = await shown();
  expect(inDark.bars).toHaveLength(1);
  expect(inDark.bars).not.toEqual(inLight.bars);
  for (const [choice, colours] of [["Light", inLight], ["Dark", inDark], ["Light", inLight], ["As the system", inDark]] as const) {
    await page.getByRole("button", { name: choice, exact: true }).click();
    await expect.poll(shown, choice).toEqual(colours);
    // The server draws what script has made of it.
    await expect(page.getByRole("button", { name: choice, exact: true })).toHaveAttribute("aria-pressed", "true");
  }
  // The colours change at once; the server knows of it when it has answered.
  const kept = page.waitForResponse((response) => response.url().endsWith("/theme"));
  await page.getByRole("button", { name: "Light" }).click();
  await expect.poll(shown).toEqual(inLight);
  await kept;
  await page.reload();
  await formLives(page);
  expect(await shown()).toEqual(inLight);
  await page.getByRole("button", { name: "Dark" }).click();
  await expect.poll(shown).toEqual(inDark);
  await rm(folder, { recursive: true });
});
