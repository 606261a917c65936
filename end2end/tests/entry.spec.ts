import {
  accountLives,
  cookieName,
  counting,
  expect,
  fillLogin,
  fillRegistration,
  formLives,
  register,
  stranger,
  test,
  token,
} from "./support";

test("registering ends on the account page, with the token in localStorage", async ({ page, context }) => {
  const person = stranger();
  await page.goto("/register");
  await formLives(page);
  await fillRegistration(page, person);
  await page.getByRole("button", { name: "Create account" }).click();

  await expect(page).toHaveURL("/account");
  await accountLives(page);
  await expect(page.getByText(`Signed in as ${person.username}`)).toBeVisible();
  await expect(page.getByText(person.email)).toBeVisible();
  // What a password manager takes for success.
  await expect(page.locator("input[type=password]")).toHaveCount(0);

  // The raw string: three parts, no quotes.
  expect(await token(page)).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual(["access_token"]);
  expect(await page.evaluate(() => Object.keys(sessionStorage))).toEqual([]);
  expect(await page.evaluate(() => document.cookie)).toBe("");
  const cookies = await context.cookies();
  expect(cookies.map((cookie) => cookie.name).sort()).toEqual([cookieName("device"), cookieName("session")]);
  for (const cookie of cookies) expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Lax", path: "/" });
});

test("an email address is optional", async ({ page }) => {
  const person = stranger();
  await page.goto("/register");
  await formLives(page);
  await fillRegistration(page, { ...person, email: "" });
  await page.getByLabel("Password", { exact: true }).press("Enter");
  await expect(page).toHaveURL("/account");
  await expect(page.getByText("Not given")).toBeVisible();
});

test("signing in stores the token and needs no refresh", async ({ page, context, person }) => {
  const refreshes = counting(context, "/api/v1/token/refresh");
  await page.goto("/login");
  await formLives(page);
  await fillLogin(page, person);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL("/account");
  await accountLives(page);
  expect(await token(page)).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  expect(refreshes()).toBe(0);
});

test("Enter submits from every field", async ({ page, person }) => {
  for (const label of ["Username or email", "Password"]) {
    await page.goto("/login");
    await formLives(page);
    await fillLogin(page, person);
    await page.getByLabel(label, { exact: true }).press("Enter");
    await expect(page).toHaveURL("/account");
    await accountLives(page);
    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(page).toHaveURL("/");
  }
});

test("a wrong password is one message with focus", async ({ page, person, watch }) => {
  watch.expect(401, "/action/enter");
  await page.goto("/login");
  await formLives(page);
  await fillLogin(page, { ...person, password: "not the password at all" });
  await page.getByRole("button", { name: "Sign in" }).click();

  const summary = page.getByRole("alert");
  await expect(summary).toBeFocused();
  await expect(summary.getByRole("heading")).toHaveText("That did not work");
  await expect(summary.getByRole("listitem")).toHaveText(["The username or password is not right."]);
  await expect(page).toHaveTitle(/^Error: Sign in/);
  await expect(page).toHaveURL("/login");
  await expect(page.getByLabel("Username or email")).toHaveValue(person.username);
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue("");
  expect(await token(page)).toBeNull();

  // The link leads to the field, and the form still works.
  await summary.getByRole("link").click();
  await expect(page.getByLabel("Username or email")).toBeFocused();
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL("/account");
});

test("an unknown name and a wrong password look the same", async ({ page, person, watch }) => {
  watch.expect(401, "/action/enter");
  await page.goto("/login");
  await formLives(page);
  const answers = [];
  for (const username of [person.username, stranger().username]) {
    await fillLogin(page, { ...person, username, password: "not the password at all" });
    const answer = page.waitForResponse("**/action/enter");
    await page.getByRole("button", { name: "Sign in" }).click();
    answers.push(await (await answer).text());
    await expect(page.getByLabel("Password", { exact: true })).toHaveValue("");
  }
  expect(answers[0]).toBe(answers[1]);
});

test("a taken name is told, and changes nothing", async ({ page, person, watch }) => {
  watch.expect(409, "/action/enter");
  await page.goto("/register");
  await formLives(page);
  await fillRegistration(page, { ...person, username: person.username.toUpperCase() });
  await page.getByRole("button", { name: "Create account" }).click();

  await expect(page.getByRole("alert")).toBeFocused();
  await expect(page.getByRole("alert")).toContainText("This username is taken. Choose another one.");
  await expect(page).toHaveTitle(/^Error: Create account/);
  await expect(page.getByLabel("Username")).toHaveValue(person.username.toUpperCase());
  await expect(page.getByLabel("Username")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Email")).toHaveValue(person.email);
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue("");

  // It is true until the name is another.
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await expect(page.getByLabel("Username")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Username").fill(stranger().username);
  await expect(page.getByRole("alert")).toHaveCount(0);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL("/account");
});

test("that a name is taken stays told until that field is changed", async ({ page, person, watch }) => {
  watch.expect(409, "/action/enter");
  await page.goto("/register");
  await formLives(page);
  await fillRegistration(page, person);
  await page.getByRole("button", { name: "Create account" }).click();
  const told = page.locator("#register-username-error");
  await expect(told).toHaveText("This username is taken. Choose another one.");
  for (const [label, value] of [["Email", "nowhere"], ["Email", "ada@example.com"], ["Password", "short"], ["Password", person.password]] as const) {
    await page.getByLabel(label, { exact: label === "Password" }).fill(value);
    await expect(told).toBeVisible();
    await expect(page.getByRole("alert").getByRole("listitem")).toHaveText(["This username is taken. Choose another one."]);
  }
  await page.getByLabel("Username").press("End");
  await page.getByLabel("Username").pressSequentially("x");
  await expect(told).toHaveCount(0);
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("a taken address is told to nobody", async ({ page, person }) => {
  await page.goto("/register");
  await formLives(page);
  await fillRegistration(page, { ...stranger(), email: person.email });
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL("/account");
});

test("fields are checked on submit, not on blur, and a mended one is told at once", async ({ page, context }) => {
  const requests = counting(context, "/action/enter");
  await page.goto("/register");
  await formLives(page);
  const [name, email, password] = [
    page.getByLabel("Username"),
    page.getByLabel("Email"),
    page.getByLabel("Password", { exact: true }),
  ];
  await name.fill("ab");
  for (const field of [name, email, password]) {
    await field.focus();
    await field.blur();
  }
  await expect(page.locator(".error, [aria-invalid], [role=alert]")).toHaveCount(0);

  await email.fill("nowhere");
  await password.fill("short");
  await page.getByRole("button", { name: "Create account" }).click();
  const summary = page.getByRole("alert");
  await expect(summary).toBeFocused();
  await expect(page).toHaveTitle(/^Error: Create account/);
  await expect(summary.getByRole("link")).toHaveText([
    "The username must have at least 3 characters.",
    "Enter an email address like name@example.com.",
    "The password must have at least 15 characters.",
  ]);
  for (const [field, id] of [[name, "username"], [email, "email"], [password, "password"]] as const) {
    await expect(field).toHaveAttribute("aria-invalid", "true");
    await expect(field).toHaveAttribute("aria-describedby", new RegExp(`\\b${id}-error\\b`));
    await expect(page.locator(`#${id}-error`)).toBeVisible();
  }
  await expect(name).toHaveAccessibleDescription(/3 to 64 characters.*must have at least 3/);
  // Nothing was sent, so nothing was lost.
  await expect(password).toHaveValue("short");
  await summary.getByRole("link", { name: "email" }).click();
  await expect(email).toBeFocused();

  await email.fill("ada@example.com");
  await expect(email).not.toHaveAttribute("aria-invalid");
  await expect(page.locator("#email-error")).toHaveCount(0);
  await expect(email).not.toHaveAttribute("aria-describedby");
  await expect(name).toHaveAttribute("aria-invalid", "true");
  await name.fill(stranger().username);
  await password.fill("long enough for anybody");
  await expect(page.locator(".error, [aria-invalid], [role=alert]")).toHaveCount(0);
  await expect(page).toHaveTitle(/^Create account/);
  expect(requests()).toBe(0);

  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL("/account");
});

test("a long password of any script is taken whole", async ({ page, request }) => {
  const person = { ...stranger(), password: "🚪".repeat(255) + "é" };
  await page.goto("/register");
  await formLives(page);
  await fillRegistration(page, { ...person, password: "" });
  const password = page.getByLabel("Password", { exact: true });
  await password.focus();
  // As a paste: cut by a maxlength, where there is one.
  await page.keyboard.insertText(person.password);
  await expect(password).toHaveValue(person.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL("/account");
  const answer = await request.post("/api/v1/login", {
    data: { identifier: person.username, password: person.password },
  });
  expect(answer.status()).toBe(200);
});

test("one character too many is refused, not cut", async ({ page }) => {
  await page.goto("/register");
  await formLives(page);
  await fillRegistration(page, { ...stranger(), password: "" });
  await page.getByLabel("Password", { exact: true }).focus();
  await page.keyboard.insertText("a".repeat(257));
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("alert")).toContainText("The password must have at most 256 characters.");
});

test("a session that ended elsewhere does not draw the account", async ({ page, context, request }) => {
  await register(request);
  await context.addCookies([{ name: cookieName("session"), value: "made.up", domain: "localhost", path: "/" }]);
  await page.goto("/account");
  await expect(page).toHaveURL("/login?next=%2Faccount");
  await formLives(page);
});
