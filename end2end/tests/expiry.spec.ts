import {
  comeBack,
  counting,
  endedDialog,
  expect,
  isSignedInAs,
  openDeveloper,
  openName,
  sendRequest,
  signIn,
  test,
  toast,
  token,
} from "./support";
import { isStillTyped, save, startName } from "./support/name";

const REFRESH = "/api/v1/token/refresh";

test("the token is refreshed silently before it expires, when something needs it", async ({ page, context, person }) => {
  await page.clock.install();
  await signIn(context, person);
  await openDeveloper(page);
  const before = await token(page);
  const refreshes = counting(context, REFRESH);
  await page.clock.fastForward("09:20");
  await sendRequest(page);
  expect(refreshes()).toBe(0);
  await page.clock.fastForward("00:25");
  // A few seconds are left: enough to be accepted, too few to be sent.
  await expect(page.getByText(/^0 min 1?\d s left$/)).toBeVisible();
  await sendRequest(page);
  expect(refreshes()).toBe(1);
  expect(await token(page)).not.toBe(before);
  await expect(endedDialog(page)).toBeHidden();
});

test("a form whose token has run out is sent with a new one, with what was typed", async ({ page, context, person }) => {
  await page.clock.install();
  await signIn(context, person);
  await openName(page);
  await startName(page);
  const before = await token(page);
  const refreshes = counting(context, REFRESH);
  await page.clock.fastForward("10:30");
  await isStillTyped(page);
  expect(refreshes()).toBe(0);
  await save(page).click();
  await expect(toast(page)).toHaveText("Saved.");
  await isSignedInAs(page, "half a na");
  expect(refreshes()).toBe(1);
  expect(await token(page)).not.toBe(before);
});

test("a tab that slept wakes signed in", async ({ page, context, person }) => {
  await page.clock.install();
  await signIn(context, person);
  await openName(page);
  await startName(page);
  const before = await token(page);
  const refreshes = counting(context, REFRESH);
  await page.clock.fastForward("08:00:00");
  expect(refreshes()).toBe(0);
  await comeBack(page);
  await expect.poll(() => token(page)).not.toBe(before);
  await isStillTyped(page);
  await comeBack(page);
  expect(refreshes()).toBe(1);
  await save(page).click();
  await expect(toast(page)).toHaveText("Saved.");
  expect(refreshes()).toBe(1);
});

test("a panel that slept says so, and wakes signed in", async ({ page, context, person }) => {
  await page.clock.install();
  await signIn(context, person);
  await openDeveloper(page);
  const refreshes = counting(context, REFRESH);
  await page.clock.fastForward("08:00:00");
  await expect(page.getByText("Expired")).toBeVisible();
  expect(refreshes()).toBe(0);
  await comeBack(page);
  await expect(page.getByText("Expired")).toBeHidden();
  await sendRequest(page);
  expect(refreshes()).toBe(1);
});

test("offline at expiry is not signed out; the line's return refreshes", async ({ page, context, person, watch }) => {
  watch.expect("failed", REFRESH);
  await page.clock.install();
  await signIn(context, person);
  await openName(page);
  await startName(page);
  const before = await token(page);
  await page.clock.fastForward("10:30");
  await context.setOffline(true);
  await save(page).click();
  await expect(page.locator("main").getByRole("alert")).toContainText("The server could not be reached.");
  await comeBack(page);
  expect(await token(page)).toBe(before);
  await expect(endedDialog(page)).toBeHidden();
  await expect(page.locator("#notice-offline")).toBeVisible();

  await context.setOffline(false);
  await expect.poll(() => token(page)).not.toBe(before);
  await expect(page.locator("#notice-offline")).toBeHidden();
  await isStillTyped(page);
  await save(page).click();
  await expect(toast(page)).toHaveText("Saved.");
});
