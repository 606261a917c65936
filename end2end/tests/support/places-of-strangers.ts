import { enrol } from "./authenticator";
import { burn } from "./elsewhere";
import { cookieName, expect, formLives, register, stranger, wakes } from "./index";
import { MISSING, WRONG, claim, goTo, goToStill, keepLanguage, sender, type Place } from "./stage";

/** Pages of people who are not signed in. */
export const STRANGERS: Place[] = [
  {
    name: "welcome",
    signedIn: false,
    visit: async ({ page }) => goTo(page, "/"),
  },
  {
    name: "docs",
    signedIn: false,
    visit: async ({ page }) => {
      await page.goto("/docs");
      await page.locator("#register > summary").click();
      await expect(page.locator("#register figure").first()).toBeVisible();
    },
  },
  {
    name: "login",
    signedIn: false,
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
    visit: async ({ page, watch }) => {
      watch.expect(401, "/action/enter");
      const person = await register(page.request);
      await page.goto("/login");
      await formLives(page);
      await page.locator("#login-identifier").fill(person.username);
      await page.locator("#login-password").fill(WRONG);
      await sender(page, "login").click();
      await expect(page.locator("#login-password")).toHaveAttribute("aria-invalid", "true");
    },
  },
  {
    name: "login-factor",
    signedIn: false,
    visit: async ({ page, person }) => {
      await enrol(page.request, person);
      await page.goto("/login");
      await formLives(page);
      await page.locator("#login-identifier").fill(person.username);
      await page.locator("#login-password").fill(person.password);
      await sender(page, "login").click();
      await page.waitForURL("**/login/factor*");
      await goTo(page, "/login/factor");
    },
  },
  {
    name: "login-enrol",
    signedIn: false,
    visit: async ({ page, person, serve }) => {
      const url = await claim({ page, person, serve }, { VESTIBULE_FACTOR_REQUIRED_FOR: "admin" });
      await page.waitForURL(`${url}/login/enrol`);
      await wakes(page);
    },
  },
  {
    name: "login-mail",
    signedIn: false,
    visit: async ({ page, serve }) => {
      const { url } = await serve({ VESTIBULE_MAIL_CODE: "true" });
      await keepLanguage(page, url);
      await goTo(page, `${url}/login/mail`);
    },
  },
  {
    name: "login-code",
    signedIn: false,
    visit: async ({ page, serve, person }) => {
      const { url } = await serve({ VESTIBULE_MAIL_CODE: "true" });
      await keepLanguage(page, url);
      await goTo(page, `${url}/login/mail`);
      await page.locator("#mail_code_ask-identifier").fill(person.username);
      await sender(page, "mail_code_ask").click();
      await page.waitForURL(`${url}/login/code`);
      await wakes(page);
    },
  },
  {
    name: "verify",
    signedIn: false,
    visit: async ({ page, serve }) => {
      const { url } = await serve({ VESTIBULE_VERIFIED: "required" });
      await keepLanguage(page, url);
      await page.goto(`${url}/register`);
      await formLives(page);
      const person = stranger();
      await page.locator("#register-username").fill(person.username);
      await page.locator("#register-email").fill(person.email);
      await page.locator("#register-password").fill(person.password);
      await sender(page, "register").click();
      await page.waitForURL(`${url}/verify`);
      await wakes(page);
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
    name: "forgot",
    signedIn: false,
    visit: async ({ page }) => {
      await goTo(page, "/forgot");
    },
  },
  {
    name: "forgot-error",
    signedIn: false,
    visit: async ({ page }) => {
      await goTo(page, "/forgot");
      await sender(page, "forgot").click();
      await expect(page.locator("#forgot-identifier")).toHaveAttribute("aria-invalid", "true");
    },
  },
  {
    name: "forgot-code",
    signedIn: false,
    visit: async ({ page }) => {
      await goTo(page, "/forgot");
      await page.locator("#forgot-identifier").fill("nobody");
      await sender(page, "forgot").click();
      await page.waitForURL("/forgot/code");
      await wakes(page);
    },
  },
  {
    name: "leaving",
    signedIn: false,
    visit: async ({ page, person }) => {
      const data = { identifier: person.username, password: person.password };
      const signedIn = await (await page.request.post("/api/v1/login", { data })).json();
      const headers = { authorization: `Bearer ${signedIn.access_token}` };
      await page.request.post("/api/v1/me/deletion", { data: { confirm: person.username }, headers });
      await goTo(page, "/login");
      // Labels are in the language of the test.
      await page.locator("#login-identifier").fill(person.username);
      await page.locator("#login-password").fill(person.password);
      await sender(page, "login").click();
      await page.waitForURL("/leaving");
      await wakes(page);
    },
  },
  {
    name: "ready",
    signedIn: false,
    visit: async ({ page, person, serve }) => {
      const url = await claim({ page, person, serve });
      await expect(page).toHaveURL(`${url}/account/ready`);
      await wakes(page);
    },
  },
  {
    name: "not-found",
    signedIn: false,
    visit: async ({ page, watch }) => {
      watch.expect(404, MISSING);
      await goToStill(page, MISSING);
      await expect(page.locator(".number")).toHaveText("404");
    },
  },
  {
    name: "no-cookies",
    signedIn: false,
    visit: async ({ page, watch }) => {
      watch.expect(401, "/login");
      const language = (await page.context().cookies()).find(({ name }) => name === cookieName("language"));
      await page.context().clearCookies();
      // The address that a browser is sent to with its first cookie.
      if (language)
        await page.route("**/login?arrived", (route) =>
          route.continue({ headers: { ...route.request().headers(), "accept-language": language.value } }),
        );
      await goTo(page, "/login?arrived");
      await expect(page.locator("main.closed")).toBeVisible();
    },
  },
  {
    name: "choices",
    signedIn: false,
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
];
