import { accountLives, expect, formLives, isAtSignIn, signIn, stranger, summary, test, type Page } from "./support";
import { ACCOUNT_PAGES } from "./support/pages";

/** What has focus: its name, and whether one can see that. */
async function focused(page: Page) {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const middle = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return {
      name: element.getAttribute("aria-label") ?? (element.innerText || element.id),
      outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
      inside: box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth,
      covered: middle !== element && !element.contains(middle),
    };
  });
}

/** One press of Tab, to what must be there, in sight and with a ring. */
async function tabTo(page: Page, name: string, keys = "Tab") {
  await page.keyboard.press(keys);
  // The skip link slides in.
  await expect.poll(() => focused(page)).toMatchObject({ name, inside: true, covered: false });
  expect((await focused(page)).outline, `the ring of ${name}`).toBeGreaterThanOrEqual(2);
}

const HEAD = ["Skip to content", "Vestibule, home"];
const LANGUAGES = ["English", "العربية", "Deutsch"];
const COLOURS = ["As the system", "Light", "Dark"];

/** The stops of pages of the account; those of a page without a row are the links and controls that it has, in their order. */
const STOPS: Record<string, string[]> = {
  "/account": ["Add", "Add", "Edit", "Change", "Confirm", "Change", "Add", "Add", "See all", "See all"],
  "/account/security": ["Change", "Add", "Add", "See all", "See all"],
  "/account/devices": ["Sign out everywhere"],
  "/account/activity": ["See your devices", "Change password", "All", "Sign-ins", "Failed", "Changes", "This was not me"],
  "/account/developer": ["Send request", "Call server function", "Show token", "Copy token", "Copy as curl"],
  "/account/password": [
    "password-current_password",
    "Show: Current password",
    "password-new_password",
    "Show: New password",
    "Cancel",
    "Change password",
  ],
};

/** The names of what can be reached within a part of the page, as `focused` names it. */
async function reachable(page: Page, part: string): Promise<string[]> {
  return page.locator(`${part} :is(a[href], button, input:not([type=hidden]), select, summary)`).evaluateAll((found) =>
    (found as HTMLElement[])
      .filter((element) => element.checkVisibility())
      .map((element) => element.getAttribute("aria-label") ?? (element.innerText || element.id)),
  );
}

test("register, look at the account, sign out: with the keyboard alone", async ({ page }) => {
  const person = stranger();
  await page.goto("/");
  for (const name of [...HEAD, "Sign in", "Create account"]) await tabTo(page, name);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/register");
  await formLives(page);

  for (const name of [...HEAD, "register-username"]) await tabTo(page, name);
  await page.keyboard.type(person.username);
  await tabTo(page, "register-email");
  await page.keyboard.type(person.email);
  await tabTo(page, "register-password");
  await page.keyboard.type(person.password);
  await tabTo(page, "Show: Password");
  await page.keyboard.press("Space");
  await expect(page.getByLabel("Password", { exact: true })).toHaveAttribute("type", "text");
  await tabTo(page, "Create account");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/account");
  await accountLives(page);

  for (const name of [...HEAD, "Account menu"]) await tabTo(page, name);
  await page.keyboard.press("Enter");
  for (const name of ["Your account", ...COLOURS, "Sign out"]) await tabTo(page, name);
  await page.keyboard.press("Enter");
  await isAtSignIn(page);
});

test("the menu by keyboard: opens, is walked through, and Esc gives focus back", async ({ page, context, person }) => {
  await signIn(context, person);
  await page.goto("/account");
  await accountLives(page);
  const menu = page.locator("#menu");
  for (const name of [...HEAD, "Account menu"]) await tabTo(page, name);
  for (const key of ["Enter", "Space"]) {
    await page.keyboard.press(key);
    await expect(menu).toHaveAttribute("open", "");
    await tabTo(page, "Your account");
    await page.keyboard.press("Escape");
    await expect(menu).not.toHaveAttribute("open");
    await expect(menu.locator("summary")).toBeFocused();
  }
  // Closed, its parts are no stops.
  await tabTo(page, "Profile");
  await tabTo(page, "Account menu", "Shift+Tab");

  // Colours are chosen in it, and it stays where it is.
  await page.keyboard.press("Enter");
  for (const name of ["Your account", ...COLOURS]) await tabTo(page, name);
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(menu).toHaveAttribute("open", "");
  await expect(menu.getByRole("button", { name: "Dark" })).toBeFocused();
  // A click beside it closes it.
  await page.locator("h1").click();
  await expect(menu).not.toHaveAttribute("open");
});

test("every stop of the account's pages is in sight and has a ring", async ({ page, context, person }) => {
  await signIn(context, person);
  for (const path of ACCOUNT_PAGES) {
    await page.goto(path);
    await accountLives(page);
    const sections = await reachable(page, ".side");
    expect(sections[0]).toBe("Profile");
    const stops = STOPS[path] ?? (await reachable(page, "main"));
    for (const name of [...HEAD, "Account menu", ...sections, ...stops]) await tabTo(page, name);
  }
});

test("every stop of the page to sign in is in sight and has a ring, the choices below too", async ({ page }) => {
  await page.goto("/login");
  await formLives(page);
  const passkey = "Sign in with a passkey";
  await expect(page.getByRole("button", { name: passkey })).toBeVisible();
  const stops = ["login-identifier", "login-password", "Show: Password", "Sign in", passkey, "Forgotten your password?", "Create account"];
  for (const name of [...HEAD, ...stops, ...COLOURS, ...LANGUAGES]) await tabTo(page, name);
});

test("the skip link leads past the header", async ({ page }) => {
  await page.goto("/login");
  await formLives(page);
  await tabTo(page, "Skip to content");
  await page.keyboard.press("Enter");
  await expect(page.locator("#main")).toBeFocused();
  await tabTo(page, "login-identifier");
});

test("the error summary leads to the field, with the keyboard alone", async ({ page }) => {
  await page.goto("/register");
  await formLives(page);
  await page.getByLabel("Password", { exact: true }).focus();
  await page.keyboard.press("Enter");
  await expect(summary(page)).toBeFocused();
  expect((await focused(page)).outline).toBeGreaterThanOrEqual(2);
  await tabTo(page, "Enter a username.");
  await tabTo(page, "Enter a password.");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Password", { exact: true })).toBeFocused();
  expect((await focused(page)).outline).toBeGreaterThanOrEqual(2);
});

test("no stop lies under a notice", async ({ page, context }) => {
  await page.setViewportSize({ width: 360, height: 420 });
  await page.goto("/register");
  await formLives(page);
  await context.setOffline(true);
  await expect(page.locator("#notice-offline")).toBeVisible();
  const stops = ["register-username", "register-email", "register-password", "Show: Password", "Create account", "Sign in"];
  for (const name of [...HEAD, ...stops, ...COLOURS, ...LANGUAGES]) await tabTo(page, name);
  await context.setOffline(false);
});
