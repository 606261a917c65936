import {
  accountLives,
  expect,
  fillLogin,
  fillRegistration,
  formLives,
  hold,
  isAtSignIn,
  isSignedInAs,
  openMenu,
  signOutButton,
  stranger,
  summary,
  test,
  token,
  wrong,
} from "./support";

test("S76: what is typed before the islands run survives", async ({ page }) => {
  const person = stranger();
  const wasm = await hold(page, "**/*.wasm");
  await page.goto("/register");
  await fillRegistration(page, person);
  const name = page.getByLabel("Username");
  await name.focus();
  await name.evaluate((input: HTMLInputElement) => input.setSelectionRange(2, 2));
  await expect(page.getByRole("button", { name: /^Show/ })).toHaveCount(0);

  wasm.release();
  await formLives(page);
  await expect(name).toHaveValue(person.username);
  await expect(page.getByLabel("Email")).toHaveValue(person.email);
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue(person.password);
  await expect(name).toBeFocused();
  expect(await name.evaluate((input: HTMLInputElement) => input.selectionStart)).toBe(2);
  expect(wasm.count()).toBe(1);

  // And it is what is sent.
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL("/account");
  await isSignedInAs(page, person.username);
});

test("S76: a sign-in before the islands run ends with the token in localStorage", async ({ page, person }) => {
  const wasm = await hold(page, "**/*.wasm");
  await page.goto("/login?next=%2Faccount%3Fx%3D1");
  await fillLogin(page, person);
  const posted = page.waitForRequest((request) => request.method() === "POST");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  expect(new URL((await posted).url()).pathname).toBe("/login");
  await expect(page).toHaveURL("/account?x=1");
  await isSignedInAs(page, person.username);
  expect(await token(page)).toBeNull();

  wasm.release();
  await accountLives(page);
  expect(await token(page)).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
});

test("a refused sign-in before the islands run keeps the message when they do", async ({ page, person, watch }) => {
  watch.expect(401, "/login");
  const wasm = await hold(page, "**/*.wasm");
  await page.goto("/login");
  await fillLogin(page, { ...person, password: "not the password at all" });
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(wrong(page, "login-password")).toHaveText("Wrong username or password.");
  const password = page.getByLabel("Password", { exact: true });
  await expect(password).toBeFocused();

  wasm.release();
  await formLives(page);
  await expect(wrong(page, "login-password")).toHaveText("Wrong username or password.");
  await expect(password).toHaveAttribute("aria-invalid", "true");
  await expect(page).toHaveTitle(/^Error: Sign in/);
  await expect(page.getByLabel("Username")).toHaveValue(person.username);
  // What is typed now is the next try, and was not refused.
  await password.pressSequentially(person.password.slice(0, 1));
  await expect(wrong(page, "login-password")).toBeEmpty();
  await expect(password).not.toHaveAttribute("aria-invalid");
  await expect(page).toHaveTitle(/^Sign in/);
  await password.fill(person.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL("/account");
});

test("several errors of a form that the browser sent have focus, and go one by one once the islands run", async ({ page, watch }) => {
  watch.expect(422, "/register");
  const wasm = await hold(page, "**/*.wasm");
  await page.goto("/register");
  const [name, password] = [page.getByLabel("Username"), page.getByLabel("Password", { exact: true })];
  await name.fill("a b");
  await password.fill("short");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(summary(page)).toBeFocused();
  // One is mended before they run.
  await password.fill(stranger().password);

  wasm.release();
  await formLives(page);
  await expect(wrong(page, "register-password")).toBeEmpty();
  await expect(wrong(page, "register-username")).not.toBeEmpty();
  await expect(name).toHaveAccessibleDescription((await wrong(page, "register-username").textContent()) ?? "");
  await expect(page).toHaveTitle(/^Error: /);
  await name.fill(stranger().username);
  await expect(wrong(page, "register-username")).toBeEmpty();
  await expect(name).toHaveAccessibleDescription(/^Letters, digits/);
  await expect(page).toHaveTitle(/^Create account/);
});

test("signing out before the islands run leaves no token behind", async ({ page, person }) => {
  await page.goto("/login");
  await formLives(page);
  await fillLogin(page, person);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await accountLives(page);

  const wasm = await hold(page, "**/*.wasm");
  await page.reload();
  await openMenu(page);
  await signOutButton(page).click();
  await isAtSignIn(page);
  expect(await token(page)).toBeNull();
  wasm.release();
});
