import { counting, expect, openAccount, signIn, test, toast, wakes, type Page } from "./support";
import { FIREFOX, IPHONE, copySession } from "./support/elsewhere";
import { ACCOUNT_VIEWS } from "./support/pages";

const warning = (page: Page) => page.getByRole("alert").filter({ hasText: "We ended a sign-in that may have been copied" });
const dismiss = (page: Page) => warning(page).getByRole("button", { name: "Dismiss" });

test("a sign-in that may have been copied is told on every part of the account, with what to do", async ({ page, context, person }) => {
  await copySession(person, IPHONE);
  await signIn(context, person);
  for (const path of ACCOUNT_VIEWS) {
    await page.goto(path);
    await expect(warning(page)).toBeVisible();
    await expect(warning(page)).toContainText("Safari 18 on iPhone");
    await expect(warning(page).getByRole("link", { name: "Change password" })).toHaveAttribute("href", "/account/password");
    await expect(warning(page).getByRole("link", { name: "See your devices" })).toHaveAttribute("href", "/account/devices");
    await expect(dismiss(page)).toBeVisible();
  }
});

test("it is dismissed with script, everywhere, and comes again with the next one", async ({ page, context, person }) => {
  const acts = counting(context, "/action/act");
  await copySession(person, IPHONE);
  await signIn(context, person);
  await openAccount(page, "", "/account/activity");
  await dismiss(page).click();
  await expect(toast(page)).toHaveText("The warning is dismissed.");
  expect(acts()).toBe(1);
  for (const path of ACCOUNT_VIEWS) {
    await page.goto(path);
    await wakes(page);
    await expect(warning(page)).toHaveCount(0);
  }
  await page.goto("/account/activity");
  await expect(page.locator("main .what").first()).toHaveText("A warning was dismissed");

  await copySession(person, FIREFOX);
  await page.reload();
  await expect(warning(page)).toContainText("Firefox 140 on Linux");
  // What was dismissed does not come back with it.
  await expect(warning(page)).not.toContainText("Safari 18 on iPhone");
});

test("a page that was open before the next one dismisses no more than it shows", async ({ page, context, person }) => {
  await copySession(person, IPHONE);
  await signIn(context, person);
  await openAccount(page, "", "/account/security");
  await copySession(person, FIREFOX);
  await dismiss(page).click();
  await expect(toast(page)).toHaveText("The warning is dismissed.");
  await expect(warning(page)).toContainText("Firefox 140 on Linux");
  await expect(warning(page)).not.toContainText("Safari 18 on iPhone");
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("it is dismissed by its form", async ({ page, context, person }) => {
    await copySession(person, IPHONE);
    await signIn(context, person);
    await page.goto("/account");
    await dismiss(page).click();
    await expect(toast(page)).toHaveText("The warning is dismissed.");
    for (const path of ACCOUNT_VIEWS) {
      await page.goto(path);
      await expect(warning(page)).toHaveCount(0);
    }
  });
});
