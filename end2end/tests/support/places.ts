import { request } from "@playwright/test";
import {
  endedDialog,
  expect,
  fillLogin,
  formLives,
  openAccount,
  origin,
  setupLink,
  token,
  type Page,
  type Person,
} from "./index";
import type { Watch } from "./watch";

/** A page in a state, as somebody sees it. */
export interface Place {
  name: string;
  signedIn: boolean;
  /** Goes there and waits until it stands still. */
  visit: (page: Page, person: Person, watch: Watch) => Promise<void>;
}

const MISSING = "/no/such/page";

/** Other browsers of the same person. */
const AGENTS = [
  "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
];

async function signInElsewhere(person: Person, agent: string) {
  const elsewhere = await request.newContext({ baseURL: origin(), userAgent: agent });
  const data = { identifier: person.username, password: person.password, session: "token" };
  expect((await elsewhere.post("/api/v1/login", { data })).status()).toBe(200);
  await elsewhere.dispose();
}

/** Somebody guesses, from an address of their own. */
export async function failElsewhere(person: Person, agent: string) {
  const extraHTTPHeaders = { "X-Forwarded-For": "192.0.2.7" };
  const elsewhere = await request.newContext({ baseURL: origin(), userAgent: agent, extraHTTPHeaders });
  const data = { identifier: person.username, password: "not the password at all" };
  expect((await elsewhere.post("/api/v1/login", { data })).status()).toBe(401);
  await elsewhere.dispose();
}

/** Every page, and every state that looks different; the last one is left offline. */
export const PLACES: Place[] = [
  {
    name: "welcome",
    signedIn: false,
    visit: async (page) => {
      await page.goto("/");
      await expect(page.getByRole("link", { name: "Create account" })).toBeVisible();
    },
  },
  {
    name: "login",
    signedIn: false,
    visit: async (page) => {
      await page.goto("/login");
      await formLives(page);
    },
  },
  {
    name: "login-error",
    signedIn: false,
    visit: async (page, person, watch) => {
      watch.expect(401, "/action/enter");
      await page.goto("/login");
      await formLives(page);
      await fillLogin(page, { ...person, password: "not the password at all" });
      await page.getByRole("button", { name: "Sign in" }).click();
      await expect(page.getByRole("alert")).toBeFocused();
    },
  },
  {
    name: "register",
    signedIn: false,
    visit: async (page) => {
      await page.goto("/register");
      await formLives(page);
    },
  },
  {
    name: "register-error",
    signedIn: false,
    visit: async (page) => {
      await page.goto("/register");
      await formLives(page);
      await page.getByLabel("Email").fill("nowhere");
      await page.getByLabel("Password", { exact: true }).dispatchEvent("keydown", { key: "A", modifierCapsLock: true });
      await page.getByRole("button", { name: "Create account" }).click();
      await expect(page.getByRole("alert")).toBeFocused();
    },
  },
  {
    name: "setup",
    signedIn: false,
    visit: async (page) => {
      await page.goto(await setupLink(process.env.E2E_DATA ?? ""));
      await formLives(page);
    },
  },
  {
    name: "setup-closed",
    signedIn: false,
    visit: async (page, _person, watch) => {
      watch.expect(410, "/setup");
      // A browser that was sent to a good link before goes on with that one.
      await page.context().clearCookies({ name: /link$/ });
      await page.goto("/setup?token=spent");
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("This link is no longer valid");
    },
  },
  {
    name: "not-found",
    signedIn: false,
    visit: async (page, _person, watch) => {
      watch.expect(404, MISSING);
      await page.goto(MISSING);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is no such page");
    },
  },
  {
    name: "welcome-signed-in",
    signedIn: true,
    visit: async (page, person) => {
      await page.goto("/");
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Signed in as ${person.username}`);
    },
  },
  {
    name: "not-found-signed-in",
    signedIn: true,
    visit: async (page, _person, watch) => {
      watch.expect(404, MISSING);
      await page.goto(MISSING);
      await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();
    },
  },
  {
    name: "account",
    signedIn: true,
    visit: async (page) => {
      await openAccount(page);
      await page.getByRole("button", { name: "Send request" }).click();
      await expect(page.getByRole("status").getByText("200", { exact: true })).toBeVisible();
    },
  },
  {
    name: "password",
    signedIn: true,
    visit: async (page) => {
      await page.goto("/account/password");
      await expect(page.getByRole("button", { name: "Show new password" })).toBeVisible();
      await page.getByLabel("New password", { exact: true }).fill("qwertyuiopasdfgh");
      await expect(page.getByRole("meter", { name: "Password strength" })).toBeVisible();
    },
  },
  {
    name: "password-error",
    signedIn: true,
    visit: async (page) => {
      await page.goto("/account/password");
      await page.getByRole("button", { name: "Change password" }).click();
      await expect(page.getByRole("alert")).toBeFocused();
    },
  },
  {
    name: "session-ended",
    signedIn: true,
    visit: async (page, _person, watch) => {
      watch.expect(401, "/api/v1/me");
      watch.expect(400, "/api/v1/token/refresh");
      await openAccount(page);
      await page.getByLabel("Display name").fill("half a na");
      const bearer = { authorization: `Bearer ${await token(page)}` };
      // With the token alone: the cookie stays, and no longer opens anything.
      await page.evaluate((headers) => fetch("/api/v1/logout", { method: "POST", headers, credentials: "omit" }), bearer);
      await page.getByRole("button", { name: "Send request" }).click();
      await expect(endedDialog(page)).toBeVisible();
    },
  },
  {
    name: "sessions",
    signedIn: true,
    visit: async (page, person) => {
      for (const agent of AGENTS) await signInElsewhere(person, agent);
      await page.goto("/account/sessions");
      await expect(page.getByRole("button", { name: "End all sessions" })).toBeVisible();
      await expect(page.getByRole("listitem").filter({ hasText: "Firefox on Linux" }).first()).toBeVisible();
    },
  },
  {
    name: "sessions-question",
    signedIn: true,
    visit: async (page, person) => {
      await signInElsewhere(person, AGENTS[0] ?? "");
      await page.goto("/account/sessions");
      await page.getByRole("button", { name: "End all other sessions" }).click();
      await expect(page.getByRole("dialog", { name: "Are you sure?" })).toBeVisible();
    },
  },
  {
    name: "sessions-proof",
    signedIn: true,
    visit: async (page, _person, watch) => {
      watch.expect(401, "/api/v1/me/sessions");
      watch.expect(401, "/api/v1/me/reauthenticate");
      await page.goto("/account/sessions");
      await page.route("**/api/v1/me/sessions", (route) =>
        route.fulfill({ status: 401, contentType: "application/problem+json", body: '{"code":"reauthentication_required"}' }),
      );
      await page.getByRole("button", { name: "End all sessions" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "End all sessions" }).click();
      const password = page.getByLabel("Password", { exact: true });
      await expect(password).toBeFocused();
      await password.fill("not the password at all");
      await password.press("Enter");
      await expect(password).toHaveAttribute("aria-invalid", "true");
      await page.unrouteAll();
    },
  },
  {
    name: "history",
    signedIn: true,
    visit: async (page, person) => {
      await signInElsewhere(person, AGENTS[1] ?? "");
      await failElsewhere(person, AGENTS[0] ?? "");
      await page.goto("/account/security-history");
      await expect(page.getByRole("listitem").first()).toContainText("Somebody tried to sign in");
    },
  },
  {
    name: "account-error",
    signedIn: true,
    visit: async (page) => {
      await openAccount(page);
      await page.getByLabel("Display name").fill("x".repeat(129));
      await page.getByRole("button", { name: "Save" }).click();
      await expect(page.locator("#display_name-error")).toContainText("at most 128 characters");
      await page.context().setOffline(true);
      await expect(page.getByText("You are offline.")).toBeVisible();
    },
  },
];
