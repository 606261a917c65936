import {
  comeBack,
  counting,
  expect,
  fillStorage,
  openDeveloper,
  panelLives,
  sendRequest,
  signIn,
  signOut,
  test,
  token,
} from "./support";

const REFRESH = "/api/v1/token/refresh";

test("with storage blocked, a token that expires is replaced in memory", async ({ page, context, person }) => {
  await page.clock.install();
  await context.addInitScript(() => {
    Object.defineProperty(window, "localStorage", {
      get: () => {
        throw new DOMException("blocked", "SecurityError");
      },
    });
  });
  await signIn(context, person);
  const refreshes = counting(context, REFRESH);
  await openDeveloper(page);
  await expect(page.locator("#notice-storage")).toBeVisible();
  await sendRequest(page);
  expect(refreshes()).toBe(1);
  await page.clock.fastForward("10:30");
  await sendRequest(page);
  expect(refreshes()).toBe(2);
});

test("a token that storage has no room for is kept in memory", async ({ page, context, person }) => {
  await page.clock.install();
  await signIn(context, person);
  const refreshes = counting(context, REFRESH);
  await openDeveloper(page);
  await page.evaluate(() => localStorage.removeItem("access_token"));
  await page.evaluate(fillStorage);
  await sendRequest(page);
  expect(refreshes()).toBe(2);
  await sendRequest(page);
  await comeBack(page);
  await sendRequest(page);
  expect(refreshes()).toBe(2);
  expect(await token(page)).toBeNull();
  // What is shown is the token in use.
  await expect(page.getByText(/^(10 min 0|9 min \d+) s left$/)).toBeVisible();
  await page.clock.fastForward("10:30");
  await sendRequest(page);
  expect(refreshes()).toBe(3);

  // Once there is room again, another tab's token serves this one too.
  await page.evaluate(() => localStorage.clear());
  const other = await context.newPage();
  await openDeveloper(other);
  expect(refreshes()).toBe(4);
  const shared = await token(other);
  const asked = page.waitForRequest("**/api/v1/me");
  await sendRequest(page);
  expect(await (await asked).headerValue("authorization")).toBe(`Bearer ${shared}`);
  await signOut(other);
  await expect(page).toHaveURL("/login?reason=elsewhere");
});

for (const locks of [true, false]) {
  test(`with storage full from the start${locks ? "" : " and no locks"}, one stays signed in`, async ({ page, context, person }) => {
    if (!locks) await context.addInitScript(() => Object.defineProperty(navigator, "locks", { value: undefined }));
    await signIn(context, person);
    await openDeveloper(page);
    const refreshes = counting(context, REFRESH);
    // A token that was stored while there was room.
    await page.evaluate(fillStorage);
    const stored = await token(page);
    await page.reload();
    await panelLives(page);
    await sendRequest(page);
    expect(refreshes()).toBe(0);
    expect(await token(page)).toBe(stored);
    await expect(page.locator("#notice-storage")).toBeHidden();

    await page.evaluate(() => localStorage.removeItem("access_token"));
    await page.evaluate(fillStorage);
    await page.reload();
    await panelLives(page);
    await sendRequest(page);
    await sendRequest(page);
    expect(refreshes()).toBe(1);
    await signOut(page);
    expect(await token(page)).toBeNull();
  });
}

test("with storage full, signing out takes the stored token away", async ({ page, context, person }) => {
  await signIn(context, person);
  await openDeveloper(page);
  await page.evaluate(fillStorage);
  await page.reload();
  await panelLives(page);
  await signOut(page);
  expect(await token(page)).toBeNull();
});
