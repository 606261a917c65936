import {
  accountLives,
  counting,
  endedDialog,
  endElsewhere,
  expect,
  fillLogin,
  fillRegistration,
  formLives,
  hold,
  isAnswered,
  isAtSignIn,
  isSignedInAs,
  openAccount,
  openDeveloper,
  openMenu,
  openName,
  panel,
  panelLives,
  panelSays,
  sendRequest,
  signIn,
  signOut,
  signOutButton,
  stranger,
  summary,
  test,
  toast,
  token,
} from "./support";
import { FIREFOX, endAllFromElsewhere } from "./support/elsewhere";

test("with storage blocked, signing in works in the tab and says so", async ({ page, context, person }) => {
  await context.addInitScript(() => {
    Object.defineProperty(window, "localStorage", {
      get: () => {
        throw new DOMException("blocked", "SecurityError");
      },
    });
  });
  const notice = page.locator("#notice-storage");
  await page.goto("/login");
  await formLives(page);
  // Nothing is lost yet.
  await expect(notice).toBeHidden();
  await fillLogin(page, person);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL("/account");
  await isSignedInAs(page, person.username);
  await expect(notice).toHaveText(
    "This browser keeps no data for this site. You are signed in all the same. Sign out when you are done.",
  );
  // And it is true: a new tab is signed in too.
  const other = await context.newPage();
  await other.goto("/account/developer");
  await panelLives(other);
  await sendRequest(other);
  await signOut(other);
  await page.goto("/account");
  await expect(page).toHaveURL(/\/login/);
});

test("with cookies blocked, a sign-in says so, and goes in no circle", async ({ page, context, person, watch }) => {
  watch.expect(401, "/account");
  // The token that was stored has no cookie to be refreshed by.
  watch.expect(401, "/api/v1/token/refresh");
  await page.route(/\/(action\/enter|passkey\/login)$/, async (route) => {
    const response = await route.fetch();
    const headers = { ...response.headers() };
    delete headers["set-cookie"];
    await context.clearCookies();
    await route.fulfill({ response, headers });
  });
  await page.goto("/login");
  await formLives(page);
  await fillLogin(page, person);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("This browser keeps no cookies");
  await expect(page.getByText("Allow them for this site, then try again.")).toBeVisible();
  expect(await context.cookies()).toEqual([]);
});

test("offline: a notice, the input stays, and it works again when the line is back", async ({ page, context, watch }) => {
  watch.expect("failed", "/action/enter");
  const person = stranger();
  await page.goto("/register");
  await formLives(page);
  await fillRegistration(page, person);
  await context.setOffline(true);
  const notice = page.locator("#notice-offline");
  await expect(notice).toHaveText("You are offline. What you type stays here until the connection is back.");
  await expect(notice).toBeVisible();
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(summary(page)).toContainText("The server could not be reached. Check the connection and try again.");
  await expect(page.getByLabel("Username")).toHaveValue(person.username);
  await expect(page.getByLabel("Email")).toHaveValue(person.email);
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue(person.password);

  await context.setOffline(false);
  await expect(notice).toBeHidden();
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL("/account");
});

test("trouble on the account's pages is told and passes", async ({ page, context, person, watch }) => {
  watch.expect("failed", "/api/v1/me");
  watch.expect("failed", "/action/act");
  // Signing out is the form's own request: it needs neither a good token nor a database.
  watch.expect("failed", "/logout");
  await signIn(context, person);
  const other = await context.newPage();
  await openDeveloper(other);
  await openName(page);
  await page.getByLabel("Display name").fill("Ada");

  await context.setOffline(true);
  await panel(other).getByRole("button", { name: "Send request" }).click();
  await expect(panelSays(other)).toHaveText("The server could not be reached. Check the connection and try again.");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(summary(page)).toContainText("The server could not be reached.");
  await expect(page.getByLabel("Display name")).toHaveValue("Ada");
  await openMenu(page);
  await signOutButton(page).click();
  await expect(toast(page)).toHaveText("The server could not be reached. Check the connection and try again.");
  await expect(signOutButton(page)).not.toHaveAttribute("aria-busy");
  await expect(page).toHaveURL("/account?edit");
  expect(await token(page)).not.toBeNull();

  await context.setOffline(false);
  await sendRequest(other);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(toast(page)).toHaveText("Saved.");
  await accountLives(page);
  await signOut(page);
});

test("a double click sends once, and shows that it waits", async ({ page, context, person }) => {
  const requests = counting(context, "/action/enter");
  await page.goto("/login");
  await formLives(page);
  const answer = await hold(page, "**/action/enter");
  await fillLogin(page, person);
  await page.getByRole("button", { name: "Sign in", exact: true }).dblclick();
  const button = page.getByRole("button", { name: "Signing in…" });
  await expect(button).toHaveAttribute("aria-busy", "true");
  await expect(button).toHaveAttribute("aria-disabled", "true");
  // Not `disabled`: focus stays where it was.
  await expect(button).toBeFocused();
  await page.keyboard.press("Enter");
  answer.release();
  await expect(page).toHaveURL("/account");
  await accountLives(page);
  expect(requests()).toBe(1);
});

test("a session that ends while its page is drawn is told once, without a loop", async ({ page, context, person, watch }) => {
  watch.expect(400, "/api/v1/token/refresh");
  const refreshes = counting(context, "/api/v1/token/refresh");
  await signIn(context, person);
  const before = await context.cookies();
  // The session ends between the page and its question.
  await page.route("**/api/v1/token/refresh", async (route) => {
    await endAllFromElsewhere(person, FIREFOX);
    await route.continue();
  });
  await page.goto("/account");
  await expect(endedDialog(page)).toBeVisible();
  expect(await token(page)).toBeNull();
  // The cookie is the server's: a person who signed in meanwhile keeps theirs.
  expect(await context.cookies()).toEqual(before);
  expect(refreshes()).toBe(1);
});

test("leaving pages in a hurry signs nobody out", async ({ page, context, person }) => {
  await signIn(context, person);
  // Some of these leave while a new token is on its way.
  for (let visit = 0; visit < 8; visit += 1) {
    const asks = page.waitForRequest("**/api/v1/token/refresh").catch(() => null);
    await page.goto("/account", { waitUntil: "commit" });
    // Until the document of before is gone, there is no place to run in.
    await expect(() => page.evaluate(() => localStorage.clear())).toPass();
    await Promise.race([asks, page.waitForLoadState("networkidle")]);
  }
  await openDeveloper(page);
  await sendRequest(page);
});

test("a sign-out that fails says why, and works the next time", async ({ page, context, person, watch }) => {
  watch.expect("failed", "/logout");
  await signIn(context, person);
  await openAccount(page);
  await page.route("**/logout", (route) => route.abort("connectionreset"), { times: 1 });
  await openMenu(page);
  await signOutButton(page).click();
  await expect(toast(page)).toHaveText("The server could not be reached. Check the connection and try again.");
  await expect(page).toHaveURL("/account");
  expect(await token(page)).not.toBeNull();
  await signOutButton(page).click();
  await isAtSignIn(page);
  expect(await token(page)).toBeNull();
});

test("signing out where one is signed out already ends on the start page", async ({ page, context, person }) => {
  await signIn(context, person);
  await openAccount(page);
  await endElsewhere(page);
  await signOut(page);
  expect(await token(page)).toBeNull();
});

for (const [name, path] of [["Send request", "/api/v1/me"], ["Call server function", "/action/whoami"]] as const) {
  test(`a refused token is replaced: ${name}`, async ({ page, context, person, watch }) => {
    watch.expect(401, path);
    await signIn(context, person);
    await openDeveloper(page);
    const refreshes = counting(context, "/api/v1/token/refresh");
    // Of the right session and far from its end, but not signed by the server.
    const forged = await page.evaluate(() => {
      const [header, claims] = (localStorage.getItem("access_token") ?? "").split(".");
      const forged = `${header}.${claims}.${"A".repeat(86)}`;
      localStorage.setItem("access_token", forged);
      return forged;
    });
    await page.getByRole("button", { name }).click();
    await isAnswered(page, path === "/api/v1/me" ? undefined : /^$/);
    expect(await token(page)).not.toBe(forged);
    expect(refreshes()).toBe(1);
    await expect(page.getByRole("dialog")).toHaveCount(0);
  });
}
