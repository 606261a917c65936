import {
  comeBack,
  counting,
  endedDialog,
  endElsewhere,
  expect,
  fillLogin,
  formLives,
  isSignedInAs,
  openAccount,
  openDeveloper,
  openName,
  panel,
  panelSays,
  register,
  sendRequest,
  signIn,
  test,
  toast,
  token,
  type BrowserContext,
  type Page,
  type Person,
} from "./support";
import { isStillTyped, save, startName } from "./support/name";
import type { Watch } from "./support/watch";

const ACT = "/action/act";
const REFRESH = "/api/v1/token/refresh";

const send = (page: Page) => panel(page).getByRole("button", { name: "Send request" });

/** Calls the guarded API on a page whose session was ended elsewhere: the dialog that says so comes. */
async function callAfterTheEnd(page: Page, context: BrowserContext, person: Person, watch: Watch) {
  watch.expect(401, "/api/v1/me");
  watch.expect(400, REFRESH);
  await signIn(context, person);
  await openDeveloper(page);
  await endElsewhere(page);
  await send(page).click();
}

/** Signs in within the dialog that says that the session is over. */
async function signInAgain(page: Page, password: string) {
  await endedDialog(page).getByLabel("Password", { exact: true }).fill(password);
  await endedDialog(page).getByRole("button", { name: "Sign in", exact: true }).click();
}

test("a session that ended: the page and its text stay, one signs in where one is and goes on", async ({ page, context, person, watch }) => {
  watch.expect(401, ACT);
  watch.expect(401, "/action/enter");
  watch.expect(400, REFRESH);
  const refreshes = counting(context, REFRESH);
  await signIn(context, person);
  await openAccount(page, "", "/account?edit&x=1");
  await startName(page);
  await endElsewhere(page);
  expect(refreshes()).toBe(1);
  await save(page).click();

  const dialog = endedDialog(page);
  await expect(dialog).toBeVisible();
  await expect(dialog).toContainText("This page stays as it is, with everything you typed.");
  await expect(dialog.getByLabel("Username")).toHaveValue(person.username);
  await isStillTyped(page);
  expect(refreshes()).toBe(2);
  expect(await token(page)).toBeNull();
  await signInAgain(page, "not the password at all");
  await expect(page.locator("#login-password-error")).toHaveText("Wrong username or password.");
  await expect(dialog).toBeVisible();
  await signInAgain(page, person.password);

  await expect(dialog).toBeHidden();
  await expect(toast(page)).toHaveText("You are signed in again.");
  await isStillTyped(page);
  // What was refused for want of a session is no longer told.
  await expect(page.locator("main").getByRole("alert")).toHaveCount(0);
  await expect(page.locator("#notice-over")).toBeHidden();
  await expect(page).not.toHaveTitle(/^Error/);
  await expect(page).toHaveURL("/account?edit&x=1");
  await save(page).click();
  await expect(toast(page)).toHaveText("Saved.");
  await isSignedInAs(page, "half a na");
  // The dialog's password is not kept.
  for (const input of await page.locator("input[type=password]").all()) await expect(input).toHaveValue("");
});

test("or in a new tab, which leads back to the same page", async ({ page, context, person, watch }) => {
  watch.expect(401, ACT);
  watch.expect(400, REFRESH);
  await signIn(context, person);
  await openAccount(page, "", "/account?edit&x=1");
  await startName(page);
  await endElsewhere(page);
  await save(page).click();
  const dialog = endedDialog(page);
  const [tab] = await Promise.all([
    context.waitForEvent("page"),
    dialog.getByRole("link", { name: "Sign in again (new tab)" }).click(),
  ]);
  await expect(tab).toHaveURL("/login?next=%2Faccount%3Fedit%26x%3D1");
  await formLives(tab);
  await fillLogin(tab, person);
  await tab.locator("main").getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(tab).toHaveURL("/account?edit&x=1");

  await expect(dialog).toBeHidden();
  await expect(toast(page)).toHaveText("You are signed in again.");
  await isStillTyped(page);
  await save(page).click();
  await expect(toast(page)).toHaveText("Saved.");
});

test("the dialog closes on Esc, gives focus back, and comes again when a session is needed", async ({ page, context, person, watch }) => {
  await callAfterTheEnd(page, context, person, watch);
  const dialog = endedDialog(page);
  await expect(dialog).toBeVisible();
  await expect(dialog.locator(":focus")).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(send(page)).toBeFocused();
  await expect(panelSays(page)).toHaveText("This session has ended. Sign in again.");
  // A way back stands at the top from then on.
  const notice = page.locator("#notice-over");
  await expect(notice).toContainText("Your session has ended");
  // A look at the page is not a need.
  await comeBack(page);
  await expect(dialog).toBeHidden();
  await send(page).click();
  await expect(dialog).toBeVisible();
  await dialog.getByRole("button", { name: "Not now" }).click();
  await expect(dialog).toBeHidden();
  await notice.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(dialog).toBeVisible();
  await dialog.getByRole("button", { name: "Not now" }).click();

  // Signed in without script meanwhile, which no event tells: the next need finds out.
  await signIn(context, person);
  await sendRequest(page);
  await expect(toast(page)).toHaveText("You are signed in again.");
  await expect(dialog).toBeHidden();
  await expect(notice).toBeHidden();
});

test("a session that was ended elsewhere is noticed when one comes back, though the token is good for minutes", async ({ page, context, person, watch }) => {
  watch.expect(401, "/api/v1/token");
  watch.expect(400, REFRESH);
  await page.clock.install();
  await signIn(context, person);
  await openName(page);
  await startName(page);
  await endElsewhere(page);
  await page.clock.fastForward("00:15");
  await comeBack(page);
  await expect(endedDialog(page)).toBeVisible();
  await isStillTyped(page);
});

test("what needs no session does not say again that it is over", async ({ page, context, person, watch }) => {
  watch.expect(400, REFRESH);
  await signIn(context, person);
  const refreshes = counting(context, REFRESH);
  await openAccount(page, "", "/account/password");
  await endElsewhere(page);
  await page.evaluate(() => localStorage.setItem("access_token", "worn.out.token"));
  await comeBack(page);
  const dialog = endedDialog(page);
  await dialog.getByRole("button", { name: "Not now" }).click();
  await expect(dialog).toBeHidden();
  const before = refreshes();

  await page.getByLabel("New password", { exact: true }).fill("nine grey herons by the weir");
  await expect(page.locator("main .strength [role=status]")).toHaveText("Strong.");
  await expect(dialog).toBeHidden();
  expect(refreshes()).toBe(before);
});

test("a session that ended is told in every tab, and none loses its text", async ({ page, context, person, watch }) => {
  watch.expect(401, ACT);
  watch.expect(400, REFRESH);
  await signIn(context, person);
  const other = await context.newPage();
  for (const tab of [page, other]) {
    await openName(tab);
    await startName(tab);
  }
  await endElsewhere(page);
  await save(page).click();
  for (const tab of [page, other]) {
    await expect(endedDialog(tab)).toBeVisible();
    await expect(tab).toHaveURL("/account?edit");
    await isStillTyped(tab);
  }
  // A new page is simply signed out, and takes nobody along.
  const third = await context.newPage();
  await third.goto("/");
  await expect(third.getByRole("link", { name: "Sign in" })).toBeVisible();
  await isStillTyped(other);
  await expect(other).toHaveURL("/account?edit");
});

test("somebody else who signs in then starts the page over", async ({ page, context, person, request, watch }) => {
  await callAfterTheEnd(page, context, person, watch);
  await expect(endedDialog(page)).toBeVisible();
  const second = await register(request);
  await signIn(context, second);
  const other = await context.newPage();
  await openAccount(other);
  await isSignedInAs(page, second.username);
  await expect(page.getByText(person.username)).toHaveCount(0);
});

test("in each dialog the safe button comes first, and the act at the end of its row", async ({ page, context, person }) => {
  await signIn(context, person);
  await openAccount(page, "", "/account/devices");
  for (const [id, words] of [["ask", ["Cancel", ""]], ["proof", ["Cancel", "Confirm"]], ["over", ["Not now", "Sign in"]]] as const) {
    await page.evaluate((id) => document.querySelector<HTMLDialogElement>(`#${id}`)?.showModal(), id);
    const buttons = page.locator(`#${id} .buttons button`);
    await expect(buttons).toHaveText([...words]);
    await expect(buttons.first()).toHaveAttribute("data-close", "");
    await buttons.first().click();
    await expect(page.locator(`#${id}`)).toBeHidden();
  }
});
