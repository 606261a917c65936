import {
  accountLives,
  expect,
  fillLogin,
  fillRegistration,
  isAtSignIn,
  isSignedInAs,
  openMenu,
  setupLink,
  signIn,
  signOutButton,
  stranger,
  test,
  toast,
  token,
  wakes,
  type Page,
} from "./support";
import { ACCOUNT_VIEWS } from "./support/pages";
import { MISSING, sender } from "./support/stage";
import { FIREFOX, signInElsewhere } from "./support/elsewhere";
import type { Watch } from "./support/watch";

const SAYS = "The script of this page could not be started. Its forms work without.";
const WASM = /\/pkg\/[^/]*\.wasm$/;
const SCRIPT = /\/pkg\/[^/]*\.js$/;

/** How a module can fail: what has to be arranged before a page is visited, and what comes after. */
interface Failure {
  before?: (page: Page, watch: Watch) => Promise<unknown>;
  after?: (page: Page) => Promise<void>;
}

/** Lets only the beginning of a file arrive. */
async function cutShort(page: Page, file: RegExp) {
  await page.route(file, async (route) => {
    // The page may have been left meanwhile, and the test with it.
    const response = await route.fetch().catch(() => null);
    const body = await response?.body().catch(() => null);
    if (response && body) await route.fulfill({ response, body: body.subarray(0, 5000) }).catch(() => {});
  });
}

const FAILURES: Record<string, Failure> = {
  "no WebAssembly": {
    before: async (page) => page.addInitScript(() => Reflect.deleteProperty(globalThis, "WebAssembly")),
  },
  "the module is not there": {
    before: async (page, watch) => {
      watch.expect(404, WASM);
      await page.route(WASM, (route) => route.continue({ url: route.request().url().replace(/[^/]*$/, "gone.wasm") }));
    },
  },
  "the module is blocked": {
    before: async (page, watch) => {
      watch.expect("failed", WASM);
      await page.route(WASM, (route) => route.abort("blockedbyclient"));
    },
  },
  "the module is damaged": {
    before: async (page) => cutShort(page, WASM),
  },
  "the module is a page": {
    before: async (page, watch) => {
      watch.allow("warning", /`WebAssembly.instantiateStreaming` failed/);
      await page.route(WASM, (route) => route.fulfill({ contentType: "text/html", body: "<h1>Sign in to the hotel</h1>" }));
    },
  },
  "its script is not there": {
    before: async (page, watch) => {
      watch.expect(404, SCRIPT);
      await page.route(SCRIPT, (route) => route.continue({ url: route.request().url().replace(/[^/]*$/, "gone.js") }));
    },
  },
  "its script is damaged": {
    before: async (page) => cutShort(page, SCRIPT),
  },
  "the module hangs": {
    before: async (page) => {
      await page.clock.install();
      await page.route(WASM, () => {});
    },
    after: async (page) => {
      await page.waitForLoadState();
      await page.clock.fastForward("00:11");
    },
  },
  "the module panics": {
    after: async (page) => {
      await wakes(page);
      await page.evaluate(() => dispatchEvent(new Event("vestibule:failed")));
    },
  },
};

for (const [name, failure] of Object.entries(FAILURES)) {
  test.describe(name, () => {
    test.slow();

    /** Goes to a page, where it fails. */
    async function visit(page: Page, path: string) {
      await page.goto(path);
      await failure.after?.(page);
      await failed(page);
    }

    /** The page says so, once, and shows no button that needs what is not there. */
    async function failed(page: Page) {
      const notice = page.locator("#notice-failed");
      await expect(notice).toBeVisible();
      await expect(page.getByText(SAYS).filter({ visible: true })).toHaveCount(1);
      await expect(page.locator("html")).toHaveAttribute("data-script", "asleep");
      await expect(page.locator("#panel button:visible, .reveal:visible")).toHaveCount(0);
      // It fails once more, and says no more than before.
      await page.evaluate(() => dispatchEvent(new Event("vestibule:failed")));
      await expect(page.getByText(SAYS).filter({ visible: true })).toHaveCount(1);
    }

    /** After an act the next page fails too. */
    async function arrive(page: Page, path: string) {
      await expect(page).toHaveURL(path);
      await failure.after?.(page);
      await failed(page);
    }

    test.beforeEach(async ({ page, watch }) => failure.before?.(page, watch));

    test("every page says so and can be read", async ({ page, context, person, watch }) => {
      watch.expect(404, MISSING);
      for (const path of ["/", "/login", "/register", await setupLink(process.env.E2E_DATA ?? "")]) await visit(page, path);
      await signIn(context, person);
      for (const path of [...ACCOUNT_VIEWS, MISSING]) await visit(page, path);
    });

    test("one registers, signs out, and signs in after a wrong password", async ({ page, watch }) => {
      watch.expect(401, "/login");
      const person = stranger();
      await visit(page, "/register");
      await fillRegistration(page, person);
      await page.getByRole("button", { name: "Create account" }).click();
      await arrive(page, "/account");
      await isSignedInAs(page, person.username);
      await openMenu(page);
      await signOutButton(page).click();
      await isAtSignIn(page);
      await visit(page, "/login");
      await fillLogin(page, { ...person, password: "not the password at all" });
      await page.locator("main").getByRole("button", { name: "Sign in", exact: true }).click();
      await expect(page.locator("#login-password-error")).toHaveText("Wrong username or password.");
      await failure.after?.(page);
      await failed(page);
      await fillLogin(page, person);
      await page.locator("main").getByRole("button", { name: "Sign in", exact: true }).click();
      await arrive(page, "/account");
    });

    test("one changes name, password and colours, and ends other sessions", async ({ page, context, person }) => {
      await signInElsewhere(person, FIREFOX);
      await signIn(context, person);
      await visit(page, "/account?edit");
      await page.getByLabel("Display name").fill("Ada Lovelace");
      await page.getByRole("button", { name: "Save" }).click();
      await expect(toast(page)).toHaveText("Saved.");
      await isSignedInAs(page, "Ada Lovelace");

      await visit(page, "/account/devices");
      await page.getByRole("button", { name: "Sign out everywhere else" }).click();
      await expect(toast(page)).toHaveText("You are signed out everywhere else.");
      await expect(page.locator("[data-session]")).toHaveCount(1);

      await visit(page, "/account/password");
      await page.getByLabel("Current password", { exact: true }).fill(person.password);
      await page.getByLabel("New password", { exact: true }).fill("nine grey herons by the weir");
      await page.getByRole("button", { name: "Change password" }).click();
      await expect(toast(page)).toHaveText(/^Password changed\./);

      await visit(page, "/account/activity");
      await openMenu(page);
      await page.locator("#menu").getByRole("button", { name: "Dark" }).click();
      await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
      await expect(page).toHaveURL("/account/activity");
    });
  });
}

test("a module that comes late after all takes back what was said, and helps", async ({ page, context, person }) => {
  await page.clock.install();
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(WASM, async (route) => {
    await released;
    await route.continue();
  });
  await signIn(context, person);
  await page.goto("/account/developer");
  await page.clock.fastForward("00:11");
  await expect(page.locator("#notice-failed")).toBeVisible();
  await expect(page.locator("#panel").getByText("This part needs JavaScript and WebAssembly.")).toBeVisible();
  release();
  await accountLives(page);
  await expect(page.locator("#notice-failed")).toBeHidden();
  await expect(page.locator("#panel").getByText("This part needs JavaScript and WebAssembly.")).toBeHidden();
  await page.locator("#panel").getByRole("button", { name: "Send request" }).click();
  await expect(page.locator("#panel-body")).toContainText(person.username);
});

test("what was on its way when the module panicked can be sent again, by the browser", async ({ page, person }) => {
  await page.goto("/login");
  await wakes(page);
  await page.route("**/action/enter", () => {});
  await fillLogin(page, person);
  const button = sender(page, "login");
  await button.click();
  await expect(button).toHaveAttribute("aria-busy", "true");
  await page.evaluate(() => dispatchEvent(new Event("vestibule:failed")));
  await button.click();
  await isSignedInAs(page, person.username);
  await expect.poll(() => token(page)).not.toBeNull();
});
