import { cookieName, expect, fillLogin, fillRegistration, stranger, test } from "./support";

test.use({ javaScriptEnabled: false });

// Chromium refuses to preload a script that it will not run, and counts that as a failure.
test.beforeEach(({ watch }) => watch.expect("failed", /^\/pkg\/.*\.js$/));

test("registering, and signing out", async ({ page, context }) => {
  const person = stranger();
  await page.goto("/register");
  await expect(page.getByRole("button", { name: /password/ })).toHaveCount(0);
  await fillRegistration(page, person);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL("/account");
  await expect(page.getByText(`Signed in as ${person.username}`)).toBeVisible();
  await expect(page.locator("noscript p")).toBeVisible();
  await expect(page.locator("noscript p")).toContainText("need JavaScript");
  await expect(page.getByRole("button", { name: "Edit display name" })).toHaveCount(0);

  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL("/");
  await expect(page.getByRole("link", { name: "Sign in" })).toBeVisible();
  // That this browser is known outlives the session, and opens nothing.
  expect((await context.cookies()).map((cookie) => cookie.name)).toEqual([cookieName("device")]);
  await page.goBack();
  await expect(page).toHaveURL("/login?next=%2Faccount");
  await expect(page.getByText(person.username)).toHaveCount(0);
});

test("S76: signing in, and back to where one was going", async ({ page, person }) => {
  await page.goto("/account?x=1");
  await expect(page).toHaveURL("/login?next=%2Faccount%3Fx%3D1");
  await fillLogin(page, person);
  await page.getByLabel("Password", { exact: true }).press("Enter");
  await expect(page).toHaveURL("/account?x=1");
});

test("S76: a wrong password keeps the name and empties the password", async ({ page, person, watch }) => {
  watch.expect(401, "/login");
  await page.goto("/login?next=%2Faccount%3Fx%3D1");
  await fillLogin(page, { ...person, password: "not the password at all" });
  const answer = page.waitForResponse((response) => response.request().method() === "POST");
  await page.getByRole("button", { name: "Sign in" }).click();
  expect((await answer).status()).toBe(401);
  await expect(page.getByRole("alert")).toContainText("The username or password is not right.");
  await expect(page).toHaveTitle(/^Error: Sign in/);
  await expect(page.getByLabel("Username or email")).toHaveValue(person.username);
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue("");
  expect(page.url()).not.toContain("password");

  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL("/account?x=1");
});

test("a registration with mistakes is shown again", async ({ page, person, watch }) => {
  watch.expect(409, "/register");
  watch.expect(422, "/register");
  await page.goto("/register");
  await fillRegistration(page, { ...person, password: "short" });
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("alert").getByRole("link")).toHaveText([
    "The password must have at least 15 characters.",
  ]);
  await expect(page.getByLabel("Username")).toHaveValue(person.username);
  await expect(page.getByLabel("Email")).toHaveValue(person.email);
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue("");
  await expect(page.getByLabel("Password", { exact: true })).toHaveAttribute("aria-invalid", "true");

  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("alert")).toContainText("This username is taken. Choose another one.");
  await page.getByRole("alert").getByRole("link").click();
  await expect(page.getByLabel("Username")).toBeFocused();
});

test("switching the theme", async ({ page }) => {
  await page.goto("/login?next=%2Faccount%3Fx%3D1");
  await page.getByRole("button", { name: "Dark" }).click();
  await expect(page).toHaveURL("/login?next=%2Faccount%3Fx%3D1");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page.getByRole("button", { name: "Dark" })).toHaveAttribute("aria-pressed", "true");
});
