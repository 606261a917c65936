import { EDGE, FIREFOX, IPHONE, copySession, failElsewhere, signInElsewhere } from "./elsewhere";
import {
  accountLives,
  ageProof,
  endElsewhere,
  expect,
  openAccount,
  openDeveloper,
  openMenu,
  type Page,
} from "./index";
import { MISSING, WRONG, goTo, sender, type Place } from "./stage";

/** Asks to sign out everywhere else, and says yes. */
async function endOthers(page: Page) {
  await sender(page, "end_others").click();
  await page.locator("#ask-go").click();
}

/** Pages of a person who is signed in. */
export const PERSONS: Place[] = [
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
    visit: async ({ page, person }) => {
      for (const agent of [FIREFOX, IPHONE, EDGE]) await signInElsewhere(person, agent);
      await failElsewhere(person, FIREFOX);
      await openAccount(page, "", "/account/security");
    },
  },
  {
    name: "password",
    signedIn: true,
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
    visit: async ({ page }) => {
      await openDeveloper(page);
      await page.locator("#panel [data-act=send]").click();
      await expect(page.locator("#panel-answer")).toBeVisible();
    },
  },
  {
    name: "logout",
    signedIn: true,
    visit: async ({ page }) => {
      await page.goto("/logout");
      await accountLives(page);
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
