import { counting, expect, isAtSignIn, openAccount, openMenu, openName, signIn, signOutButton, summary, test, toast } from "./support";
import { FIREFOX, IPHONE, signInElsewhere } from "./support/elsewhere";

const ACT = "/action/act";

test("two forms of one page: one is on its way, the other works meanwhile", async ({ page, context, person, watch }) => {
  watch.expect("failed", ACT);
  for (const agent of [FIREFOX, IPHONE]) await signInElsewhere(person, agent);
  await signIn(context, person);
  await openAccount(page, "", "/account/devices");
  const asked = counting(context, ACT);
  let fail = () => {};
  const held = new Promise<void>((resolve) => (fail = resolve));
  await page.route(`**${ACT}`, async (route) => {
    await held;
    await route.abort("connectionreset");
  }, { times: 1 });
  const button = (device: string) => page.locator("[data-session]").filter({ hasText: device }).getByRole("button");
  const end = async (device: string) => {
    await button(device).click();
    await page.locator("#ask-go").click();
  };
  await end("Firefox 140");
  await expect(button("Firefox 140")).toHaveAttribute("aria-busy", "true");
  await expect(button("iPhone")).not.toHaveAttribute("aria-busy");
  // Once more changes nothing: it is on its way.
  await button("Firefox 140").click({ force: true });
  await expect(page.locator("#ask")).toBeHidden();
  expect(asked()).toBe(1);
  fail();
  await expect(toast(page)).toHaveText("The server could not be reached. Check the connection and try again.");
  await expect(button("Firefox 140")).not.toHaveAttribute("aria-busy");
  await end("iPhone");
  await expect(toast(page)).toHaveText(/^[\w ]+ is signed out\.$/);
  await expect(page.locator("[data-session]").filter({ hasText: "iPhone" })).toHaveCount(0);
  await expect(page.locator("[data-session]").filter({ hasText: "Firefox 140" })).toHaveCount(1);
});

test("a form that was refused stays so while another one is sent, and keeps its text", async ({ page, context, person, watch }) => {
  watch.expect("failed", "/logout");
  await signIn(context, person);
  await openName(page);
  const input = page.getByLabel("Display name");
  await input.fill("x".repeat(129));
  await page.getByRole("button", { name: "Save" }).click();
  await expect(input).toHaveAttribute("aria-invalid", "true");
  await page.route("**/logout", (route) => route.abort("connectionreset"), { times: 1 });
  await openMenu(page);
  await signOutButton(page).click();
  await expect(toast(page)).toHaveText("The server could not be reached. Check the connection and try again.");
  await expect(input).toHaveAttribute("aria-invalid", "true");
  await expect(input).toHaveValue("x".repeat(129));
  await expect(summary(page)).toBeHidden();
  await signOutButton(page).click();
  await isAtSignIn(page);
});

test("the same form in two tabs: each tells its own answer", async ({ page, context, person }) => {
  await signIn(context, person);
  const other = await context.newPage();
  for (const tab of [page, other]) await openName(tab);
  await page.getByLabel("Display name").fill("x".repeat(129));
  await page.getByRole("button", { name: "Save" }).click();
  await other.getByLabel("Display name").fill("Ada");
  await other.getByRole("button", { name: "Save" }).click();
  await expect(toast(other)).toHaveText("Saved.");
  await expect(page.getByLabel("Display name")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Display name").fill("Ada Lovelace");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(toast(page)).toHaveText("Saved.");
});

test("a form that was drawn for a session before this one says so, and works", async ({ page, context, person, watch }) => {
  watch.expect(403, "/account");
  await signIn(context, person);
  await page.goto("/account?edit");
  const old = await page.locator("form[data-form=profile] input[name=form_token]").inputValue();
  await signIn(context, person);
  await openName(page);
  await page.getByLabel("Display name").fill("Ada");
  await page.evaluate((old) => {
    const form = document.querySelector<HTMLFormElement>("form[data-form=profile]");
    const input = form?.querySelector<HTMLInputElement>("input[name=form_token]");
    if (input) input.value = old;
    form?.submit();
  }, old);
  await expect(summary(page)).toContainText("This page was open for too long.");
  await expect(page.getByLabel("Display name")).toHaveValue("Ada");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(toast(page)).toHaveText("Saved.");
});
