import { expect, formLives, invite, setupLink, stranger } from "./index";
import { goTo, goToStill, type Place } from "./stage";

/** The page of a link that is over, in a browser without these cookies. */
const over = (path: string, cookies: RegExp): Place => ({
  name: `${path.slice(1)}-over`,
  signedIn: false,
  visit: async ({ page, watch }) => {
    watch.expect(410, path);
    await page.context().clearCookies({ name: cookies });
    await goTo(page, path);
    await expect(page.locator("main.closed")).toBeVisible();
  },
});

/** Pages to which links lead that work once. */
export const LINKED: Place[] = [
  {
    name: "invite",
    signedIn: false,
    visit: async ({ page }) => {
      await page.goto(invite(stranger().email));
      await page.waitForURL("/invite");
      await formLives(page);
    },
  },
  over("/reset", /link$|recovery$/),
  over("/undo", /link$/),
  over("/secure", /link$/),
  over("/refuse", /link$/),
  {
    name: "link-over",
    signedIn: false,
    visit: async ({ page, watch }) => {
      watch.expect(410, "/go");
      await goTo(page, "/go");
      await expect(page.locator("main.closed")).toBeVisible();
    },
  },
  {
    name: "setup",
    signedIn: false,
    visit: async ({ page }) => {
      await page.goto(await setupLink(process.env.E2E_DATA ?? ""));
      await formLives(page);
    },
  },
  {
    name: "setup-closed",
    signedIn: false,
    visit: async ({ page, watch }) => {
      watch.expect(410, "/setup");
      // A browser that was sent to a good link before goes on with that one.
      await page.context().clearCookies({ name: /link$/ });
      await goToStill(page, "/setup?token=spent");
      await expect(page.locator(".number")).toHaveText("410");
    },
  },
];
