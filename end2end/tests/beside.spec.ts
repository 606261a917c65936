import type { BrowserContext } from "@playwright/test";
import { accountLives, counting, expect, fillLogin, fillRegistration, openAccount, register, signIn, signOut, stranger, test, token, type Page, type Person } from "./support";
import { NGINX, startApp, startNginx, type Running } from "./support/beside";
import { freePort, type OwnServer } from "./support/server";

/** docs/beside-your-app.md, with an app in React that has the tutorials' form. */

const REFRESH = "/api/v1/token/refresh";

const started: Running[] = [];

/** Keeps something running until the test is over. */
async function run(starting: Promise<Running>): Promise<string> {
  const running = await starting;
  started.push(running);
  return running.url;
}

test.afterEach(async ({ context }) => {
  await context.close();
  await Promise.all(started.splice(0).map((running) => running.stop()));
});

type Serve = (settings?: Record<string, string>) => Promise<OwnServer>;

/** The app at `/shop/` and Vestibule at `/`, behind nginx as the page has it. */
async function oneOrigin(serve: Serve): Promise<string> {
  const port = await freePort();
  const vestibule = await serve({
    VESTIBULE_PUBLIC_URL: `http://localhost:${port}`,
    VESTIBULE_TRUSTED_PROXIES: "127.0.0.1",
    VESTIBULE_CLEAR_SITE_DATA: "false",
  });
  const app = await run(startApp("shop.jsx"));
  return run(startNginx(port, vestibule.url.replace("localhost", "127.0.0.1"), app));
}

/** Fills the tutorials' form and presses its button; answers what the alert says. */
async function logIn(page: Page, person: Person): Promise<string> {
  await page.getByPlaceholder("Username").fill(person.username);
  await page.getByPlaceholder("Your email").fill(person.email);
  await page.getByPlaceholder("Your Password").fill(person.password);
  const alert = new Promise<string>((resolve) => {
    page.once("dialog", (dialog) => void dialog.accept().then(() => resolve(dialog.message())));
  });
  await page.getByRole("button", { name: "Log In" }).click();
  return alert;
}

async function isInTheShop(page: Page, person: Person) {
  await expect(page.getByText(`Signed in as ${person.username}`)).toBeVisible();
}

/** Lets a tab ask who is signed in, until it is answered. */
async function lookAgain(page: Page) {
  const answered = page.waitForResponse((response) => new URL(response.url()).pathname === "/api/v1/me" && response.ok());
  await page.getByRole("button", { name: "Look again" }).click();
  await answered;
}

/** Puts a token in the place of the stored one that ended long ago. */
async function endToken(page: Page) {
  const ended = `e30.${Buffer.from('{"exp":1}').toString("base64url")}.e30`;
  await page.evaluate((ended) => localStorage.setItem("access_token", ended), ended);
}

/** A tab of the shop. */
async function openShop(context: BrowserContext, site: string, person: Person): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${site}/shop/`);
  await isInTheShop(page, person);
  return page;
}

test.describe("one origin behind nginx", () => {
  test.skip(!NGINX, "no nginx");

  test("a page of ours leads back to the app with a token, which the cookie refreshes", async ({ page, context, request, serve, watch }) => {
    watch.expect(401, REFRESH);
    const site = await oneOrigin(serve);
    const person = await register(request, site);
    await page.goto(`${site}/shop`);
    await page.getByRole("link", { name: "Sign in" }).click();
    await fillLogin(page, person);
    await page.locator("main").getByRole("button", { name: "Sign in", exact: true }).click();
    await isInTheShop(page, person);
    expect(page.url()).toBe(`${site}/shop/`);
    const first = await token(page);
    expect(first).not.toBeNull();
    const asked = counting(context, REFRESH);
    await page.getByRole("button", { name: "Look again" }).click();
    await isInTheShop(page, person);
    expect(asked()).toBe(0);
    await endToken(page);
    await page.reload();
    await isInTheShop(page, person);
    expect(asked()).toBe(1);
    // One that the API refuses is replaced too.
    const second = await token(page);
    await page.evaluate((token) => localStorage.setItem("access_token", `${token}A`), second);
    watch.expect(401, "/api/v1/me");
    await page.getByRole("button", { name: "Look again" }).click();
    await expect.poll(asked).toBe(2);
    await isInTheShop(page, person);
    // Both have three parts.
    const isReplaced = (now: string | null) => now?.split(".").length === 3 && now !== `${second}A`;
    await expect.poll(async () => isReplaced(await token(page))).toBe(true);
    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(page.getByRole("link", { name: "Sign in" })).toBeVisible();
    expect(await token(page)).toBeNull();
    expect(await context.cookies(site).then((all) => all.filter(({ name }) => name.includes("session")))).toEqual([]);
  });

  test("the app's backend does not get the session cookie, and gets its own", async ({ page, context, request, serve }) => {
    const site = await oneOrigin(serve);
    const person = await register(request, site);
    await page.goto(`${site}/login?next=/shop/`);
    await fillLogin(page, person);
    await page.locator("main").getByRole("button", { name: "Sign in", exact: true }).click();
    await isInTheShop(page, person);
    for (const name of ["cart", "zone"]) await context.addCookies([{ name, value: "3", url: site }]);
    const names = (await context.cookies(site)).map(({ name }) => name);
    expect(names.filter((name) => name.startsWith("vestibule_session_"))).toHaveLength(1);
    const got = await page.evaluate(async () => (await fetch("/shop/cookies")).text());
    expect(got.split("; ").map((pair) => pair.split("=")[0]).sort()).toEqual(names.filter((name) => !name.startsWith("vestibule_session_")).sort());
  });

  test("a page of ours without script leads back too, and the app gets the token by the cookie", async ({ open, request, serve, watch }) => {
    const site = await oneOrigin(serve);
    const person = await register(request, site);
    const context = await open({ javaScriptEnabled: false });
    const plain = await context.newPage();
    await plain.goto(`${site}/login?next=/shop/`);
    await fillLogin(plain, person);
    await plain.locator("main").getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(plain).toHaveURL((url) => url.pathname === "/shop/");
    const cookies = await context.cookies();
    const page = await (await open({ storageState: { cookies, origins: [] } })).newPage();
    await page.goto(`${site}/shop/`);
    await isInTheShop(page, person);
    expect(await token(page)).not.toBeNull();
    expect(watch.complaints()).toEqual([]);
  });

  test("the React form signs in with a session, and tabs of both share it", async ({ page, context, request, serve, watch }) => {
    watch.expect(401, REFRESH);
    const site = await oneOrigin(serve);
    const person = await register(request, site);
    await page.goto(`${site}/shop/`);
    expect(await logIn(page, person)).toBe("Login successful");
    await isInTheShop(page, person);
    const other = await openShop(context, site, person);
    const ours = await context.newPage();
    await openAccount(ours, site);
    // All three need a token at once: one refreshes.
    const asked = counting(context, REFRESH);
    await endToken(page);
    await Promise.all([...[page, other].map(lookAgain), ours.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })))]);
    await expect.poll(async () => (await token(page))?.split(".")[1]?.length ?? 0).toBeGreaterThan(100);
    for (const tab of [page, other]) await isInTheShop(tab, person);
    await accountLives(ours);
    expect(asked()).toBe(1);
    // Who signs out in one of them is signed out in all.
    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(ours).toHaveURL(`${site}/login?reason=elsewhere`);
    for (const tab of [page, other]) await expect(tab.getByRole("link", { name: "Sign in" })).toBeVisible();
  });

  test("a sign-out on a page of ours reaches the app, whose own storage stays", async ({ page, context, request, serve, watch }) => {
    watch.expect(401, REFRESH);
    const site = await oneOrigin(serve);
    const person = await register(request, site);
    await signIn(context, person, site);
    const shop = await openShop(context, site, person);
    await shop.evaluate(() => localStorage.setItem("cart", "lantern"));
    await openAccount(page, site);
    await signOut(page);
    await expect(shop.getByRole("link", { name: "Sign in" })).toBeVisible();
    expect(await shop.evaluate(() => localStorage.getItem("cart"))).toBe("lantern");
  });
});

test.describe("an origin of its own", () => {
  // Chromium would ask in the preflight whether the app's script may send the header of the other tests.
  test.use({ extraHTTPHeaders: {} });

  /** The app at another origin, which may call and be led to. */
  async function twoOrigins(serve: Serve, entry: string) {
    const port = await freePort();
    const app = `http://127.0.0.1:${port}`;
    const vestibule = await serve({ VESTIBULE_CORS_ORIGINS: app, VESTIBULE_RETURN_ORIGINS: app });
    await run(startApp(entry, vestibule.url, port));
    return { app, vestibule };
  }

  test("the tutorials' form works with nothing but its URL changed", async ({ page, request, serve }) => {
    const { app, vestibule } = await twoOrigins(serve, "tutorial.jsx");
    const person = await register(request, vestibule.url);
    await page.goto(app);
    expect(await logIn(page, person)).toBe("Login successful");
    const answer = await request.get(`${vestibule.url}/api/v1/me`, { headers: { authorization: `Bearer ${await token(page)}` } });
    expect((await answer.json()).username).toBe(person.username);
    expect(await page.evaluate(() => localStorage.length)).toBe(1);
  });

  test("the form with a session: signed in, refreshed for all tabs with one token, signed out", async ({ page, context, request, serve, watch }) => {
    const { app, vestibule } = await twoOrigins(serve, "elsewhere.jsx");
    const person = await register(request, vestibule.url);
    await page.goto(app);
    expect(await logIn(page, person)).toBe("Login successful");
    await isInTheShop(page, person);
    const first = await page.evaluate(() => ({ ...localStorage }));
    expect(first.refresh_token).toBeTruthy();
    const other = await context.newPage();
    await other.goto(app);
    await isInTheShop(other, person);
    const asked: string[] = [];
    context.on("request", (request) => {
      if (new URL(request.url()).pathname === REFRESH && request.method() === "POST") asked.push(request.postData() ?? "");
    });
    await page.evaluate(() => localStorage.setItem("access_token_until", "0"));
    await Promise.all([page, other].map(lookAgain));
    await expect.poll(() => page.evaluate(() => Number(localStorage.getItem("access_token_until")))).toBeGreaterThan(Date.now());
    for (const tab of [page, other]) await isInTheShop(tab, person);
    // A busy browser shows the second tab late what the first one stored. It then asks with the same token, which the
    // server answers with the same successor.
    expect(asked.length).toBeLessThanOrEqual(2);
    expect([...new Set(asked)]).toEqual([JSON.stringify({ refresh_token: first.refresh_token })]);
    const second = await page.evaluate(() => ({ ...localStorage }));
    expect(second.refresh_token).not.toBe(first.refresh_token);
    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(page.getByRole("link", { name: "Register" })).toBeVisible();
    expect(await page.evaluate(() => localStorage.length)).toBe(0);
    // The other tab does not know, and signs out without a token.
    watch.expect(401, "/api/v1/logout");
    await other.getByRole("button", { name: "Sign out" }).click();
    await expect(other.getByRole("link", { name: "Register" })).toBeVisible();
    const answer = await request.get(`${vestibule.url}/api/v1/me`, { headers: { authorization: `Bearer ${second.access_token}` } });
    expect(answer.status()).toBe(401);
    // No cookie came into it.
    expect(await context.cookies(vestibule.url)).toEqual([]);
  });

  test("registration on a page of ours leads back to the app, and its address has nothing more", async ({ page, serve }) => {
    const { app, vestibule } = await twoOrigins(serve, "elsewhere.jsx");
    await page.goto(`${app}/?from=here#there`);
    await page.getByRole("link", { name: "Register" }).click();
    await expect(page).toHaveURL((url) => url.origin === vestibule.url && url.pathname === "/register");
    await fillRegistration(page, stranger());
    await page.locator("main").getByRole("button", { name: "Create account" }).click();
    await expect(page).toHaveURL(`${app}/?from=here#there`);
    await expect(page.getByRole("link", { name: "Register" })).toBeVisible();
    expect(await page.evaluate(() => localStorage.length)).toBe(0);
    // Now signed in at Vestibule: the same link leads straight back.
    await page.getByRole("link", { name: "Register" }).click();
    await expect(page).toHaveURL(`${app}/?from=here#there`);
  });

  test("a form without script leads to a listed origin, which its policy allows, and to no other", async ({ open, request, serve }) => {
    const { app, vestibule } = await twoOrigins(serve, "elsewhere.jsx");
    const person = await register(request, vestibule.url);
    for (const [next, place] of [[`${app}/cart`, `${app}/cart`], ["http://localhost:1/cart", `${vestibule.url}/account`]]) {
      // Twice: the second time the browser has sent a cookie before, and takes the short way.
      const context = await open({ javaScriptEnabled: false });
      const page = await context.newPage();
      for (const _ of ["the long way", "the short way"]) {
        await page.goto(`${vestibule.url}/login?next=${encodeURIComponent(next ?? "")}`);
        await fillLogin(page, person);
        await page.locator("main").getByRole("button", { name: "Sign in", exact: true }).click();
        await expect(page).toHaveURL(place ?? "");
        const session = (await context.cookies(vestibule.url)).find(({ name }) => name.startsWith("vestibule_session"));
        await context.clearCookies({ name: session?.name ?? "" });
      }
    }
  });
});
