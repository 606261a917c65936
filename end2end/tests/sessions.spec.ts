import {
  accountLives,
  ageProof,
  cookieName,
  counting,
  expect,
  hold,
  isAtSignIn,
  openAccount,
  signIn,
  test,
  toast,
  token,
  wrong,
  type BrowserContext,
  type Page,
  type Person,
} from "./support";
import { FIREFOX, IPHONE } from "./support/elsewhere";
import { sender } from "./support/places";

const ACT = "/action/act";
const REFRESH = "/api/v1/token/refresh";

/** Opens the list and waits until script helps it, with a token: none is on its way any more. */
async function openDevices(page: Page) {
  await openAccount(page, "", "/account/devices");
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

const rows = (page: Page) => page.locator("main [data-session]");
const row = (page: Page, device: string) => rows(page).filter({ hasText: device });
const endOthers = (page: Page) => page.getByRole("button", { name: "Sign out everywhere else" });
const question = (page: Page) => page.locator("#ask");
const proof = (page: Page) => page.getByRole("dialog", { name: "Confirm that it is you" });

async function isSignedIn(context: BrowserContext): Promise<boolean> {
  const answer = await context.request.get("/account", { maxRedirects: 0 });
  return answer.status() === 200;
}

test("devices are listed with address and times; this one is marked", async ({ address, page, context, open, person }) => {
  await elsewhere(open)(person, FIREFOX);
  await elsewhere(open)(person, IPHONE);
  await signIn(context, person);
  await openAccount(page);
  await page.getByRole("navigation", { name: "Account" }).getByRole("link", { name: "Devices" }).click();
  await expect(page).toHaveURL("/account/devices");
  await expect(page).toHaveTitle(/^Devices/);

  await expect(rows(page)).toHaveCount(3);
  // This one first, the others newest first.
  await expect(rows(page).first()).toContainText("This browser");
  await expect(rows(page).first()).toContainText("Active now");
  await expect(page.getByText("This browser", { exact: true })).toHaveCount(1);
  await expect(rows(page).nth(1).getByRole("heading")).toHaveText("Safari 18 on iPhone");
  await expect(rows(page).nth(2).getByRole("heading")).toHaveText("Firefox 140 on Linux");
  for (const [n, item] of (await rows(page).all()).entries()) {
    await expect(item).toContainText(address);
    await expect(item).toContainText(/since \d{1,2} [A-Z][a-z]+ \d{4}/);
    const times = item.locator("time");
    const since = /^since \d{1,2} [A-Z][a-z]+ \d{4}$/;
    await expect(times).toHaveText(n === 0 ? [since] : [/^Just now · \d{1,2} [A-Z][a-z]+ \d{4}, \d\d:\d\d$/, since]);
    for (const time of await times.all()) {
      const machine = (await time.getAttribute("datetime")) ?? "";
      expect(Math.abs(Date.parse(machine) - Date.now())).toBeLessThan(120_000);
    }
  }
  await expect(rows(page).first().getByRole("button")).toHaveCount(0);
});

test("one device is signed out and gone from the list; the others stay", async ({ address, page, context, open, person }) => {
  const firefox = await elsewhere(open)(person, FIREFOX);
  const iphone = await elsewhere(open)(person, IPHONE);
  await signIn(context, person);
  await openDevices(page);
  await row(page, "Firefox 140").getByRole("button", { name: "Sign out Firefox 140 on Linux" }).click();
  await expect(question(page)).toHaveAccessibleName("Sign out Firefox 140 on Linux?");
  await expect(question(page)).toHaveAccessibleDescription(
    `Firefox 140 on Linux at ${address} will have to sign in again.`,
  );
  expect(await isSignedIn(firefox)).toBe(true);
  await question(page).getByRole("button", { name: "Sign out" }).click();

  await expect(toast(page)).toHaveText(/^[\w ]+ is signed out\.$/);
  await expect(question(page)).toBeHidden();
  await expect(row(page, "Firefox 140")).toHaveCount(0);
  expect(await isSignedIn(firefox)).toBe(false);
  expect(await isSignedIn(iphone)).toBe(true);
  expect(await isSignedIn(context)).toBe(true);
  await page.reload();
  await expect(rows(page)).toHaveCount(2);
});

test("all others are ended at once", async ({ page, context, open, person }) => {
  const others = [await elsewhere(open)(person, FIREFOX), await elsewhere(open)(person, IPHONE)];
  await signIn(context, person);
  await openDevices(page);
  await endOthers(page).click();
  await expect(question(page)).toHaveAccessibleName("Sign out everywhere else?");
  await expect(question(page)).toContainText("You stay signed in here.");
  await question(page).getByRole("button", { name: "Sign out everywhere else" }).click();
  await expect(toast(page)).toHaveText("You are signed out everywhere else.");
  await expect(rows(page)).toHaveCount(1);
  await expect(row(page, "This browser")).toBeVisible();
  await expect(page.getByText("You are signed in only here.")).toBeVisible();
  await expect(endOthers(page)).toHaveCount(0);
  for (const other of others) expect(await isSignedIn(other)).toBe(false);
  expect(await isSignedIn(context)).toBe(true);
});

test("all are ended: here too, in every tab", async ({ page, context, person }) => {
  await signIn(context, person);
  const other = await context.newPage();
  await openAccount(other);
  await openDevices(page);
  await sender(page, "end_all").click();
  await expect(question(page)).toContainText("this browser too");
  await question(page).getByRole("button", { name: "Sign out everywhere" }).click();
  await isAtSignIn(page);
  await expect(toast(page)).toHaveText("You are signed out everywhere.");
  await expect(other).toHaveURL("/login?reason=elsewhere");
  expect(await token(page)).toBeNull();
  // That this browser is known outlives the session, and opens nothing.
  const kept = (await context.cookies()).map((cookie) => cookie.name);
  // Nor does that to which the other tab, on the page to sign in now, binds what a passkey is asked.
  expect(kept.filter((name) => name !== cookieName("flow"))).toEqual([cookieName("device")]);
  expect(await isSignedIn(context)).toBe(false);
});

test("the question keeps focus inside, is safe by default, and gives focus back", async ({ page, context, open, person }) => {
  await elsewhere(open)(person, FIREFOX);
  await signIn(context, person);
  await openDevices(page);
  const ends = counting(context, ACT);
  const cancel = question(page).getByRole("button", { name: "Cancel" });
  await endOthers(page).click();
  await expect(cancel).toBeFocused();
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
  await expect(question(page)).toBeHidden();
  await expect(endOthers(page)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(cancel).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(question(page)).toBeHidden();
  await expect(endOthers(page)).toBeFocused();
  await expect(rows(page)).toHaveCount(2);
  expect(ends()).toBe(0);
});

/** Opens the list of somebody who gave their password an hour ago. */
async function openWithOldProof(page: Page, context: BrowserContext, person: Person) {
  await signIn(context, person);
  ageProof(person.username);
  await openDevices(page);
}

test("an old proof: the password is asked for, then the act is done", async ({ page, context, open, person, watch }) => {
  watch.expect(401, ACT);
  const firefox = await elsewhere(open)(person, FIREFOX);
  await openWithOldProof(page, context, person);
  const before = await token(page);
  const refreshes = counting(context, REFRESH);
  await endOthers(page).click();
  await question(page).getByRole("button", { name: "Sign out everywhere else" }).click();

  await expect(proof(page)).toContainText("You will not be asked again for 10 minutes.");
  await expect(question(page)).toBeHidden();
  const password = proof(page).getByLabel("Password", { exact: true });
  await expect(password).toBeFocused();
  await expect(password).toHaveAttribute("autocomplete", "current-password");
  const name = proof(page).locator("input[autocomplete=username]");
  await expect(name).toHaveValue(person.username);
  await expect(name).toHaveAttribute("readonly");

  await password.press("Enter");
  await expect(password).toHaveAccessibleDescription("Enter a password.");
  await password.fill("not the password at all");
  await password.press("Enter");
  await expect(wrong(page, "proof-password")).toHaveText("Wrong password.");
  await expect(password).toHaveAttribute("aria-invalid", "true");
  await expect(password).toHaveAccessibleDescription("Wrong password.");
  await expect(password).toBeFocused();
  await expect(password).toHaveValue("");
  await expect(rows(page)).toHaveCount(2);
  expect(await isSignedIn(firefox)).toBe(true);

  await password.fill(person.password);
  await proof(page).getByRole("button", { name: "Confirm" }).click();
  await expect(proof(page)).toBeHidden();
  await expect(toast(page)).toHaveText("You are signed out everywhere else.");
  expect(await isSignedIn(firefox)).toBe(false);
  // The proof brought a token of the same session; none was refreshed, none taken for refused.
  await accountLives(page);
  expect(await token(page)).not.toBe(before);
  expect(refreshes()).toBe(0);
});

test("an act that is called off at the password is not done", async ({ page, context, open, person, watch }) => {
  watch.expect(401, ACT);
  const firefox = await elsewhere(open)(person, FIREFOX);
  await openWithOldProof(page, context, person);
  for (const leave of ["Escape", "Cancel"]) {
    await endOthers(page).click();
    await question(page).getByRole("button", { name: "Sign out everywhere else" }).click();
    await proof(page).getByLabel("Password", { exact: true }).fill(person.password);
    if (leave === "Escape") await page.keyboard.press("Escape");
    else await proof(page).getByRole("button", { name: "Cancel" }).click();
    await expect(proof(page)).toBeHidden();
    await expect(endOthers(page)).toBeFocused();
  }
  expect(await isSignedIn(firefox)).toBe(true);
});

test("a proof that was called off is not taken for the next act", async ({ page, context, open, person, watch }) => {
  watch.expect(401, ACT);
  const [firefox, iphone] = [await elsewhere(open)(person, FIREFOX), await elsewhere(open)(person, IPHONE)];
  await openWithOldProof(page, context, person);
  await endOthers(page).click();
  await question(page).getByRole("button", { name: "Sign out everywhere else" }).click();
  await expect(proof(page)).toBeVisible();
  await page.keyboard.press("Escape");
  await row(page, "Firefox 140").getByRole("button").click();
  await question(page).getByRole("button", { name: "Sign out" }).click();
  await proof(page).getByLabel("Password", { exact: true }).fill(person.password);
  await page.keyboard.press("Enter");
  await expect(toast(page)).toHaveText(/^[\w ]+ is signed out\.$/);
  expect(await isSignedIn(firefox)).toBe(false);
  expect(await isSignedIn(iphone)).toBe(true);
});

test("trouble while ending is told, and the next try works", async ({ page, context, open, person, watch }) => {
  watch.expect("failed", ACT);
  await elsewhere(open)(person, FIREFOX);
  await signIn(context, person);
  await openDevices(page);
  await page.route(`**${ACT}`, (route) => route.abort("connectionreset"), { times: 1 });
  const end = async () => {
    await endOthers(page).click();
    await question(page).getByRole("button", { name: "Sign out everywhere else" }).click();
  };
  await end();
  await expect(toast(page)).toHaveText("The server could not be reached. Check the connection and try again.");
  await expect(rows(page)).toHaveCount(2);
  await end();
  await expect(toast(page)).toHaveText("You are signed out everywhere else.");
  await expect(rows(page)).toHaveCount(1);
});

test("a session that ended elsewhere meanwhile leaves the list all the same", async ({ page, context, open, person }) => {
  const firefox = await elsewhere(open)(person, FIREFOX);
  await signIn(context, person);
  await openDevices(page);
  await firefox.request.post("/api/v1/logout", { headers: { origin: new URL(page.url()).origin } });
  await row(page, "Firefox 140").getByRole("button").click();
  await question(page).getByRole("button", { name: "Sign out" }).click();
  await expect(toast(page)).toHaveText(/^[\w ]+ is signed out\.$/);
  await expect(row(page, "Firefox 140")).toHaveCount(0);
});

test("strangers are sent to sign in", async ({ page }) => {
  await page.goto("/account/devices");
  await expect(page).toHaveURL("/login?next=%2Faccount%2Fdevices");
});

test("what a button says while its act is on its way is its name then", async ({ page, context, open, person }) => {
  await elsewhere(open)(person, FIREFOX);
  await signIn(context, person);
  await openDevices(page);
  const acts = await hold(page, "**/action/act");
  const button = row(page, "Firefox 140").locator("form button");
  await expect(button).toHaveAccessibleName("Sign out Firefox 140 on Linux");
  await button.click();
  await question(page).getByRole("button", { name: "Sign out" }).click();
  await expect.poll(acts.count).toBe(1);
  await expect(button).toHaveAccessibleName("Signing out…");
  acts.release();
  await expect(row(page, "Firefox 140")).toHaveCount(0);
});
