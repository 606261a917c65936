import { type Locator } from "@playwright/test";
import { EDGE, FIREFOX, IPHONE, burn, copySession, failElsewhere, signInElsewhere } from "./elsewhere";
import {
  accountLives,
  ageProof,
  chooseLanguage,
  cookieName,
  endElsewhere,
  expect,
  formLives,
  openAccount,
  openDeveloper,
  openMenu,
  setupLink,
  wakes,
  type Page,
  type Person,
} from "./index";
import type { OwnServer } from "./server";
import type { Watch } from "./watch";

/** What a visit may use. */
export interface Stage {
  page: Page;
  person: Person;
  watch: Watch;
  serve: (settings?: Record<string, string>) => Promise<OwnServer>;
}

/** A page in a state, as somebody sees it. Elements are found by what they are: the page may be in any language. */
export interface Place {
  name: string;
  signedIn: boolean;
  /** Goes there and waits until it stands still. */
  visit: (stage: Stage) => Promise<void>;
  /** Whether it is a page of its own, and not a state of one before it. */
  isPage?: boolean;
}

const MISSING = "/no/such/page";
const WRONG = "not the password at all";

/** The button that sends a form. */
export const sender = (page: Page, form: string): Locator =>
  page.locator(`form[data-form=${form}]:visible button:not([type])`);

async function goTo(page: Page, path: string) {
  await page.goto(path);
  await wakes(page);
}

/** Asks to sign out everywhere else, and says yes. */
async function endOthers(page: Page) {
  await sender(page, "end_others").click();
  await page.locator("#ask-go").click();
}

/** Every page, and every state that looks different. */
export const PLACES: Place[] = [
  {
    name: "welcome",
    signedIn: false,
    isPage: true,
    visit: async ({ page }) => goTo(page, "/"),
  },
  {
    name: "login",
    signedIn: false,
    isPage: true,
    visit: async ({ page }) => {
      await page.goto("/login");
      await formLives(page);
    },
  },
  {
    name: "login-reason",
    signedIn: false,
    visit: async ({ page }) => {
      await page.goto("/login?reason=over");
      await expect(page.locator("main .alert")).toBeVisible();
      await formLives(page);
    },
  },
  {
    name: "login-error",
    signedIn: false,
    visit: async ({ page, person, watch }) => {
      watch.expect(401, "/action/enter");
      await page.goto("/login");
      await formLives(page);
      await page.locator("#login-identifier").fill(person.username);
      await page.locator("#login-password").fill(WRONG);
      await sender(page, "login").click();
      await expect(page.locator("#login-password")).toHaveAttribute("aria-invalid", "true");
    },
  },
  {
    name: "login-wait",
    signedIn: false,
    visit: async ({ page, person, watch }) => {
      watch.expect(429, "/action/enter");
      await burn(person);
      await page.goto("/login");
      await formLives(page);
      await page.locator("#login-identifier").fill(person.username);
      await page.locator("#login-password").fill(WRONG);
      await sender(page, "login").click();
      await expect(page.locator(".summary")).toBeFocused();
      await expect(page.locator(".summary [role=timer]")).not.toBeEmpty();
    },
  },
  {
    name: "login-busy",
    signedIn: false,
    visit: async ({ page, person }) => {
      await page.goto("/login");
      await formLives(page);
      await page.route("**/action/enter", () => {});
      await page.locator("#login-identifier").fill(person.username);
      await page.locator("#login-password").fill(person.password);
      await page.locator(".reveal").click();
      await sender(page, "login").click();
      await expect(sender(page, "login")).toHaveAttribute("aria-busy", "true");
    },
  },
  {
    name: "login-offline",
    signedIn: false,
    visit: async ({ page, watch }) => {
      watch.expect("failed", "/action/enter");
      await page.goto("/login");
      await formLives(page);
      await page.locator("#login-identifier").fill("ada");
      await page.locator("#login-password").fill(WRONG);
      await page.context().setOffline(true);
      await sender(page, "login").click();
      await expect(page.locator(".summary")).toBeVisible();
      await expect(page.locator("#notice-offline")).toBeVisible();
      await page.context().setOffline(false);
      await expect(page.locator("#notice-offline")).toBeHidden();
    },
  },
  {
    name: "register",
    signedIn: false,
    isPage: true,
    visit: async ({ page }) => {
      await page.goto("/register");
      await formLives(page);
    },
  },
  {
    name: "register-error",
    signedIn: false,
    visit: async ({ page }) => {
      await page.goto("/register");
      await formLives(page);
      await page.locator("#register-email").fill("nowhere");
      await page.locator("#register-password").dispatchEvent("keydown", { key: "A", modifierCapsLock: true });
      await sender(page, "register").click();
      await expect(page.locator(".summary")).toBeFocused();
    },
  },
  {
    name: "setup",
    signedIn: false,
    isPage: true,
    visit: async ({ page }) => {
      await page.goto(await setupLink(process.env.E2E_DATA ?? ""));
      await formLives(page);
    },
  },
  {
    name: "setup-closed",
    signedIn: false,
    isPage: true,
    visit: async ({ page, watch }) => {
      watch.expect(410, "/setup");
      // A browser that was sent to a good link before goes on with that one.
      await page.context().clearCookies({ name: /link$/ });
      await goTo(page, "/setup?token=spent");
      await expect(page.locator(".number")).toHaveText("410");
    },
  },
  {
    name: "ready",
    signedIn: false,
    isPage: true,
    visit: async ({ page, person, serve }) => {
      const { url, setupLink } = await serve();
      const language = (await page.context().cookies()).find(({ name }) => name === cookieName("language"));
      if (language) await chooseLanguage(page.context(), language.value, url);
      await page.goto(setupLink);
      await formLives(page);
      await page.locator("#setup-username").fill(person.username);
      await page.locator("#setup-password").fill(person.password);
      await sender(page, "setup").click();
      await expect(page).toHaveURL(`${url}/account/ready`);
      await wakes(page);
    },
  },
  {
    name: "not-found",
    signedIn: false,
    isPage: true,
    visit: async ({ page, watch }) => {
      watch.expect(404, MISSING);
      await goTo(page, MISSING);
      await expect(page.locator(".number")).toHaveText("404");
    },
  },
  {
    name: "no-cookies",
    signedIn: false,
    isPage: true,
    visit: async ({ page, watch }) => {
      watch.expect(401, "/login");
      const language = (await page.context().cookies()).find(({ name }) => name === cookieName("language"));
      await page.context().clearCookies();
      // The address that a browser is sent to with its first cookie.
      if (language) await page.setExtraHTTPHeaders({ "accept-language": language.value });
      await goTo(page, "/login?arrived");
      await expect(page.locator("main.closed")).toBeVisible();
    },
  },
  {
    name: "choices",
    signedIn: false,
    isPage: true,
    visit: async ({ page }) => goTo(page, "/theme"),
  },
  {
    name: "script-failed",
    signedIn: false,
    visit: async ({ page }) => {
      await page.goto("/register");
      await formLives(page);
      await page.evaluate(() => dispatchEvent(new Event("vestibule:failed")));
      await expect(page.locator("#notice-failed")).toBeVisible();
    },
  },
  {
    name: "not-found-signed-in",
    signedIn: true,
    visit: async ({ page, watch }) => {
      watch.expect(404, MISSING);
      await page.goto(MISSING);
      await accountLives(page);
    },
  },
  {
    name: "account",
    signedIn: true,
    isPage: true,
    visit: async ({ page }) => openAccount(page),
  },
  {
    name: "menu",
    signedIn: true,
    visit: async ({ page }) => {
      await openAccount(page);
      await openMenu(page);
    },
  },
  {
    name: "edit",
    signedIn: true,
    isPage: true,
    visit: async ({ page }) => openAccount(page, "", "/account?edit"),
  },
  {
    name: "edit-username",
    signedIn: true,
    visit: async ({ page }) => openAccount(page, "", "/account?edit=username"),
  },
  {
    name: "edit-error",
    signedIn: true,
    visit: async ({ page }) => {
      await openAccount(page, "", "/account?edit");
      await page.locator("#profile-display_name").fill("x".repeat(129));
      await sender(page, "profile").click();
      await expect(page.locator("#profile-display_name")).toHaveAttribute("aria-invalid", "true");
    },
  },
  {
    name: "saved",
    signedIn: true,
    visit: async ({ page }) => {
      await openAccount(page, "", "/account?edit");
      await page.locator("#profile-display_name").fill("Donaudampfschifffahrtsgesellschaftskapitänswitwe".repeat(2));
      await sender(page, "profile").click();
      await expect(page.locator("#toast")).not.toBeEmpty();
      await accountLives(page);
    },
  },
  {
    name: "copied-session",
    signedIn: true,
    visit: async ({ page, person }) => {
      await copySession(person, IPHONE);
      await openAccount(page);
      await expect(page.locator("main .alert.bad")).toBeVisible();
    },
  },
  {
    name: "security",
    signedIn: true,
    isPage: true,
    visit: async ({ page, person }) => {
      for (const agent of [FIREFOX, IPHONE, EDGE]) await signInElsewhere(person, agent);
      await failElsewhere(person, FIREFOX);
      await openAccount(page, "", "/account/security");
    },
  },
  {
    name: "password",
    signedIn: true,
    isPage: true,
    visit: async ({ page }) => {
      await openAccount(page, "", "/account/password");
      await page.locator("#password-new_password").fill("qwertyuiopasdfgh");
      await expect(page.locator("main meter")).toBeVisible();
    },
  },
  {
    name: "password-error",
    signedIn: true,
    visit: async ({ page }) => {
      await openAccount(page, "", "/account/password");
      await sender(page, "password").click();
      await expect(page.locator("main .summary")).toBeFocused();
    },
  },
  {
    name: "devices",
    signedIn: true,
    isPage: true,
    visit: async ({ page, person }) => {
      for (const agent of [FIREFOX, IPHONE, EDGE, "curl/8.5.0"]) await signInElsewhere(person, agent);
      await openAccount(page, "", "/account/devices");
      await expect(page.locator("[data-session]")).not.toHaveCount(1);
    },
  },
  {
    name: "devices-only-here",
    signedIn: true,
    visit: async ({ page }) => {
      await openAccount(page, "", "/account/devices");
      if (await sender(page, "end_others").count()) {
        await endOthers(page);
        await expect(page.locator("#toast")).not.toBeEmpty();
      }
      await expect(page.locator("[data-session]")).toHaveCount(1);
      await accountLives(page);
    },
  },
  {
    name: "devices-question",
    signedIn: true,
    visit: async ({ page, person }) => {
      await signInElsewhere(person, FIREFOX);
      await openAccount(page, "", "/account/devices");
      await sender(page, "end_session").first().click();
      await expect(page.locator("#ask")).toBeVisible();
    },
  },
  {
    name: "devices-proof",
    signedIn: true,
    visit: async ({ page, person, watch }) => {
      watch.expect(401, "/action/act");
      await signInElsewhere(person, FIREFOX);
      await openAccount(page, "", "/account/devices");
      ageProof(person.username);
      // The next token says how old the proof is.
      await page.evaluate(() => localStorage.clear());
      await page.reload();
      await accountLives(page);
      await endOthers(page);
      const password = page.locator("#proof #proof-password");
      await expect(password).toBeFocused();
      await password.fill(WRONG);
      await password.press("Enter");
      await expect(password).toHaveAttribute("aria-invalid", "true");
    },
  },
  {
    name: "confirm",
    signedIn: true,
    isPage: true,
    visit: async ({ page, person, watch }) => {
      watch.expect(401, "/account/devices");
      await openAccount(page, "", "/account/devices");
      ageProof(person.username);
      // Sent by the browser: script is not asked.
      await page.evaluate(() => document.querySelector<HTMLFormElement>("form[data-form=end_all]")?.submit());
      await expect(page.locator("main #proof-password")).toBeVisible();
      await accountLives(page);
    },
  },
  {
    name: "activity",
    signedIn: true,
    isPage: true,
    visit: async ({ page, person }) => {
      await signInElsewhere(person, IPHONE);
      await failElsewhere(person, FIREFOX);
      await openAccount(page, "", "/account/activity");
      await expect(page.locator("main .tag.bad").first()).toBeVisible();
    },
  },
  {
    name: "activity-empty",
    signedIn: true,
    visit: async ({ page }) => {
      await openAccount(page, "", "/account/activity?show=failed");
      await expect(page.locator("main .hint")).toBeVisible();
    },
  },
  {
    name: "developer",
    signedIn: true,
    isPage: true,
    visit: async ({ page }) => {
      await openDeveloper(page);
      await page.locator("#panel [data-act=send]").click();
      await expect(page.locator("#panel-answer")).toBeVisible();
    },
  },
  {
    name: "session-over",
    signedIn: true,
    visit: async ({ page, watch }) => {
      watch.expect(401, "/api/v1/me");
      watch.expect(400, "/api/v1/token/refresh");
      await openDeveloper(page);
      // With the token alone: the cookie stays, and no longer opens anything.
      await endElsewhere(page);
      await page.locator("#panel [data-act=send]").click();
      await expect(page.locator("#over")).toBeVisible();
    },
  },
  {
    name: "session-over-later",
    signedIn: true,
    visit: async ({ page, watch }) => {
      watch.expect(401, "/action/act");
      watch.expect(400, "/api/v1/token/refresh");
      await openAccount(page, "", "/account?edit");
      await page.locator("#profile-display_name").fill("half a na");
      await endElsewhere(page);
      await sender(page, "profile").click();
      await page.locator("#over [data-close]").click();
      await expect(page.locator("#notice-over")).toBeVisible();
    },
  },
  {
    name: "storage-blocked",
    signedIn: true,
    visit: async ({ page }) => {
      await page.addInitScript(() => {
        Object.defineProperty(window, "localStorage", {
          get: () => {
            throw new DOMException("blocked", "SecurityError");
          },
        });
      });
      await goTo(page, "/account");
      await expect(page.locator("#notice-storage")).toBeVisible();
    },
  },
];

