import {
  accountLives,
  cookieName,
  counting,
  expect,
  fillLogin,
  fillRegistration,
  formLives,
  isSignedInAs,
  register,
  signOut,
  stranger,
  summary,
  test,
  token,
  wrong,
} from "./support";

test("registering ends on the account page, with the token in localStorage", async ({ page, context }) => {
  const person = stranger();
  await page.goto("/register");
  await formLives(page);
  await fillRegistration(page, person);
  await page.getByRole("button", { name: "Create account" }).click();

  await expect(page).toHaveURL("/account");
  await accountLives(page);
  await isSignedInAs(page, person.username);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(person.username);
  await expect(page.getByText(person.email)).toBeVisible();
  // What a password manager takes for success: none that can be seen.
  await expect(page.locator("input[type=password]:visible")).toHaveCount(0);

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
  await expect(page.getByText("No address")).toBeVisible();
});

test("signing in stores the token and needs no refresh", async ({ page, context, person }) => {
  const refreshes = counting(context, "/api/v1/token/refresh");
  await page.goto("/login");
  await formLives(page);
  await fillLogin(page, person);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL("/account");
  await accountLives(page);
  expect(await token(page)).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  expect(refreshes()).toBe(0);
});

test("Enter submits from every field", async ({ page, person }) => {
  for (const label of ["Username", "Password"]) {
    await page.goto("/login");
    await formLives(page);
    await fillLogin(page, person);
    await page.getByLabel(label, { exact: true }).press("Enter");
    await expect(page).toHaveURL("/account");
    await accountLives(page);
    await signOut(page);
  }
});

test("a wrong password is one message, at the field that was emptied, with focus there", async ({ page, person, watch }) => {
  watch.expect(401, "/action/enter");
  await page.goto("/login");
  await formLives(page);
  await fillLogin(page, { ...person, password: "not the password at all" });
  await page.getByRole("button", { name: "Sign in", exact: true }).click();

  const [name, password] = [page.getByLabel("Username"), page.getByLabel("Password", { exact: true })];
  await expect(password).toBeFocused();
  await expect(password).toHaveAttribute("aria-invalid", "true");
  await expect(password).toHaveAccessibleDescription("Wrong username or password.");
  await expect(page.getByText("Wrong username or password.").filter({ visible: true })).toHaveCount(1);
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expect(name).not.toHaveAttribute("aria-invalid");
  await expect(page).toHaveTitle(/^Error: Sign in/);
  await expect(page).toHaveURL("/login");
  await expect(name).toHaveValue(person.username);
  await expect(password).toHaveValue("");
  expect(await token(page)).toBeNull();

  // It is gone once one types, and the form still works.
  await page.keyboard.type("s");
  await expect(wrong(page, "login-password")).toBeEmpty();
  await expect(password).not.toHaveAttribute("aria-invalid");
  await expect(page).toHaveTitle(/^Sign in/);
  await password.fill(person.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
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
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
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

  await expect(page.getByLabel("Username")).toBeFocused();
  await expect(wrong(page, "register-username")).toHaveText("This username is taken. Choose another one.");
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expect(page).toHaveTitle(/^Error: Create account/);
  await expect(page.getByLabel("Username")).toHaveValue(person.username.toUpperCase());
  await expect(page.getByLabel("Username")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Email")).toHaveValue(person.email);
  // The password was at no fault.
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue(person.password);

  // It is true until the name is another.
  await page.getByLabel("Email").fill("");
  await expect(page.getByLabel("Username")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Username").fill(stranger().username);
  await expect(page.locator("[aria-invalid]")).toHaveCount(0);
  await expect(wrong(page, "register-username")).toBeEmpty();
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL("/account");
});

test("that a name is taken stays told until that field is changed", async ({ page, person, watch }) => {
  watch.expect(409, "/action/enter");
  await page.goto("/register");
  await formLives(page);
  await fillRegistration(page, person);
  await page.getByRole("button", { name: "Create account" }).click();
  const told = wrong(page, "register-username");
  await expect(told).toHaveText("This username is taken. Choose another one.");
  for (const [label, value] of [["Email", "nowhere"], ["Email", "ada@example.com"], ["Password", "short"], ["Password", person.password]] as const) {
    await page.getByLabel(label, { exact: label === "Password" }).fill(value);
    await expect(told).toBeVisible();
    await expect(told).toHaveText("This username is taken. Choose another one.");
  }
  await page.getByLabel("Username").press("End");
  await page.getByLabel("Username").pressSequentially("x");
  await expect(told).toBeEmpty();
  await expect(page.locator("[aria-invalid]")).toHaveCount(0);
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
  const nothingIsWrong = async () => {
    await expect(page.locator("main [aria-invalid]")).toHaveCount(0);
    await expect(page.getByRole("alert")).toHaveCount(0);
    for (const error of await page.locator("main .error").all()) await expect(error).toBeEmpty();
  };
  await name.fill("ab");
  for (const field of [name, email, password]) {
    await field.focus();
    await field.blur();
  }
  await nothingIsWrong();

  await email.fill("nowhere");
  await password.fill("short");
  await page.getByRole("button", { name: "Create account" }).click();
  const box = summary(page);
  await expect(box).toBeFocused();
  await expect(box.getByRole("heading")).toHaveText("The account was not created");
  await expect(page).toHaveTitle(/^Error: Create account/);
  await expect(box.getByRole("link")).toHaveText([
    "At least 3 characters.",
    "Enter an email address like name@example.com.",
    "At least 15 characters.",
  ]);
  for (const [field, id] of [[name, "username"], [email, "email"], [password, "password"]] as const) {
    await expect(field).toHaveAttribute("aria-invalid", "true");
    await expect(field).toHaveAttribute("aria-describedby", new RegExp(`\\bregister-${id}-error\\b`));
    await expect(wrong(page, `register-${id}`)).toBeVisible();
  }
  await expect(name).toHaveAccessibleDescription(/At least 3 characters\.$/);
  // What is wrong takes the place of the hint.
  await expect(page.locator("#register-username-hint")).toBeHidden();
  // Nothing was sent, so nothing was lost.
  await expect(password).toHaveValue("short");
  await box.getByRole("link", { name: "email" }).click();
  await expect(email).toBeFocused();
  await expect(page).toHaveURL("/register");

  await email.fill("ada@example.com");
  await expect(email).not.toHaveAttribute("aria-invalid");
  await expect(wrong(page, "register-email")).toBeEmpty();
  await expect(email).toHaveAccessibleDescription(/^Confirm it later by a mail: then you can sign in with it/);
  await expect(name).toHaveAttribute("aria-invalid", "true");
  await expect(box.getByRole("link")).toHaveCount(2);
  await name.fill(stranger().username);
  // The last one stands at its field alone.
  await expect(box).toBeHidden();
  await expect(password).toHaveAttribute("aria-invalid", "true");
  await password.fill("long enough for anybody");
  await nothingIsWrong();
  await expect(page).toHaveTitle(/^Create account/);
  expect(requests()).toBe(0);

  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL("/account");
});

for (const [name, says] of [
  ["ada lovelace", "Use letters, digits, dot, dash and underscore; no spaces."],
  ["ada😀", "Use letters, digits, dot, dash and underscore; no spaces."],
  ["ada@example.com", "That looks like an email address. Put it under “Email”."],
  ["admin", "This name is reserved. Choose another one."],
] as const) {
  test(`the name “${name}” is refused with what helps`, async ({ page, watch }) => {
    watch.expect(422, "/action/enter");
    await page.goto("/register");
    await formLives(page);
    await fillRegistration(page, { ...stranger(), username: name });
    await page.getByRole("button", { name: "Create account" }).click();
    await expect(wrong(page, "register-username")).toHaveText(says);
    await expect(page.getByLabel("Username")).toBeFocused();
    await expect(page.getByLabel("Password", { exact: true })).not.toHaveValue("");
  });
}

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
  await expect(wrong(page, "register-password")).toHaveText("At most 256 characters.");
  await expect(page.getByLabel("Password", { exact: true })).toBeFocused();
});

test("a session that ended elsewhere does not draw the account", async ({ page, context, request }) => {
  await register(request);
  await context.addCookies([{ name: cookieName("session"), value: "made.up", domain: "localhost", path: "/" }]);
  await page.goto("/account");
  await expect(page).toHaveURL("/login?next=%2Faccount&reason=over");
  await expect(page.getByText("Your session has ended. Sign in to go on.")).toBeVisible();
  await formLives(page);
});
