import { expect, fillLogin, formLives, openAccount, setupLink, type Page, type Person } from "./index";
import type { Watch } from "./watch";

/** A page in a state, as somebody sees it. */
export interface Place {
  name: string;
  signedIn: boolean;
  /** Goes there and waits until it stands still. */
  visit: (page: Page, person: Person, watch: Watch) => Promise<void>;
}

const MISSING = "/no/such/page";

/** Every page, and every state that looks different. */
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
      watch.expect(401, "/action/login");
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
    name: "account-error",
    signedIn: true,
    visit: async (page, _person, watch) => {
      watch.expect(422, "/action/rename");
      await openAccount(page);
      await page.getByRole("button", { name: "Edit display name" }).click();
      await page.getByLabel("Display name").fill("x".repeat(129));
      await page.getByRole("button", { name: "Save" }).click();
      await expect(page.locator("#display_name-error")).toContainText("at most 128 characters");
      await page.context().setOffline(true);
      await expect(page.getByText("You are offline.")).toBeVisible();
    },
  },
];
