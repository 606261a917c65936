import {
  accountLives,
  counting,
  expect,
  fillLogin,
  formLives,
  openAccount,
  register,
  signIn,
  test,
  token,
} from "./support";

test("signing out in one tab empties the other within a second", async ({ page, context, person }) => {
  await signIn(context, person);
  await openAccount(page);
  const other = await context.newPage();
  await openAccount(other);

  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL("/");
  await expect(other).toHaveURL("/", { timeout: 1000 });
  await expect(other.getByText(person.username)).toHaveCount(0);
  await expect(other.getByRole("link", { name: "Sign in" })).toBeVisible();
  for (const tab of [page, other]) {
    expect(await token(tab)).toBeNull();
    await tab.goBack();
    await expect(tab).toHaveURL(/\/login\?next=/);
    await expect(tab.getByText(person.username)).toHaveCount(0);
  }
});

test("signing in in one tab signs the other in", async ({ page, context, person }) => {
  const other = await context.newPage();
  await other.goto("/");
  await expect(other.getByRole("link", { name: "Sign in" })).toBeVisible();

  await page.goto("/login");
  await formLives(page);
  await fillLogin(page, person);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL("/account");
  await expect(other.getByRole("heading", { level: 1 })).toHaveText(`Signed in as ${person.username}`);
});

test("a sign-in form in the other tab makes way too", async ({ page, context, person }) => {
  const other = await context.newPage();
  await other.goto("/login");
  await formLives(other);

  await page.goto("/login");
  await formLives(page);
  await fillLogin(page, person);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL("/account");
  await expect(other).toHaveURL("/account");
});

test("somebody else in one tab is shown in the other", async ({ page, context, person, request }) => {
  await signIn(context, person);
  const other = await context.newPage();
  await openAccount(other);
  const first = await token(other);

  const second = await register(request);
  await signIn(context, second);
  await openAccount(page);
  await expect(other.getByText(`Signed in as ${second.username}`)).toBeVisible();
  await expect(other.getByText(person.username)).toHaveCount(0);
  await accountLives(other);
  expect(await token(other)).toBe(await token(page));
  expect(await token(other)).not.toBe(first);
});

test("a page out of the back-forward cache is looked at again", async ({ page, context, person }) => {
  await signIn(context, person);
  await openAccount(page);
  // No storage event reaches the tab that writes, as none reaches one that lies in the cache.
  await page.evaluate(() => {
    localStorage.removeItem("access_token");
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
  });
  await expect(page).toHaveURL("/");
});

test("many tabs that need a token at once end with the same one", async ({ context, person }) => {
  const refreshes = counting(context, "/api/v1/token/refresh");
  await signIn(context, person);
  const tabs = await Promise.all([1, 2, 3, 4].map(() => context.newPage()));
  await Promise.all(tabs.map((tab) => tab.goto("/account")));
  for (const tab of tabs) await accountLives(tab);
  await expect.poll(async () => new Set(await Promise.all(tabs.map(token))).size).toBe(1);
  // One, where the others see in time what it stored: localStorage reaches other tabs with a delay.
  expect(refreshes()).toBeGreaterThan(0);
  expect(refreshes()).toBeLessThanOrEqual(tabs.length);
});

test("two tabs whose token runs out at once never sign out", async ({ open, serve, request }) => {
  const { url } = await serve({ VESTIBULE_ACCESS_TOKEN_TTL: "6" });
  const context = await open({ baseURL: url });
  await signIn(context, await register(request, url), url);
  const tabs = [await context.newPage(), await context.newPage()];
  for (const tab of tabs) await openAccount(tab);
  const before = await token(tabs[0]!);
  for (const tab of tabs) await expect(tab.getByText("Expired")).toBeVisible({ timeout: 10_000 });

  const refreshes = counting(context, "/api/v1/token/refresh");
  await Promise.all(tabs.map((tab) => tab.getByRole("button", { name: "Send request" }).click()));
  for (const tab of tabs) {
    await expect(tab.getByRole("status").getByText("200", { exact: true })).toBeVisible();
    await expect(tab.getByText("Expired")).toHaveCount(0);
  }
  expect(await token(tabs[0]!)).not.toBe(before);
  await expect.poll(async () => new Set(await Promise.all(tabs.map(token))).size).toBe(1);
  expect(refreshes()).toBeGreaterThan(0);
  expect(refreshes()).toBeLessThanOrEqual(tabs.length);
  for (const tab of tabs) {
    await tab.reload();
    await accountLives(tab);
  }
});
