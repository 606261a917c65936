import {
  accountLives,
  comeBack,
  counting,
  endedDialog,
  endElsewhere,
  expect,
  fillLogin,
  formLives,
  openAccount,
  register,
  sendRequest,
  signIn,
  test,
  token,
  type BrowserContext,
  type Page,
  type Person,
} from "./support";

const REFRESH = "/api/v1/token/refresh";
/** What the refresh door answers in some tests: the page sees the answer, the server never the question. */
const problem = (status: number, code: string) => ({
  status,
  contentType: "application/problem+json",
  body: JSON.stringify({ code }),
});

/** Starts to type a name, which must not get lost. */
async function type(page: Page) {
  await page.getByLabel("Display name").fill("half a na");
}

async function isTyped(page: Page) {
  await expect(page.getByLabel("Display name")).toHaveValue("half a na");
}

/** Lets the token expire while every refresh gets this answer, then needs one; answers the old token and a count. */
async function expireAgainst(page: Page, context: BrowserContext, person: Person, status: number, code: string) {
  await page.clock.install();
  await signIn(context, person);
  await openAccount(page);
  const before = await token(page);
  const refreshes = counting(context, REFRESH);
  await page.route(`**${REFRESH}`, (route) => route.fulfill(problem(status, code)));
  await page.clock.fastForward("10:30");
  await page.getByRole("button", { name: "Send request" }).click();
  return { before, refreshes };
}

test("the token is refreshed silently before it expires, when something needs it", async ({ page, context, person }) => {
  await page.clock.install();
  await signIn(context, person);
  await openAccount(page);
  await type(page);
  const before = await token(page);
  const refreshes = counting(context, REFRESH);
  await page.clock.fastForward("09:30");
  await sendRequest(page);
  expect(refreshes()).toBe(0);
  await page.clock.fastForward("00:15");
  // Fifteen seconds are left: enough to be accepted, too few to be sent.
  await expect(page.getByText(/^0 min 1\d s left$/)).toBeVisible();
  await sendRequest(page);
  expect(refreshes()).toBe(1);
  expect(await token(page)).not.toBe(before);
  await isTyped(page);
  await expect(endedDialog(page)).toBeHidden();
});

test("a session that ended: the page and its text stay, one signs in in a new tab and goes on", async ({ page, context, person, request, watch }) => {
  watch.expect(401, "/action/act");
  watch.expect(400, REFRESH);
  const refreshes = counting(context, REFRESH);
  await signIn(context, person);
  await page.goto("/account?x=1");
  await accountLives(page);
  await type(page);
  await endElsewhere(request, page);
  expect(refreshes()).toBe(1);
  await page.getByRole("button", { name: "Save" }).click();

  const dialog = endedDialog(page);
  await expect(dialog).toBeVisible();
  await expect(dialog).toContainText("This page stays as it is, with everything you typed.");
  await isTyped(page);
  expect(refreshes()).toBe(2);
  expect(await token(page)).toBeNull();
  const [tab] = await Promise.all([
    context.waitForEvent("page"),
    dialog.getByRole("link", { name: "Sign in in a new tab" }).click(),
  ]);
  await expect(tab).toHaveURL("/login?next=%2Faccount%3Fx%3D1");
  await formLives(tab);
  await fillLogin(tab, person);
  await tab.getByRole("button", { name: "Sign in" }).click();
  await expect(tab).toHaveURL("/account?x=1");

  await expect(dialog).toBeHidden();
  await expect(page.getByRole("status").getByText("You are signed in again.")).toBeVisible();
  await isTyped(page);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved")).toBeVisible();
  await expect(page).toHaveURL("/account?x=1");
});

test("the dialog closes on Esc, gives focus back, and comes again when a session is needed", async ({ page, context, person, request, watch }) => {
  watch.expect(401, "/api/v1/me");
  watch.expect(400, REFRESH);
  await signIn(context, person);
  await openAccount(page);
  await endElsewhere(request, page);
  const button = page.getByRole("button", { name: "Send request" });
  await button.click();
  const dialog = endedDialog(page);
  await expect(dialog.getByRole("link", { name: "Sign in in a new tab" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(button).toBeFocused();
  await expect(page.getByRole("status").getByText("This session has ended. Sign in again.")).toBeVisible();
  // A look at the page is not a need.
  await comeBack(page);
  await expect(dialog).toBeHidden();
  await button.click();
  await expect(dialog).toBeVisible();
  await dialog.getByRole("button", { name: "Not now" }).click();
  await expect(dialog).toBeHidden();

  // Signed in without script meanwhile, which no event tells: the next need finds out.
  await signIn(context, person);
  await sendRequest(page);
  await expect(page.getByRole("status").getByText("You are signed in again.")).toBeVisible();
  await expect(dialog).toBeHidden();
});

test("what needs no session does not say again that it is over", async ({ page, context, person, request, watch }) => {
  watch.expect(400, REFRESH);
  await signIn(context, person);
  const refreshes = counting(context, REFRESH);
  await page.goto("/account/password");
  await expect(page.getByRole("button", { name: "Show new password" })).toBeVisible();
  await expect.poll(() => token(page)).not.toBeNull();
  await endElsewhere(request, page);
  await page.evaluate(() => localStorage.setItem("access_token", "worn.out.token"));
  await comeBack(page);
  const dialog = endedDialog(page);
  await dialog.getByRole("button", { name: "Not now" }).click();
  await expect(dialog).toBeHidden();
  const before = refreshes();

  await page.getByLabel("New password", { exact: true }).fill("nine grey herons by the weir");
  await expect(page.locator(".strength [role=status]")).toHaveText("Very hard to guess.");
  await expect(dialog).toBeHidden();
  expect(refreshes()).toBe(before);
});

test("a session that ended is told in every tab, and none loses its text", async ({ page, context, person, request, watch }) => {
  watch.expect(401, "/api/v1/me");
  watch.expect(400, REFRESH);
  await signIn(context, person);
  const other = await context.newPage();
  for (const tab of [page, other]) {
    await openAccount(tab);
    await type(tab);
  }
  await endElsewhere(request, page);
  await page.getByRole("button", { name: "Send request" }).click();
  for (const tab of [page, other]) {
    await expect(endedDialog(tab)).toBeVisible();
    await expect(tab).toHaveURL("/account");
    await isTyped(tab);
  }
  // A new page is simply signed out, and takes nobody along.
  const third = await context.newPage();
  await third.goto("/");
  await expect(third.getByRole("link", { name: "Sign in" })).toBeVisible();
  await isTyped(other);
  await expect(other).toHaveURL("/account");
});

test("somebody else who signs in then starts the page over", async ({ page, context, person, request, watch }) => {
  watch.expect(401, "/api/v1/me");
  watch.expect(400, REFRESH);
  await signIn(context, person);
  await openAccount(page);
  await endElsewhere(request, page);
  await page.getByRole("button", { name: "Send request" }).click();
  await expect(endedDialog(page)).toBeVisible();
  const second = await register(request);
  await signIn(context, second);
  const other = await context.newPage();
  await openAccount(other);
  await expect(page.getByText(`Signed in as ${second.username}`)).toBeVisible();
  await expect(page.getByText(person.username)).toHaveCount(0);
});

test("a tab that slept wakes signed in", async ({ page, context, person }) => {
  await page.clock.install();
  await signIn(context, person);
  await openAccount(page);
  await type(page);
  const before = await token(page);
  const refreshes = counting(context, REFRESH);
  await page.clock.fastForward("08:00:00");
  await expect(page.getByText("Expired")).toBeVisible();
  expect(refreshes()).toBe(0);
  await comeBack(page);
  await expect.poll(() => token(page)).not.toBe(before);
  await sendRequest(page);
  expect(refreshes()).toBe(1);
  await isTyped(page);
  await comeBack(page);
  expect(refreshes()).toBe(1);
});

test("offline at expiry is not signed out; the line's return refreshes", async ({ page, context, person, watch }) => {
  watch.expect("failed", REFRESH);
  await page.clock.install();
  await signIn(context, person);
  await openAccount(page);
  await type(page);
  const before = await token(page);
  await page.clock.fastForward("10:30");
  await context.setOffline(true);
  await page.getByRole("button", { name: "Send request" }).click();
  await expect(page.getByRole("status").getByText("The server could not be reached.")).toBeVisible();
  await comeBack(page);
  expect(await token(page)).toBe(before);
  await expect(endedDialog(page)).toBeHidden();
  await expect(page.getByText("You are offline.")).toBeVisible();

  await context.setOffline(false);
  await expect.poll(() => token(page)).not.toBe(before);
  await expect(page.getByText("You are offline.")).toHaveCount(0);
  await isTyped(page);
  await sendRequest(page);
});

test("a server in trouble at expiry is asked again with longer and longer pauses", async ({ page, context, person, watch }) => {
  watch.expect(503, REFRESH);
  const { before, refreshes } = await expireAgainst(page, context, person, 503, "unavailable");
  await expect(page.getByRole("status").getByText("The service is not available right now.")).toBeVisible();
  expect(refreshes()).toBe(1);
  let asked = 1;
  for (const seconds of [2, 4, 8, 16, 32, 60, 60]) {
    const again = page.waitForResponse(`**${REFRESH}`);
    // Not before its time.
    await page.clock.runFor((seconds - 1) * 1000 - 500);
    expect(refreshes()).toBe(asked);
    await page.clock.runFor(1500);
    await again;
    asked += 1;
    expect(refreshes()).toBe(asked);
  }
  expect(await token(page)).toBe(before);
  await expect(endedDialog(page)).toBeHidden();

  await page.unrouteAll();
  await page.clock.runFor(61_000);
  await expect.poll(() => token(page)).not.toBe(before);
});

test("a refresh that came too late is tried again with the newer cookie", async ({ page, context, person, watch }) => {
  watch.expect(409, REFRESH);
  const refreshes = counting(context, REFRESH);
  await signIn(context, person);
  await page.route(`**${REFRESH}`, (route) => route.fulfill(problem(409, "stale_token")), { times: 2 });
  await openAccount(page);
  expect(refreshes()).toBe(3);
  await sendRequest(page);
});

test("a refresh that always comes too late is no sign-out", async ({ page, context, person, watch }) => {
  watch.expect(409, REFRESH);
  const { before, refreshes } = await expireAgainst(page, context, person, 409, "stale_token");
  await expect(page.getByRole("status").getByText("Try again.")).toBeVisible();
  expect(refreshes()).toBe(3);
  expect(await token(page)).toBe(before);
  await expect(endedDialog(page)).toBeHidden();
  await page.unrouteAll();
  await sendRequest(page);
});
