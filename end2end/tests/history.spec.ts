import { expect, openAccount, signIn, test } from "./support";
import { failElsewhere } from "./support/places";

const PATH = "/account/security-history";
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

test("what happened is told in plain words, newest first", async ({ page, context, person }) => {
  await failElsewhere(person, FIREFOX);
  await signIn(context, person);
  await openAccount(page);
  await page.getByRole("link", { name: "Security history" }).click();
  await expect(page).toHaveURL(PATH);
  await expect(page).toHaveTitle(/^Security history/);

  const rows = page.getByRole("listitem");
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(0).getByRole("heading")).toHaveText(/^You signed in/);
  await expect(rows.nth(1).getByRole("heading")).toHaveText(
    "Somebody tried to sign in with a wrong password from Firefox on Linux Refused",
  );
  await expect(rows.nth(2).getByRole("heading")).toHaveText(/^You created this account/);
  for (const row of await rows.all()) {
    await expect(row).toContainText(/from (10|192)\.[\d.]+/);
    await expect(row.locator("time")).toHaveText("just now");
  }
  await expect(page.getByRole("link", { name: "Older" })).toHaveCount(0);
  await page.getByRole("link", { name: "Your sessions" }).click();
  await expect(page).toHaveURL("/account/sessions");
});

test("strangers sign in first, and come back", async ({ page }) => {
  await page.goto(PATH);
  await expect(page).toHaveURL("/login?next=%2Faccount%2Fsecurity-history");
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("older pages are a link away", async ({ page, context, person, watch }) => {
    // Chromium refuses to preload a script that it will not run, and counts that as a failure.
    watch.expect("failed", /^\/pkg\/.*\.js$/);
    // Each sign-in but the first also ends the session before it.
    for (let times = 0; times < 14; times++) await signIn(context, person);
    await page.goto(PATH);
    await expect(page.getByRole("listitem")).toHaveCount(25);
    await page.getByRole("link", { name: "Older" }).click();
    await expect(page.getByRole("listitem")).toHaveCount(3);
    await expect(page.getByRole("listitem").last()).toContainText("You created this account");
    await page.getByRole("link", { name: "Newest" }).click();
    await expect(page).toHaveURL(PATH);
  });
});
