import { randomInt, randomUUID } from "node:crypto";
import {
  test as base,
  expect,
  request as apis,
  type APIRequestContext,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from "@playwright/test";
import { startServer, type OwnServer } from "./server";
import { Watch } from "./watch";

export { expect, type BrowserContext, type Page };
export { callFunction, isAnswered, openDeveloper, panel, panelLives, panelSays, sendRequest } from "./panel";
export { ageProof, confirmAddress, invite, lockDatabase, setupLink, takeTable } from "./server";

/** The name of a cookie of the common server. */
export function cookieName(word: string): string {
  return `vestibule_${word}_${process.env.E2E_PORT ?? "3900"}`;
}

/** Chooses the language of a browser's pages. */
export async function chooseLanguage(context: BrowserContext, language: string, url = origin()) {
  await context.addCookies([{ name: `vestibule_language_${new URL(url).port}`, value: language, url }]);
}

/** Somebody with an account. */
export interface Person {
  username: string;
  email: string;
  password: string;
}

interface Fixtures {
  /** Where this test's requests come from. */
  address: string;
  /** Fails the test on anything that a browser complained of and that was not declared. */
  watch: Watch;
  /** Another browser, watched too. */
  open: (options?: BrowserContextOptions) => Promise<BrowserContext>;
  /** Somebody registered for this test alone. */
  person: Person;
  /** A server of this test's own. */
  serve: (settings?: Record<string, string>) => Promise<OwnServer>;
}

export const test = base.extend<Fixtures>({
  watch: [
    async ({}, use) => {
      const watch = new Watch();
      await use(watch);
      expect(watch.complaints(), "what the browser complained of").toEqual([]);
    },
    { auto: true },
  ],
  // Each test is a source of its own, as limits count them; the server trusts this machine as a proxy.
  address: async ({}, use) => {
    await use(`10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`);
  },
  extraHTTPHeaders: async ({ address }, use) => {
    await use({ "X-Forwarded-For": address });
  },
  // After the servers, so that it closes before they stop: Firefox may still be fetching an icon then.
  context: async ({ serve: _, context, watch }, use) => {
    await watch.attach(context);
    await use(context);
    // A page may still be asking for what is refused when its test has seen enough.
    await expect.poll(() => watch.missing(), "what a test declared").toEqual([]);
  },
  open: async ({ browser, baseURL, extraHTTPHeaders, watch }, use) => {
    const opened: BrowserContext[] = [];
    await use(async (options) => {
      const base = { ...(baseURL ? { baseURL } : {}), ...(extraHTTPHeaders ? { extraHTTPHeaders } : {}) };
      const context = await browser.newContext({ ...base, ...options });
      opened.push(context);
      await watch.attach(context);
      return context;
    });
    await Promise.all(opened.map((context) => context.close()));
  },
  person: async ({ request }, use) => {
    await use(await register(request));
  },
  serve: async ({}, use) => {
    const started: OwnServer[] = [];
    await use(async (settings) => {
      const server = await startServer(settings);
      started.push(server);
      return server;
    });
    await Promise.all(started.map((server) => server.stop()));
  },
});

/** Somebody new, without an account yet. */
export function stranger(): Person {
  const username = `ada-${randomUUID().slice(0, 8)}`;
  return { username, email: `${username}@example.com`, password: "seven lanterns by a quiet door" };
}

/** Somebody new, registered through the API. */
export async function register(request: APIRequestContext, url = ""): Promise<Person> {
  const person = stranger();
  const answer = await request.post(`${url}/api/v1/register`, { data: person });
  expect(answer.status(), await answer.text()).toBe(201);
  return person;
}

/** Gives a browser the session cookie, without a page: what a sign-in without script leaves. */
export async function signIn(context: BrowserContext, person: Person, url = origin()) {
  const answer = await context.request.post(`${url}/api/v1/login`, {
    headers: { origin: url },
    data: { identifier: person.username, password: person.password, session: "cookie" },
  });
  expect(answer.status(), await answer.text()).toBe(200);
}

/** Where the shared server is. */
export function origin(): string {
  const url = test.info().project.use.baseURL;
  if (!url) throw new Error("the configuration names no baseURL");
  return url;
}

/** Waits until script helps the page. */
export async function wakes(page: Page) {
  await expect(page.locator("html")).toHaveAttribute("data-script", "awake");
}

/** Waits until script helps a page with a password: its show-password button is there. */
export async function formLives(page: Page) {
  await wakes(page);
  await expect(page.locator("main .reveal").first()).toBeVisible();
}

/** Waits until script helps a page of a person who is signed in, and has stored a token. */
export async function accountLives(page: Page) {
  await expect(page.locator("#menu > summary")).toBeVisible();
  await wakes(page);
  await expect.poll(() => token(page)).not.toBeNull();
}

/** Opens a page of the account and waits until it lives. */
export async function openAccount(page: Page, url = "", path = "/account") {
  await page.goto(`${url}${path}`);
  await accountLives(page);
}

/** Opens the page where the display name can be changed. */
export async function openName(page: Page, url = "") {
  await openAccount(page, url, "/account?edit");
}

/** The name under which somebody is signed in, as the page's menu says it. */
export async function isSignedInAs(page: Page, name: string) {
  await expect(page.locator("#menu bdi")).toHaveText(name);
}

/** Opens the menu in the header. */
export async function openMenu(page: Page) {
  if (!(await page.locator("#menu[open]").count())) await page.locator("#menu > summary").click();
  await expect(page.locator("#menu > .card")).toBeVisible();
}

/** The button in the menu that signs out. */
export function signOutButton(page: Page) {
  return page.locator("#menu form[data-form=logout] button");
}

/** Signs out by the menu, and waits for the start page. */
export async function signOut(page: Page) {
  await openMenu(page);
  await signOutButton(page).click();
  await isAtSignIn(page);
}

/** Waits for the start page, as strangers see it. */
export async function isAtSignIn(page: Page) {
  await expect(page).toHaveURL((url) => url.pathname === "/");
  await expect(page.locator("main").getByRole("link", { name: "Sign in" })).toBeVisible();
}

/** What the page says in passing. */
export function toast(page: Page) {
  return page.locator("#toast");
}

/** The box at the top of a form that says what is wrong. */
export function summary(page: Page) {
  return page.locator("main form").getByRole("alert");
}

/** What is wrong with a field, as the page says it beside the field. */
export function wrong(page: Page, id: string) {
  return page.locator(`#${id}-error`);
}

/** Fills the sign-in form. */
export async function fillLogin(page: Page, person: Person) {
  await page.locator("main").getByLabel("Username").fill(person.username);
  await page.locator("main").getByLabel("Password", { exact: true }).fill(person.password);
}

/** Fills the registration form. */
export async function fillRegistration(page: Page, person: Person) {
  await page.getByLabel("Username").fill(person.username);
  // Firefox's driver adds to what an email field has.
  await page.getByLabel("Email").clear();
  await page.getByLabel("Email").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
}

/** The stored access token. */
export async function token(page: Page): Promise<string | null> {
  return page.evaluate(() => localStorage.getItem("access_token"));
}

/** Lets the person come back to a tab. */
export async function comeBack(page: Page) {
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
}

/** Fills localStorage to the last bytes; runs in the page. */
export function fillStorage() {
  for (let size = 1 << 20, n = 0; size > 0; n += 1) {
    try {
      localStorage.setItem(`filler-${n}`, "x".repeat(size));
    } catch {
      size >>= 1;
    }
  }
}

/** Holds requests back until `release` is called. */
export async function hold(page: Page, url: string | RegExp): Promise<{ release: () => void; count: () => number }> {
  let release = () => {};
  let count = 0;
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(url, async (route) => {
    count += 1;
    await released;
    // The page may have been left meanwhile, and the request with it.
    await route.continue().catch(() => {});
  });
  return { release, count: () => count };
}

/** Counts the requests to a path from all pages of a browser. */
export function counting(context: BrowserContext, path: string): () => number {
  let count = 0;
  context.on("request", (request) => {
    if (new URL(request.url()).pathname === path) count += 1;
  });
  return () => count;
}

/** Ends a browser's session as if from elsewhere: by its access token alone, so that its cookie stays. */
export async function endElsewhere(page: Page, url = origin()) {
  const elsewhere = await apis.newContext();
  const answer = await elsewhere.post(`${url}/api/v1/logout`, {
    headers: { authorization: `Bearer ${await token(page)}` },
  });
  expect(answer.status(), await answer.text()).toBe(204);
  await elsewhere.dispose();
}

/** The dialog that says that the session is over. */
export function endedDialog(page: Page) {
  return page.getByRole("dialog", { name: "Your session has ended" });
}
