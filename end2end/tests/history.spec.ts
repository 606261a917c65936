import type { Locator } from "@playwright/test";
import { accountLives, expect, isSignedInAs, openAccount, openName, signIn, test, toast, wakes } from "./support";
import { FIREFOX, failElsewhere } from "./support/elsewhere";

const PATH = "/account/activity";

test("what happened is told in plain words, newest first, under its day", async ({ page, context, person }) => {
  await failElsewhere(person, FIREFOX);
  await signIn(context, person);
  await openAccount(page);
  await page.getByRole("navigation", { name: "Account" }).getByRole("link", { name: "Activity" }).click();
  await expect(page).toHaveURL(PATH);
  await expect(page).toHaveTitle(/^Activity/);
  await expect(page.getByRole("navigation", { name: "Account" }).locator("[aria-current=page]")).toHaveText("Activity");

  const rows = page.locator("main").getByRole("listitem");
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(0).locator(".what")).toHaveText(/^Signed in/);
  await expect(rows.nth(1).locator(".what")).toHaveText("Failed sign-in: wrong password Refused");
  await expect(rows.nth(1)).toContainText("Firefox 140 on Linux");
  await expect(rows.nth(2).locator(".what")).toHaveText(/^Account created/);
  for (const row of await rows.all()) {
    await expect(row).toContainText(/(10|192)\.[\d.]+/);
    await expect(row.locator("p time")).toHaveText(/^Just now · \d{1,2} [A-Z][a-z]+ \d{4}, \d\d:\d\d$/);
  }
  await expect(page.locator("main h2.day:visible")).toHaveText(["Today"]);
  await expect(page.getByRole("link", { name: "Older" })).toHaveCount(0);
  await expect(page.locator("main .buttons")).toHaveCount(0);
  await page.getByRole("link", { name: "See your devices" }).click();
  await expect(page).toHaveURL("/account/devices");
});

test("it can be narrowed to what one looks for", async ({ page, context, person }) => {
  await failElsewhere(person, FIREFOX);
  await signIn(context, person);
  await page.goto(PATH);
  const choices = page.getByRole("navigation", { name: "Show" });
  await expect(choices.locator("[aria-current]")).toHaveText("All");
  const what = page.locator("main .what");
  for (const [choice, told] of [
    ["Failed", [/^Failed sign-in: wrong password/]],
    ["Sign-ins", [/^Signed in/, /^Failed sign-in/, /^Account created/]],
    ["Changes", [/^Account created/]],
    ["All", [/^Signed in/, /^Failed sign-in/, /^Account created/]],
  ] as const) {
    await choices.getByRole("link", { name: choice }).click();
    await expect(choices.locator("[aria-current]")).toHaveText(choice);
    await expect(what).toHaveText([...told]);
  }
});

test("at each sign-in, and each change of password or name, there is a way for who did not do that", async ({ page, context, person }) => {
  await failElsewhere(person, FIREFOX);
  await signIn(context, person);
  await openName(page);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(toast(page)).toHaveText("Saved.");
  const name = `${person.username}-2`;
  await openAccount(page, "", "/account?edit=username");
  await page.locator("#username-username").fill(name);
  await page.locator("#username-username").press("Enter");
  await isSignedInAs(page, name);
  await openAccount(page, "", "/account/password");
  // Nobody is warned who came here by themselves.
  await expect(page.getByRole("heading", { name: "Keep others out" })).toHaveCount(0);
  await page.getByLabel("Current password", { exact: true }).fill(person.password);
  await page.getByLabel("New password", { exact: true }).fill("nine grey herons by the weir");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(toast(page)).toHaveText("Password changed. You are signed out everywhere else.");

  await openAccount(page, "", PATH);
  const rows = page.locator("main").getByRole("listitem");
  const way = (row: Locator) => row.getByRole("link", { name: "This was not me" });
  const doubtful = await rows.evaluateAll((rows) =>
    rows.filter((row) => row.querySelector("a")).map((row) => row.querySelector(".what")?.textContent?.trim()),
  );
  expect(doubtful).toEqual(["Password changed", "Username changed", "Signed in"]);
  const signedIn = rows.filter({ has: page.getByText("Signed in", { exact: true }) });
  await expect(way(signedIn)).toHaveAttribute("href", "/account/password?not-me");
  await way(signedIn).click();
  await expect(page).toHaveURL("/account/password?not-me");
  await accountLives(page);
  await expect(page.getByRole("heading", { name: "Keep others out" })).toBeVisible();
  await expect(page.locator("main")).toContainText("Every other device is signed out at once.");
});

test("a history of one page ends with its last row: no line, no room below it", async ({ page, context, person }) => {
  await signIn(context, person);
  await page.goto(PATH);
  await wakes(page);
  const [left, line] = await page.locator("main .card").evaluate((card) => {
    const rows = [...card.querySelectorAll(".rows > li")];
    const last = rows.at(-1) as HTMLElement;
    const box = card.getBoundingClientRect();
    const padding = parseFloat(getComputedStyle(card).paddingBottom);
    return [box.bottom - padding - last.getBoundingClientRect().bottom, getComputedStyle(last).borderBlockEndWidth];
  });
  expect(Math.abs(left as number)).toBeLessThanOrEqual(2);
  expect(line).toBe("0px");
});

test("strangers sign in first, and come back", async ({ page }) => {
  await page.goto(PATH);
  await expect(page).toHaveURL("/login?next=%2Faccount%2Factivity");
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("older pages are a link away", async ({ page, context, person }) => {
    // Each sign-in but the first also ends the session before it.
    for (let times = 0; times < 14; times++) await signIn(context, person);
    await page.goto(PATH);
    const rows = page.locator("main").getByRole("listitem");
    await expect(rows).toHaveCount(25);
    await page.getByRole("link", { name: "Older" }).click();
    await expect(rows).toHaveCount(3);
    await expect(rows.last()).toContainText("Account created");
    await page.getByRole("link", { name: "Newest" }).click();
    await expect(page).toHaveURL(PATH);
  });
});
