import {
  accountLives,
  expect,
  fillLogin,
  formLives,
  hold,
  isAtSignIn,
  lockDatabase,
  openMenu,
  register,
  signIn,
  signOutButton,
  summary,
  takeTable,
  test,
  toast,
  type Page,
  type Person,
} from "./support";

/** The form says what went wrong, keeps what was filled in, and can be sent again. */
async function isUsable(page: Page, person: Person, message: string) {
  await expect(summary(page)).toBeFocused({ timeout: 10_000 });
  await expect(summary(page).getByRole("heading")).toHaveText("You are not signed in");
  await expect(summary(page).getByRole("listitem").first()).toHaveText(message);
  // Where no field is to blame, nothing is a link.
  await expect(summary(page).getByRole("link")).toHaveCount(0);
  await expect(page.getByLabel("Username")).toHaveValue(person.username);
  const button = page.getByRole("button", { name: "Sign in", exact: true });
  await expect(button).not.toHaveAttribute("aria-busy");
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue(person.password);
  await expect(button).not.toHaveAttribute("aria-disabled", { timeout: 10_000 });
  await button.click();
  await expect(page).toHaveURL(/\/account(\?arrived)?$/);
}

for (const [what, status, message] of [
  ["a fault of ours", 500, "Something went wrong on our side. Try again."],
  ["a database that does not answer", 503, "The service is not available right now. Try again in a moment."],
] as const) {
  test(`${what} leaves the form usable`, async ({ open, request, serve, watch }) => {
    watch.expect(status, "/action/enter");
    const { url, data } = await serve();
    const person = await register(request, url);
    const page = await (await open({ baseURL: url })).newPage();
    await page.goto("/login");
    await formLives(page);
    await fillLogin(page, person);
    const mend = status === 500 ? takeTable("sessions", data) : await lockDatabase(data);
    const answer = page.waitForResponse("**/action/enter");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    expect((await answer).status()).toBe(status);
    await mend();
    await isUsable(page, person, message);
  });
}

test("a proxy's page leaves the form usable", async ({ page, person, watch }) => {
  watch.expect(502, "/action/enter");
  await page.goto("/login");
  await formLives(page);
  // Not an answer of the server: of what stands before it, when the server is away.
  const body = "<h1>Bad gateway</h1>";
  await page.route("**/action/enter", (route) => route.fulfill({ status: 502, contentType: "text/html", body }), { times: 1 });
  await fillLogin(page, person);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await isUsable(page, person, "Something went wrong on our side. Try again.");
});

test("a broken connection leaves the form usable", async ({ page, person, watch }) => {
  watch.expect("failed", "/action/enter");
  await page.goto("/login");
  await formLives(page);
  await page.route("**/action/enter", (route) => route.abort("connectionreset"), { times: 1 });
  await fillLogin(page, person);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(summary(page)).toContainText("The server could not be reached.");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL("/account");
});

test("an answer that never comes is given up on", async ({ page, person }) => {
  await page.clock.install();
  await page.goto("/login");
  await formLives(page);
  await hold(page, "**/action/enter");
  await fillLogin(page, person);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("button", { name: "Signing in…" })).toBeVisible();
  await page.clock.fastForward("00:20");
  await expect(summary(page)).toContainText("The server could not be reached.");
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue(person.password);
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL("/account");
});

test("a sign-out that never answers is given up on, and can be tried again", async ({ page, context, person }) => {
  await page.clock.install();
  await signIn(context, person);
  await page.goto("/account");
  await accountLives(page);
  const held = await hold(page, "**/logout");
  await openMenu(page);
  const button = signOutButton(page);
  await button.click();
  await expect(button).toHaveText("Signing out…");
  await expect.poll(held.count).toBe(1);
  await page.clock.fastForward("00:20");
  await expect(toast(page)).toHaveText("The server could not be reached. Check the connection and try again.");
  await expect(button).toHaveText("Sign out");
  await expect(button).not.toHaveAttribute("aria-busy");
  await page.unrouteAll({ behavior: "ignoreErrors" });
  // What was given up on does not sign out later.
  await page.reload();
  await accountLives(page);
  await openMenu(page);
  await button.click();
  await isAtSignIn(page);
});
