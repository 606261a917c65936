import type { APIResponse } from "@playwright/test";
import {
  counting,
  endedDialog,
  expect,
  lockDatabase,
  openDeveloper,
  panel,
  panelSays,
  register,
  sendRequest,
  signIn,
  test,
  token,
  type BrowserContext,
  type Page,
} from "./support";

const REFRESH = "/api/v1/token/refresh";

/** Lets the token expire, then needs one. */
async function needAnother(page: Page) {
  await page.clock.fastForward("10:30");
  await panel(page).getByRole("button", { name: "Send request" }).click();
}

/** Refreshes twice with a browser's cookie, as another tab would; answers the cookies of then and of now. */
async function refreshElsewhere(context: BrowserContext, origin: string) {
  const then = await context.cookies();
  for (let times = 0; times < 2; times += 1)
    expect((await context.request.post(REFRESH, { headers: { origin } })).status()).toBe(200);
  return { then, now: await context.cookies() };
}

test("a server in trouble at expiry is asked again with longer and longer pauses", async ({ open, request, serve, watch }) => {
  watch.expect(503, REFRESH);
  const { url, data } = await serve();
  const context = await open({ baseURL: url });
  const page = await context.newPage();
  await page.clock.install();
  await signIn(context, await register(request, url), url);
  await openDeveloper(page);
  const before = await token(page);
  const refreshes = counting(context, REFRESH);
  // The server waits five seconds for its database, and then always says the same: once is enough.
  const release = await lockDatabase(data);
  let answer: APIResponse | undefined;
  await page.route(`**${REFRESH}`, async (route) => {
    answer ??= await route.fetch();
    await route.fulfill({ response: answer });
  });
  await needAnother(page);
  await expect(panelSays(page)).toHaveText("The service is not available right now. Try again in a moment.", { timeout: 10_000 });
  await release();
  expect(refreshes()).toBe(1);
  expect(answer?.headers()["retry-after"]).toBe("5");
  let asked = 1;
  for (const seconds of [5, 5, 8, 16, 32, 60, 60]) {
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
  await signIn(context, person);
  const { then, now } = await refreshElsewhere(context, new URL((await page.goto("/healthz"))?.url() ?? "").origin);
  await context.addCookies(then);
  const refreshes = counting(context, REFRESH);
  let asked = 0;
  await page.route(`**${REFRESH}`, async (route) => {
    const response = await route.fetch();
    asked += 1;
    // The newer one comes while the second answer is on its way.
    if (asked === 2) await context.addCookies(now);
    await route.fulfill({ response });
  });
  await openDeveloper(page);
  expect(refreshes()).toBe(3);
  await sendRequest(page);
});

test("a refresh that always comes too late is no sign-out", async ({ page, context, person, watch }) => {
  watch.expect(409, REFRESH);
  await page.clock.install();
  await signIn(context, person);
  await openDeveloper(page);
  const before = await token(page);
  const { then, now } = await refreshElsewhere(context, new URL(page.url()).origin);
  await context.addCookies(then);
  const refreshes = counting(context, REFRESH);
  await needAnother(page);
  await expect(panelSays(page)).toHaveText("This session was refreshed elsewhere a moment ago. Try again.");
  expect(refreshes()).toBe(3);
  expect(await token(page)).toBe(before);
  await expect(endedDialog(page)).toBeHidden();
  await context.addCookies(now);
  await sendRequest(page);
});
