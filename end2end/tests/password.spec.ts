import {
  counting,
  expect,
  formLives,
  openAccount,
  signIn,
  stranger,
  summary,
  test,
  toast,
  token,
  wrong,
  type Page,
} from "./support";

const NEW = "nine grey herons by the weir";
const ACT = "/action/act";
const STRENGTH = "/action/strength";

const current = (page: Page) => page.getByLabel("Current password", { exact: true });
const wanted = (page: Page) => page.getByLabel("New password", { exact: true });
const change = (page: Page) => page.getByRole("button", { name: "Change password" });

async function openPassword(page: Page) {
  await openAccount(page, "", "/account/password");
}

test("a new password signs out everything else and goes on with this session", async ({ page, context, open, person }) => {
  const other = await open();
  await signIn(other, person);
  await signIn(context, person);
  await openAccount(page, "", "/account/security");
  const before = await token(page);
  await page.getByRole("link", { name: "Change" }).click();
  await expect(page).toHaveURL("/account/password");
  await formLives(page);
  const sent = page.waitForRequest(`**${ACT}`);
  await current(page).fill(person.password);
  await wanted(page).fill(NEW);
  await change(page).click();
  expect(await (await sent).headerValue("authorization")).toMatch(/^Bearer eyJ/);
  await expect(toast(page)).toHaveText("Password changed. You are signed out everywhere else.");
  await expect(page).not.toHaveTitle(/^Error/);
  // The passwords are gone.
  for (const input of await page.locator("input[type=password]").all()) await expect(input).toHaveValue("");

  // This session goes on, with a token of its own; the other one is over.
  expect(await token(page)).not.toBe(before);
  await openAccount(page);
  expect((await other.request.get("/account", { maxRedirects: 0 })).status()).toBe(303);
  await signIn(await open(), { ...person, password: NEW });
  const old = await context.request.post("/api/v1/login", {
    data: { identifier: person.username, password: person.password },
  });
  expect(old.status()).toBe(401);
});

test("a wrong current password and a bad new one are told where they stand", async ({ page, context, person, watch }) => {
  watch.expect(401, ACT);
  watch.expect(422, ACT);
  await signIn(context, person);
  await openPassword(page);
  await change(page).click();
  await expect(summary(page).getByRole("link")).toHaveText(["Enter your current password.", "Enter a new password."]);
  await expect(summary(page)).toBeFocused();
  await current(page).fill("not the password at all");
  await wanted(page).fill(NEW);
  await expect(summary(page)).toBeHidden();
  await change(page).click();
  const [currentWrong, newWrong] = [wrong(page, "password-current_password"), wrong(page, "password-new_password")];
  await expect(currentWrong).toHaveText("That is not your current password.");
  await expect(current(page)).toBeFocused();
  await expect(current(page)).toHaveAttribute("aria-invalid", "true");
  await expect(current(page)).toHaveValue("");
  await expect(summary(page)).toBeHidden();
  // The new one was at no fault.
  await expect(wanted(page)).toHaveValue(NEW);
  await expect(page).toHaveTitle(/^Error: Change password/);

  // It stays told until that field is changed; then nothing is wrong any more.
  await wanted(page).fill("passwordpassword");
  await expect(currentWrong).toHaveText("That is not your current password.");
  await current(page).fill(person.password);
  await expect(page.locator("main [aria-invalid]")).toHaveCount(0);
  await expect(currentWrong).toBeEmpty();
  await expect(page).toHaveTitle(/^Change password/);
  await change(page).click();
  await expect(newWrong).toHaveText("Attackers try this password first. Choose another one.");
  await expect(wanted(page)).toHaveAttribute("aria-invalid", "true");
  await expect(wanted(page)).toBeFocused();
  await expect(page).toHaveTitle(/^Error: Change password/);
  await wanted(page).fill("short");
  await expect(newWrong).not.toBeEmpty();
  await expect(wanted(page)).toHaveAttribute("aria-invalid", "true");
  await signIn(context, person);

  await wanted(page).fill(NEW);
  await expect(newWrong).toBeEmpty();
  await change(page).click();
  await expect(toast(page)).toHaveText("Password changed. You are signed out everywhere else.");
});

test("the password that one has is not taken for a new one", async ({ page, context, person, watch }) => {
  watch.expect(422, ACT);
  await signIn(context, person);
  await openPassword(page);
  await current(page).fill(person.password);
  await wanted(page).fill(person.password);
  await change(page).click();
  await expect(wrong(page, "password-new_password")).toHaveText("That is your current password. Choose another one.");
});

test("a refusal is over once the next try succeeds", async ({ page, context, person, watch }) => {
  watch.expect("failed", ACT);
  await signIn(context, person);
  await openPassword(page);
  await page.route(`**${ACT}`, (route) => route.abort("connectionreset"), { times: 1 });
  await current(page).fill(person.password);
  await wanted(page).fill(NEW);
  await change(page).click();
  await expect(summary(page)).toContainText("The server could not be reached.");
  await expect(summary(page).getByRole("heading")).toHaveText("The password was not changed");
  // Where no field is to blame, nothing is a link.
  await expect(summary(page).getByRole("link")).toHaveCount(0);
  await expect(page).toHaveTitle(/^Error: Change password/);
  // Nobody judged them.
  await expect(current(page)).toHaveValue(person.password);
  await change(page).click();
  await expect(toast(page)).toHaveText("Password changed. You are signed out everywhere else.");
});

test("the form is as password managers like it", async ({ page, context, person }) => {
  await signIn(context, person);
  await page.goto("/.well-known/change-password");
  await expect(page).toHaveURL("/account/password");
  await expect(change(page)).toBeVisible();
  const inputs = page.locator("main form input:not([type=hidden])");
  expect(await inputs.evaluateAll((inputs) => inputs.map((input) => input.getAttribute("autocomplete")))).toEqual([
    "username",
    "current-password",
    "new-password",
  ]);
  await expect(inputs.first()).toHaveValue(person.username);
  await expect(wanted(page)).toHaveAttribute("passwordrules", "minlength: 15; maxlength: 256;");
  for (const input of [current(page), wanted(page)]) await expect(input).not.toHaveAttribute("maxlength");
  // Each field has a button of its own.
  await current(page).fill("one");
  await page.getByRole("button", { name: "Show: Current password" }).click();
  await expect(current(page)).toHaveAttribute("type", "text");
  await expect(wanted(page)).toHaveAttribute("type", "password");
});

test("strength is told in words, once typing has paused, and never sends more than it must", async ({ page, context }) => {
  const asked = counting(context, STRENGTH);
  await page.clock.install();
  await page.goto("/register");
  await formLives(page);
  // However slow the typing is, time stands still meanwhile.
  await page.clock.pauseAt(Date.now() + 60_000);
  const password = page.getByLabel("Password", { exact: true });
  const meter = page.getByRole("meter", { name: "Password strength" });
  const words = page.locator(".strength [role=status]");
  await expect(meter).toBeHidden();
  await expect(words).toBeEmpty();
  await password.pressSequentially("password");
  expect(asked()).toBe(0);
  await password.pressSequentially("password");
  await page.clock.runFor(500);
  await expect(words).toHaveText("Attackers try this password first. Choose another one.");
  await expect(meter).toBeVisible();
  await expect(meter).toHaveJSProperty("value", 0);
  expect(asked()).toBe(1);

  await password.fill(NEW);
  await page.clock.runFor(500);
  await expect(words).toHaveText("Strong.");
  await expect(meter).toHaveJSProperty("value", 4);
  await password.fill("");
  await page.clock.runFor(500);
  await expect(words).toBeEmpty();
  await expect(meter).toBeHidden();
});

test("one's own name and address are advised against before they are refused", async ({ page, context, person }) => {
  const words = page.locator(".strength [role=status]");
  await page.goto("/register");
  await formLives(page);
  await page.getByLabel("Email").fill("countess.of.lovelace@example.com");
  for (const password of ["countess.of.lovelace", "countess.of.lovelace@example.com"]) {
    await page.getByLabel("Password", { exact: true }).fill("");
    await expect(words).toBeEmpty();
    await page.getByLabel("Password", { exact: true }).fill(password);
    await expect(words).toHaveText("Do not use your name or address as a password.");
  }
  await signIn(context, person);
  await openPassword(page);
  for (const password of [person.username.repeat(2), person.email]) {
    await wanted(page).fill("");
    await expect(words).toBeEmpty();
    await wanted(page).fill(password);
    await expect(words).toHaveText("Do not use your name or address as a password.");
  }
});

test("registration works without an answer about strength", async ({ page, watch }) => {
  watch.expect("failed", STRENGTH);
  const person = stranger();
  await page.route(`**${STRENGTH}`, (route) => route.abort("connectionreset"));
  await page.goto("/register");
  await formLives(page);
  const failed = page.waitForEvent("requestfailed");
  await page.getByLabel("Username").fill(person.username);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await failed;
  await expect(page.locator(".strength [role=status]")).toBeEmpty();
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL("/account");
});

test("signing in asks nothing about strength", async ({ page, context, person }) => {
  const asked = counting(context, STRENGTH);
  await page.clock.install();
  await page.goto("/login");
  await formLives(page);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.clock.runFor(1000);
  await expect(page.locator(".strength")).toHaveCount(0);
  expect(asked()).toBe(0);
});
