import { accountLives, expect, formLives, stranger, test, type Page } from "./support";

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
async function tabTo(page: Page, name: string) {
  await page.keyboard.press("Tab");
  // The skip link slides in.
  await expect.poll(() => focused(page)).toMatchObject({ name, inside: true, covered: false });
  expect((await focused(page)).outline, `the ring of ${name}`).toBeGreaterThanOrEqual(2);
}

test("register, look at the account, sign out: with the keyboard alone", async ({ page }) => {
  const person = stranger();
  await page.goto("/");
  for (const name of ["Skip to content", "Vestibule, home", "Create account"]) await tabTo(page, name);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/register");
  await formLives(page);

  await tabTo(page, "Skip to content");
  await tabTo(page, "Vestibule, home");
  await tabTo(page, "username");
  await page.keyboard.type(person.username);
  await tabTo(page, "email");
  await page.keyboard.type(person.email);
  await tabTo(page, "password");
  await page.keyboard.type(person.password);
  await tabTo(page, "Show password");
  await page.keyboard.press("Space");
  await expect(page.getByLabel("Password", { exact: true })).toHaveAttribute("type", "text");
  await tabTo(page, "Create account");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/account");
  await accountLives(page);

  for (const name of ["Skip to content", "Vestibule, home", "Account", "Sign out"]) await tabTo(page, name);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/");
  await expect(page.getByRole("link", { name: "Sign in" })).toBeVisible();
});

test("every stop of the account page is in sight and has a ring", async ({ page }) => {
  const person = stranger();
  await page.goto("/register");
  await formLives(page);
  await page.getByLabel("Username").fill(person.username);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.keyboard.press("Enter");
  await accountLives(page);
  for (const name of [
    "Skip to content",
    "Vestibule, home",
    "Account",
    "Sign out",
    "Change password",
    "Your sessions",
    "Security history",
    "Edit display name",
    "Send request",
    "Call server function",
    "Copy token",
    "Copy as curl",
    "System",
    "Light",
    "Dark",
  ])
    await tabTo(page, name);
});

test("the skip link leads past the header", async ({ page }) => {
  await page.goto("/login");
  await formLives(page);
  await tabTo(page, "Skip to content");
  await page.keyboard.press("Enter");
  await expect(page.locator("#main")).toBeFocused();
  await tabTo(page, "identifier");
});

test("the error summary leads to the field, with the keyboard alone", async ({ page }) => {
  await page.goto("/register");
  await formLives(page);
  await page.getByLabel("Password", { exact: true }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toBeFocused();
  expect((await focused(page)).outline).toBeGreaterThanOrEqual(2);
  await tabTo(page, "Enter your username.");
  await tabTo(page, "Enter your password.");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Password", { exact: true })).toBeFocused();
  expect((await focused(page)).outline).toBeGreaterThanOrEqual(2);
});
