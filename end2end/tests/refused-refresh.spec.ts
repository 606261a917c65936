import {
  counting,
  endedDialog,
  expect,
  openDeveloper,
  panel,
  panelSays,
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

/** Lets the token expire while every refresh gets this answer, then needs one; answers the old token and a count. */
async function expireAgainst(page: Page, context: BrowserContext, person: Person, status: number, code: string) {
  await page.clock.install();
  await signIn(context, person);
  await openDeveloper(page);
  const before = await token(page);
  const refreshes = counting(context, REFRESH);
  await page.route(`**${REFRESH}`, (route) => route.fulfill(problem(status, code)));
  await page.clock.fastForward("10:30");
  await panel(page).getByRole("button", { name: "Send request" }).click();
  return { before, refreshes };
}

test("a server in trouble at expiry is asked again with longer and longer pauses", async ({ page, context, person, watch }) => {
  watch.expect(503, REFRESH);
  const { before, refreshes } = await expireAgainst(page, context, person, 503, "unavailable");
  // A bare code: the page has words of its own.
  await expect(panelSays(page)).toHaveText("Something went wrong on our side. Try again.");
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
  await openDeveloper(page);
  expect(refreshes()).toBe(3);
  await sendRequest(page);
});

test("a refresh that always comes too late is no sign-out", async ({ page, context, person, watch }) => {
  watch.expect(409, REFRESH);
  const { before, refreshes } = await expireAgainst(page, context, person, 409, "stale_token");
  await expect(panelSays(page)).toHaveText("Something went wrong on our side. Try again.");
  expect(refreshes()).toBe(3);
  expect(await token(page)).toBe(before);
  await expect(endedDialog(page)).toBeHidden();
  await page.unrouteAll();
  await sendRequest(page);
});
