import {
  cookieName,
  counting,
  expect,
  openAccount,
  signIn,
  test,
  token,
  type BrowserContext,
  type Page,
  type Person,
} from "./support";

const SESSIONS = "/api/v1/me/sessions";
const OTHERS = /\/api\/v1\/me\/sessions\?except=current$/;
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";

/** Opens the list and waits until its buttons work. */
async function openSessions(page: Page) {
  await page.goto("/account/sessions");
  await expect(page.getByRole("button", { name: "End all sessions" })).toBeVisible();
}

/** Another browser of the same person. */
type Elsewhere = (person: Person, userAgent: string) => Promise<BrowserContext>;

function elsewhere(open: (options?: { userAgent: string }) => Promise<BrowserContext>): Elsewhere {
  return async (person, userAgent) => {
    const context = await open({ userAgent });
    await signIn(context, person);
    return context;
  };
}

const row = (page: Page, device: string) => page.getByRole("listitem").filter({ hasText: device });

async function isSignedIn(context: BrowserContext): Promise<boolean> {
  const answer = await context.request.get("/account", { maxRedirects: 0 });
  return answer.status() === 200;
}

test("sessions are listed with device, address and times; this one is marked", async ({ address, page, context, open, person }) => {
  await elsewhere(open)(person, FIREFOX);
  await elsewhere(open)(person, IPHONE);
  await signIn(context, person);
  await openAccount(page);
  await page.getByRole("link", { name: "Your sessions" }).click();
  await expect(page).toHaveURL("/account/sessions");
  await expect(page).toHaveTitle(/^Your sessions/);

  const rows = page.getByRole("listitem");
  await expect(rows).toHaveCount(3);
  // This one first, the others newest first.
  await expect(rows.first()).toContainText("This device");
  await expect(page.getByText("This device")).toHaveCount(1);
  await expect(rows.nth(1).getByRole("heading")).toHaveText("Safari on iPhone");
  await expect(rows.nth(2).getByRole("heading")).toHaveText("Firefox on Linux");
  for (const item of await rows.all()) {
    await expect(item).toContainText(address);
    const times = item.locator("time");
    await expect(times).toHaveText(["just now", "just now"]);
    for (const time of await times.all()) {
      const machine = (await time.getAttribute("datetime")) ?? "";
      expect(Math.abs(Date.parse(machine) - Date.now())).toBeLessThan(120_000);
      await expect(time).toHaveAttribute("title", /^\d{1,2} [A-Z][a-z]+ \d{4}, \d\d:\d\d UTC$/);
    }
  }
  await expect(rows.first().getByRole("button")).toHaveCount(0);
});

test("one session is ended, is gone from the list and signed out; the others stay", async ({ address, page, context, open, person }) => {
  const firefox = await elsewhere(open)(person, FIREFOX);
  const iphone = await elsewhere(open)(person, IPHONE);
  await signIn(context, person);
  await openSessions(page);
  await row(page, "Firefox").getByRole("button", { name: `End session: Firefox on Linux from ${address}` }).click();
  const dialog = page.getByRole("dialog", { name: "Are you sure?" });
  await expect(dialog).toContainText(`Firefox on Linux from ${address} will be signed out.`);
  expect(await isSignedIn(firefox)).toBe(true);
  await dialog.getByRole("button", { name: "End session" }).click();

  await expect(dialog).toBeHidden();
  await expect(row(page, "Firefox")).toHaveCount(0);
  await expect(page.getByRole("status").getByText(`Ended: Firefox on Linux from ${address}.`)).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  expect(await isSignedIn(firefox)).toBe(false);
  expect(await isSignedIn(iphone)).toBe(true);
  expect(await isSignedIn(context)).toBe(true);
  await page.reload();
  await expect(page.getByRole("listitem")).toHaveCount(2);
});

test("all others are ended at once", async ({ page, context, open, person }) => {
  const others = [await elsewhere(open)(person, FIREFOX), await elsewhere(open)(person, IPHONE)];
  await signIn(context, person);
  await openSessions(page);
  await page.getByRole("button", { name: "End all other sessions" }).click();
  const dialog = page.getByRole("dialog", { name: "Are you sure?" });
  await expect(dialog).toContainText("You stay signed in here.");
  await dialog.getByRole("button", { name: "End all other sessions" }).click();
  await expect(page.getByRole("status").getByText("All other sessions are ended.")).toBeVisible();
  await expect(page.getByRole("listitem")).toHaveCount(1);
  await expect(row(page, "This device")).toBeVisible();
  await expect(page.getByRole("button", { name: "End all other sessions" })).toBeHidden();
  for (const other of others) expect(await isSignedIn(other)).toBe(false);
  expect(await isSignedIn(context)).toBe(true);
});

test("all are ended: here too, in every tab", async ({ page, context, open, person }) => {
  const firefox = await elsewhere(open)(person, FIREFOX);
  await signIn(context, person);
  const other = await context.newPage();
  await openAccount(other);
  await openSessions(page);
  await page.getByRole("button", { name: "End all sessions" }).click();
  const dialog = page.getByRole("dialog", { name: "Are you sure?" });
  await expect(dialog).toContainText("this browser too");
  await dialog.getByRole("button", { name: "End all sessions" }).click();
  await expect(page).toHaveURL("/");
  await expect(page.getByRole("link", { name: "Sign in" })).toBeVisible();
  await expect(other).toHaveURL("/");
  expect(await token(page)).toBeNull();
  // That this browser is known outlives the session, and opens nothing.
  expect((await context.cookies()).map((cookie) => cookie.name)).toEqual([cookieName("device")]);
  expect(await isSignedIn(firefox)).toBe(false);
});

test("the question keeps focus inside, is safe by default, and gives focus back", async ({ page, context, open, person }) => {
  await elsewhere(open)(person, FIREFOX);
  await signIn(context, person);
  const ends = counting(context, SESSIONS);
  await openSessions(page);
  const button = page.getByRole("button", { name: "End all other sessions" });
  const dialog = page.getByRole("dialog", { name: "Are you sure?" });
  await button.click();
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  const outside = () =>
    page.evaluate(() => {
      const focused = document.activeElement;
      // The browser's own controls come between the last and the first; the page behind never does.
      return focused !== document.body && !focused?.closest("dialog");
    });
  for (let press = 0; press < 6; press += 1) {
    await page.keyboard.press("Tab");
    expect(await outside()).toBe(false);
  }
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(button).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(button).toBeFocused();
  await expect(page.getByRole("listitem")).toHaveCount(2);
  expect(ends()).toBe(0);
});

test("an old proof: the password is asked for, then the act is done", async ({ page, context, open, person, watch }) => {
  watch.expect(401, SESSIONS);
  watch.expect(401, "/api/v1/me/reauthenticate");
  const firefox = await elsewhere(open)(person, FIREFOX);
  await signIn(context, person);
  await openSessions(page);
  const before = await token(page);
  const refreshes = counting(context, "/api/v1/token/refresh");
  await page.route(
    OTHERS,
    (route) =>
      route.fulfill({
        status: 401,
        contentType: "application/problem+json",
        body: '{"code":"reauthentication_required"}',
      }),
    { times: 1 },
  );
  const button = page.getByRole("button", { name: "End all other sessions" });
  await button.click();
  await page.getByRole("dialog").getByRole("button", { name: "End all other sessions" }).click();

  const proof = page.getByRole("dialog", { name: "Confirm that it is you" });
  await expect(proof).toContainText("You will not be asked again for 10 minutes.");
  await expect(page.getByRole("dialog", { name: "Are you sure?" })).toBeHidden();
  const password = proof.getByLabel("Password", { exact: true });
  await expect(password).toBeFocused();
  await expect(password).toHaveAttribute("autocomplete", "current-password");
  const name = proof.locator("input[autocomplete=username]");
  await expect(name).toHaveValue(person.username);
  await expect(name).toHaveAttribute("readonly");

  await password.press("Enter");
  await expect(password).toHaveAccessibleDescription("Enter your password.");
  await password.fill("not the password at all");
  await password.press("Enter");
  await expect(password).toHaveAttribute("aria-invalid", "true");
  await expect(password).toHaveAccessibleDescription("This password is not right.");
  await expect(password).toBeFocused();
  await expect(password).toHaveValue("");
  await expect(page.getByRole("listitem")).toHaveCount(2);
  expect(await isSignedIn(firefox)).toBe(true);

  await password.fill(person.password);
  await proof.getByRole("button", { name: "Confirm" }).click();
  await expect(proof).toBeHidden();
  await expect(page.getByRole("status").getByText("All other sessions are ended.")).toBeVisible();
  expect(await isSignedIn(firefox)).toBe(false);
  // The proof brought a token of the same session; none was refreshed, none taken for refused.
  expect(await token(page)).not.toBe(before);
  expect(refreshes()).toBe(0);
});

test("an act that is called off at the password is not done", async ({ page, context, open, person, watch }) => {
  watch.expect(401, SESSIONS);
  const firefox = await elsewhere(open)(person, FIREFOX);
  await signIn(context, person);
  await openSessions(page);
  await page.route(OTHERS, (route) =>
    route.fulfill({ status: 401, contentType: "application/problem+json", body: '{"code":"reauthentication_required"}' }),
  );
  const button = page.getByRole("button", { name: "End all other sessions" });
  await button.click();
  await page.getByRole("dialog").getByRole("button", { name: "End all other sessions" }).click();
  const proof = page.getByRole("dialog", { name: "Confirm that it is you" });
  await proof.getByLabel("Password", { exact: true }).fill(person.password);
  await page.keyboard.press("Escape");
  await expect(proof).toBeHidden();
  await expect(button).toBeFocused();
  await expect(page.locator("input[type=password]")).toHaveValue("");
  expect(await isSignedIn(firefox)).toBe(true);
});

test("trouble while ending is told in the dialog, and the next try works", async ({ page, context, open, person, watch }) => {
  watch.expect(503, SESSIONS);
  await elsewhere(open)(person, FIREFOX);
  await signIn(context, person);
  await openSessions(page);
  await page.route(
    OTHERS,
    (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: '{"code":"unavailable"}' }),
    { times: 1 },
  );
  await page.getByRole("button", { name: "End all other sessions" }).click();
  const dialog = page.getByRole("dialog", { name: "Are you sure?" });
  const end = dialog.getByRole("button", { name: "End all other sessions" });
  await end.click();
  await expect(dialog.getByRole("status").getByText("The service is not available right now.")).toBeVisible();
  await expect(page.getByRole("listitem")).toHaveCount(2);
  await end.click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("listitem")).toHaveCount(1);
});

test("a session that ended elsewhere meanwhile leaves the list all the same", async ({ page, context, open, person, watch }) => {
  watch.expect(404, new RegExp(`^${SESSIONS}/`));
  const firefox = await elsewhere(open)(person, FIREFOX);
  await signIn(context, person);
  await openSessions(page);
  await firefox.request.post("/api/v1/logout", { headers: { origin: new URL(page.url()).origin } });
  await row(page, "Firefox").getByRole("button").click();
  await page.getByRole("dialog").getByRole("button", { name: "End session" }).click();
  await expect(row(page, "Firefox")).toHaveCount(0);
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("the list can be read, and says what it cannot do", async ({ page, context, open, person, watch }) => {
    watch.expect("failed", /^\/pkg\/.*\.js$/);
    await elsewhere(open)(person, FIREFOX);
    await signIn(context, person);
    await page.goto("/account");
    await page.getByRole("link", { name: "Your sessions" }).click();
    await expect(page.getByRole("listitem")).toHaveCount(2);
    await expect(row(page, "Firefox on Linux")).toBeVisible();
    await expect(page.locator("noscript p")).toContainText("Ending sessions needs JavaScript.");
    await expect(page.getByRole("button", { name: /^End/ })).toHaveCount(0);
    await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();
  });
});

test("strangers are sent to sign in", async ({ page }) => {
  await page.goto("/account/sessions");
  await expect(page).toHaveURL("/login?next=%2Faccount%2Fsessions");
});
