import {
  accountLives,
  callFunction,
  counting,
  expect,
  openAccount,
  openDeveloper,
  register,
  sendRequest,
  signIn,
  test,
  token,
} from "./support";

const REFRESH = "/api/v1/token/refresh";

for (const [name, minutes] of [["fast", 5], ["slow", -5]] as const) {
  test(`a clock five minutes ${name} does not loop`, async ({ page, context, person }) => {
    const refreshes = counting(context, REFRESH);
    await page.clock.install({ time: Date.now() + minutes * 60_000 });
    await signIn(context, person);
    await openDeveloper(page);
    // By the server's clock, not by this machine's.
    await expect(page.getByText(/^(9 min 5\d|9 min 4\d|10 min 0) s left$/)).toBeVisible();
    await sendRequest(page);
    await callFunction(page);
    await page.reload();
    await accountLives(page);
    await openAccount(page);
    expect(refreshes()).toBe(1);
  });
}

test("a clock that is set while the page is open costs one refresh", async ({ page, context, person }) => {
  await page.clock.install();
  await signIn(context, person);
  await openDeveloper(page);
  const before = await token(page);
  const refreshes = counting(context, REFRESH);
  await page.clock.fastForward("09:50");
  for (let round = 0; round < 3; round += 1) await sendRequest(page);
  expect(refreshes()).toBe(1);
  expect(await token(page)).not.toBe(before);
  await expect(page.getByText(/^(9 min [45]\d|10 min 0) s left$/)).toBeVisible();
});

test("a token near its end is refreshed once, before it is sent", async ({ open, serve, request }) => {
  const { url } = await serve({ VESTIBULE_ACCESS_TOKEN_TTL: "6" });
  const context = await open({ baseURL: url });
  await signIn(context, await register(request, url), url);
  const page = await context.newPage();
  await openDeveloper(page);
  const before = await token(page);
  const refreshes = counting(context, REFRESH);
  await expect(page.getByText("Expired")).toBeVisible({ timeout: 10_000 });
  // Nothing is fetched for a page that nobody uses.
  expect(refreshes()).toBe(0);
  await callFunction(page);
  await expect(page.getByText("Expired")).toHaveCount(0);
  expect(refreshes()).toBe(1);
  expect(await token(page)).not.toBe(before);
});
