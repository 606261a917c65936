import { appCode, beginSetUp, enrol, keepCodes, signInWithCode, turnOn } from "./authenticator";
import { accountLives, expect, origin } from "./index";
import { goTo, sender, type Place } from "./stage";

/** Pages of second factors and passkeys. */
export const FACTORS: Place[] = [
  {
    name: "factor-setup",
    signedIn: true,
    visit: async ({ page }) => {
      await beginSetUp(page);
      await accountLives(page);
    },
  },
  {
    name: "factor-codes",
    signedIn: true,
    visit: async ({ page }) => {
      await turnOn(page);
      await accountLives(page);
    },
  },
  {
    name: "factor-on",
    signedIn: true,
    visit: async ({ page }) => {
      await turnOn(page);
      await keepCodes(page);
      await accountLives(page);
    },
  },
  {
    name: "factor-trusted",
    signedIn: true,
    visit: async ({ page, person }) => {
      const elsewhere = await page.context().browser()!.newContext();
      const { secret } = await enrol(elsewhere.request, person);
      await elsewhere.close();
      await signInWithCode(page.context(), person, appCode(secret, 30), origin(), true);
      await goTo(page, "/account/factor");
      await expect(page.locator("[data-form=trust_end]")).toBeVisible();
      await accountLives(page);
    },
  },
  {
    name: "passkey-adding",
    signedIn: true,
    visit: async ({ page }) => {
      await goTo(page, "/account/passkeys");
      await sender(page, "passkey_begin").click();
      await expect(sender(page, "passkey_confirm")).toBeVisible();
      await accountLives(page);
    },
  },
];
