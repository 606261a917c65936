import {
  accountLives,
  counting,
  endElsewhere,
  endedDialog,
  expect,
  fillLogin,
  formLives,
  isAnswered,
  isAtSignIn,
  isSignedInAs,
  openAccount,
  openDeveloper,
  openMenu,
  openName,
  register,
  sendRequest,
  signIn,
  signOut,
  signOutButton,
  test,
  toast,
  token,
  wakes,
  type Page,
} from "./support";

test("signing out in one tab empties the other within a second, and says why", async ({ page, context, person }) => {
  await signIn(context, person);
  await openAccount(page);
  const other = await context.newPage();
  await openAccount(other);

  await openMenu(page);
  await signOutButton(page).click();
  await expect(other).toHaveURL("/login?reason=elsewhere", { timeout: 2000 });
  await isAtSignIn(page);
  await expect(toast(page)).toHaveText("You have been signed out.");
  await expect(other.getByText(person.username)).toHaveCount(0);
  await expect(other.getByText("You signed out in another tab.")).toBeVisible();
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
  await wakes(other);
  await expect(other.getByRole("link", { name: "Sign in" })).toBeVisible();

  await page.goto("/login");
  await formLives(page);
  await fillLogin(page, person);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL("/account");
  await expect(other).toHaveURL("/account");
  await isSignedInAs(other, person.username);
});

test("a sign-in form in the other tab makes way too", async ({ page, context, person }) => {
  const other = await context.newPage();
  await other.goto("/login");
  await formLives(other);

  await page.goto("/login");
  await formLives(page);
  await fillLogin(page, person);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
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
  await isSignedInAs(other, second.username);
  await expect(other.getByText(person.username)).toHaveCount(0);
  await accountLives(other);
  expect(await token(other)).toBe(await token(page));
  expect(await token(other)).not.toBe(first);
});

test("the same person's new session in one tab takes the other over as it is", async ({ page, context, person }) => {
  await signIn(context, person);
  const other = await context.newPage();
  await openName(other);
  const first = await token(other);
  await other.getByLabel("Display name").fill("half a na");

  await signIn(context, person);
  await openAccount(page);
  await expect.poll(() => token(other)).not.toBe(first);
  await expect(other.getByLabel("Display name")).toHaveValue("half a na");
  await other.getByRole("button", { name: "Save" }).click();
  await expect(toast(other)).toHaveText("Saved.");
  expect(await token(other)).toBe(await token(page));
});

test("a tab that hears of a change writes nothing", async ({ page, context, person, request }) => {
  await context.addInitScript(() => {
    const count = window as unknown as { writes: number };
    const watched = (name: "setItem" | "removeItem") =>
      Object.defineProperty(Storage.prototype, name, {
        value: new Proxy(Storage.prototype[name], {
          apply: (write, storage, words: string[]) => {
            // What is in sessionStorage is no other tab's.
            if (storage === localStorage) count.writes += 1;
            return Reflect.apply(write, storage, words);
          },
        }),
      });
    count.writes = 0;
    watched("setItem");
    watched("removeItem");
  });
  const written = (tab: Page) => tab.evaluate(() => (window as unknown as { writes: number }).writes);
  const others = [await context.newPage(), await context.newPage()];
  for (const other of others) {
    await other.goto("/");
    await wakes(other);
  }
  await page.goto("/login");
  await formLives(page);
  await fillLogin(page, person);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await accountLives(page);
  for (const other of others) {
    await isSignedInAs(other, person.username);
    await accountLives(other);
    expect(await written(other)).toBe(0);
  }

  const second = await register(request);
  await signIn(context, second);
  await openAccount(page);
  for (const other of others) {
    await isSignedInAs(other, second.username);
    await accountLives(other);
    expect(await written(other)).toBe(0);
  }

  await signOut(page);
  for (const other of others) {
    await expect(other).toHaveURL("/login?reason=elsewhere");
    await formLives(other);
    expect(await written(other)).toBe(0);
  }
});

test("a session found dead in one tab does not sign out a newer sign-in of another", async ({ page, context, person, watch }) => {
  watch.expect(400, "/api/v1/token/refresh");
  await signIn(context, person);
  await openName(page);
  await page.getByLabel("Display name").fill("half a na");
  await endElsewhere(page);
  await page.evaluate(() => localStorage.setItem("access_token", "worn.out.token"));
  // The first tab's question goes out with the dead cookie; its answer comes after the sign-in.
  let answer = () => {};
  const asked = new Promise<void>((resolve) =>
    page.route(
      "**/api/v1/token/refresh",
      async (route) => {
        const dead = await route.fetch();
        resolve();
        await new Promise<void>((release) => (answer = release));
        await route.fulfill({ response: dead });
      },
      { times: 1 },
    ),
  );
  await page.getByRole("button", { name: "Save" }).click();
  await asked;

  const other = await context.newPage();
  await signIn(context, person);
  const [cookie] = await context.cookies();
  answer();
  await openDeveloper(other);
  await sendRequest(other);
  // The form in the first tab is where it was, and works.
  await page.bringToFront();
  const dialog = endedDialog(page);
  if (await dialog.isVisible()) await page.keyboard.press("Escape");
  await expect(page.getByLabel("Display name")).toHaveValue("half a na");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(toast(page)).toHaveText("Saved.");
  await expect(dialog).toBeHidden();
  expect((await context.cookies()).map((cookie) => cookie.name)).toContain(cookie?.name);
  await other.reload();
  await accountLives(other);
});

test("a page out of the back-forward cache is looked at again", async ({ page, context, person }) => {
  await signIn(context, person);
  await openAccount(page);
  // Signed out meanwhile, elsewhere in this browser. No storage event reaches the tab that writes, as none reaches one
  // that lies in the cache.
  const headers = { origin: new URL(page.url()).origin };
  expect((await context.request.post("/api/v1/logout", { headers })).status()).toBe(204);
  await page.evaluate(() => {
    localStorage.removeItem("access_token");
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
  });
  await expect(page).toHaveURL("/login?reason=elsewhere");
});

test("many tabs that need a token at once end with the same one", async ({ context, person }) => {
  const refreshes = counting(context, "/api/v1/token/refresh");
  await signIn(context, person);
  const tabs = await Promise.all([1, 2, 3, 4].map(() => context.newPage()));
  await Promise.all(tabs.map((tab) => tab.goto("/account")));
  for (const tab of tabs) await accountLives(tab);
  await expect.poll(async () => new Set(await Promise.all(tabs.map(token))).size).toBe(1);
  expect(refreshes()).toBe(1);
});

test("two tabs whose token runs out at once never sign out", async ({ open, serve, request }) => {
  const { url } = await serve({ VESTIBULE_ACCESS_TOKEN_TTL: "6" });
  const context = await open({ baseURL: url });
  await signIn(context, await register(request, url), url);
  const tabs = [await context.newPage(), await context.newPage()];
  for (const tab of tabs) await openDeveloper(tab);
  const before = await token(tabs[0]!);
  for (const tab of tabs) await expect(tab.getByText("Expired")).toBeVisible({ timeout: 10_000 });

  const refreshes = counting(context, "/api/v1/token/refresh");
  await Promise.all(tabs.map((tab) => tab.getByRole("button", { name: "Send request" }).click()));
  for (const tab of tabs) {
    await isAnswered(tab);
    await expect(tab.getByText("Expired")).toHaveCount(0);
  }
  expect(await token(tabs[0]!)).not.toBe(before);
  await expect.poll(async () => new Set(await Promise.all(tabs.map(token))).size).toBe(1);
  expect(refreshes()).toBe(1);
  for (const tab of tabs) {
    await tab.reload();
    await accountLives(tab);
  }
});
