import { expect, openAccount, signIn, test, toast, type BrowserContext, type Page, type Person } from "./support";
import { FIREFOX, signInElsewhere } from "./support/elsewhere";

const lines = (page: Page) => page.locator("main section > ul.rows > li");
const group = (page: Page) => page.locator("main li.group");
const question = (page: Page) => page.locator("#ask");

/** Whether a refresh token still opens something. */
async function isGood(context: BrowserContext, token: string): Promise<boolean> {
  const answer = await context.request.post("/api/v1/token/refresh", { data: { refresh_token: token } });
  return answer.status() === 200;
}

/** Twice from one device, once from the same words elsewhere, and once here. */
async function signInOften(context: BrowserContext, person: Person): Promise<[string, string]> {
  const first = await signInElsewhere(person, FIREFOX);
  const second = await signInElsewhere(person, FIREFOX);
  // Of this machine's address.
  await context.request.post("/api/v1/login", {
    headers: { "user-agent": FIREFOX },
    data: { identifier: person.username, password: person.password, session: "token" },
  });
  await signIn(context, person);
  return [first, second];
}

test("sign-ins of one device are one line, with each of them below, and its end", async ({ page, address, context, person }) => {
  const [first, second] = await signInOften(context, person);
  await openAccount(page, "", "/account/devices");
  await expect(lines(page)).toHaveCount(3);
  await expect(lines(page).first()).toContainText("This browser");
  // The same words at another address are another device.
  await expect(lines(page).nth(1)).toContainText(address);
  await expect(lines(page).nth(1).locator("details")).toHaveCount(0);
  await expect(group(page)).toHaveCount(1);
  await expect(group(page).getByRole("heading").first()).toHaveText("Firefox 140 on Linux");
  await expect(group(page)).toContainText("192.0.2.7");

  const rows = group(page).locator("[data-session]");
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toBeHidden();
  await group(page).getByText("2 sign-ins", { exact: true }).click();
  for (const row of await rows.all()) {
    await expect(row).toBeVisible();
    await expect(row.locator("time").first()).toHaveText(/^Just now · /);
    await expect(row.getByRole("button", { name: "Sign out Firefox 140 on Linux" })).toBeVisible();
  }

  // The newest is above.
  await rows.first().getByRole("button").click();
  await expect(question(page)).toHaveAccessibleName("Sign out Firefox 140 on Linux?");
  await question(page).getByRole("button", { name: "Sign out" }).click();
  await expect(toast(page)).toHaveText(/^[\w ]+ is signed out\.$/);
  await expect(lines(page)).toHaveCount(3);
  await expect(group(page)).toHaveCount(0);
  await expect(page.getByText(/\d sign-ins/)).toHaveCount(0);
  expect(await isGood(context, second)).toBe(false);
  expect(await isGood(context, first)).toBe(true);
});

test("this browser is a line by itself, whatever else is like it", async ({ page, context, open, person }) => {
  for (const other of [await open(), await open()]) await signIn(other, person);
  await signIn(context, person);
  await openAccount(page, "", "/account/devices");
  await expect(lines(page)).toHaveCount(2);
  await expect(lines(page).first()).toHaveAttribute("data-session");
  await expect(lines(page).first().getByRole("button")).toHaveCount(0);
  await expect(group(page).getByText("2 sign-ins", { exact: true })).toBeVisible();
  await expect(group(page).getByText("This browser")).toHaveCount(0);
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("they open and end as well", async ({ page, context, person }) => {
    const [first, second] = await signInOften(context, person);
    await page.goto("/account/devices");
    await group(page).locator("summary").focus();
    await page.keyboard.press("Enter");
    await group(page).locator("[data-session]").last().getByRole("button").click();
    await expect(toast(page)).toHaveText(/^[\w ]+ is signed out\.$/);
    await expect(group(page)).toHaveCount(0);
    expect(await isGood(context, first)).toBe(false);
    expect(await isGood(context, second)).toBe(true);
  });
});
