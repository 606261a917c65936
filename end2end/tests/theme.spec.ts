import { expect, formLives, hold, openAccount, signIn, test, type Page } from "./support";

/** The background that is painted, once the stylesheet is there. */
async function painted(page: Page, colour: string) {
  await expect(page.locator("html")).toHaveCSS("background-color", colour);
}

const LIGHT = "rgb(233, 238, 235)";
const DARK = "rgb(11, 16, 14)";

test("the system's colours, until one chooses", async ({ page, context }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto("/login");
  await formLives(page);
  await painted(page, DARK);
  await page.emulateMedia({ colorScheme: "light" });
  await painted(page, LIGHT);
  await expect(page.getByRole("button", { name: "System" })).toHaveAttribute("aria-pressed", "true");

  await page.getByRole("button", { name: "Dark" }).click();
  await expect(page.getByRole("button", { name: "Dark" })).toHaveAttribute("aria-pressed", "true");
  await expect(page).toHaveURL("/login");
  await painted(page, DARK);

  // No flash: the choice is in the server's HTML, before any script.
  const html = await (await context.request.get("/register")).text();
  expect(html).toMatch(/<html[^>]* data-theme="dark"/);
  await hold(page, /\/pkg\/.*\.(js|wasm)$/);
  await page.goto("/register", { waitUntil: "domcontentloaded" });
  await painted(page, DARK);
  expect(await page.locator("html").evaluate((html) => getComputedStyle(html).colorScheme)).toBe("dark");

  await page.getByRole("button", { name: "Light" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  await page.emulateMedia({ colorScheme: "dark" });
  await painted(page, LIGHT);
  await page.getByRole("button", { name: "System" }).click();
  await expect(page.getByRole("button", { name: "System" })).toHaveAttribute("aria-pressed", "true");
  await expect(page.locator("html")).not.toHaveAttribute("data-theme");
  await painted(page, DARK);
});

test("forced colours and more contrast keep what is pressed and where focus is visible", async ({ page }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await page.goto("/login");
  await formLives(page);
  const outline = (name: string) =>
    page.getByRole("button", { name }).evaluate((button) => getComputedStyle(button).outlineStyle);
  expect(await outline("System")).toBe("solid");
  expect(await outline("Dark")).toBe("none");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toBeFocused();
  const border = (id: string) =>
    page.locator(id).evaluate((input) => getComputedStyle(input).borderTopWidth);
  expect(await border("#login-identifier")).toBe("2px");

  await page.emulateMedia({ forcedColors: "none", contrast: "more" });
  const colours = await page.locator(".aside").evaluate((aside) => [
    getComputedStyle(aside).color,
    getComputedStyle(document.body).color,
  ]);
  expect(colours[0]).toBe(colours[1]);
});

test("less motion: nothing turns, nothing glides", async ({ page, person }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto("/login");
  await formLives(page);
  await hold(page, "**/action/enter");
  await page.getByLabel("Username or email").fill(person.username);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Sign in" }).click();
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
      .getByRole("button", { name: "Sign in" })
      .evaluate((button) => getComputedStyle(button).transitionDuration);
    expect(turning).toBe("0.15s");
    await signIn(context, person);
    await openAccount(page);
  });
});
