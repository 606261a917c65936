import { confirmAddress, expect, test, wakes } from "./support";
import { mailTo } from "./support/inbox";
import { sender } from "./support/stage";

const CONFIRM = "Confirm your address for Vestibule";
const REPLACED = "The main address of your Vestibule account was changed";
const CLOSED = "Your Vestibule account needs a new password";
const SIGNED_IN = "New sign-in to your Vestibule account";

/** The link of a mail by which a notice is answered: the last one. */
function answer(links: string[]): string {
  const last = links.filter((link) => link.includes("/go/")).pop();
  if (last === undefined) throw new Error(`no link in ${links.join(" ")}`);
  return last;
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with script" : "without script", () => {
    test("another address becomes the main one, and its owner undoes it", async ({ open, person, playwright }) => {
      confirmAddress(person.username);
      const request = await playwright.request.newContext({ extraHTTPHeaders: {} });
      const page = await (await open({ javaScriptEnabled })).newPage();
      await page.goto("/login?next=/account/address");
      await page.locator("#login-identifier").fill(person.username);
      await page.locator("#login-password").fill(person.password);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await expect(page.getByRole("heading", { name: "Another address?" })).toBeVisible();
      const other = `other-${person.email}`;
      await page.getByLabel("Email").fill(other);
      await page.getByRole("button", { name: "Send a mail", exact: true }).click();
      const { codes } = await mailTo(request, other, CONFIRM);
      await page.getByLabel("Code from the mail").fill(codes[0]);
      await page.getByRole("button", { name: "Confirm", exact: true }).click();
      await expect(page.getByText("Your addresses are changed. You are signed out everywhere else.")).toBeVisible();
      await page.goto("/account/address");
      const main = page.getByRole("listitem").filter({ hasText: "main address" });
      await expect(main).toContainText(person.email);
      if (javaScriptEnabled) await wakes(page);
      await page.getByRole("button", { name: `Make ${other} the main address` }).click();
      if (javaScriptEnabled) await page.locator("#ask-go").click();
      await expect(page.getByText("Your addresses are changed. You are signed out everywhere else.")).toBeVisible();
      await expect(main).toContainText(other);
      if (javaScriptEnabled) await wakes(page);
      await page.getByRole("button", { name: `Remove ${person.email}` }).click();
      if (javaScriptEnabled) await page.locator("#ask-go").click();
      await expect(page.getByRole("listitem").filter({ hasText: person.email })).toHaveCount(1);

      const elsewhere = await (await open({ javaScriptEnabled })).newPage();
      const { links } = await mailTo(request, person.email, REPLACED);
      await elsewhere.goto(answer(links));
      await expect(elsewhere).toHaveURL(/\/undo$/);
      await expect(elsewhere.getByText(`${person.email} becomes its main address again`)).toBeVisible();
      await elsewhere.getByLabel("Yes, do this").check();
      await elsewhere.getByRole("button", { name: "Undo the change" }).click();
      await expect(elsewhere).toHaveURL(/\/login\?reason=undone$/);
      await expect(elsewhere.getByRole("main").getByText("The change is undone.")).toBeVisible();
      const reset = await mailTo(request, person.email, CLOSED);
      await elsewhere.goto(reset.links[0]);
      await elsewhere.getByLabel("New password", { exact: true }).fill("another horse battery");
      await elsewhere.getByRole("button", { name: "Choose this password" }).click();
      await expect(elsewhere).toHaveURL(/\/login\?reason=reset$/);
      await request.dispose();
    });

    test("the reader of a notice signs everybody out, with a tick", async ({ open, person, playwright, watch }) => {
      confirmAddress(person.username);
      const request = await playwright.request.newContext({ extraHTTPHeaders: {} });
      const page = await (await open({ javaScriptEnabled })).newPage();
      await page.goto("/login");
      await page.locator("#login-identifier").fill(person.username);
      await page.locator("#login-password").fill(person.password);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await expect(page).toHaveURL(/\/account$/);
      const { links } = await mailTo(request, person.email, SIGNED_IN);
      await page.goto(answer(links));
      await expect(page.getByRole("heading", { name: "This wasn’t me" })).toBeVisible();
      if (!javaScriptEnabled) watch.expect(422, "/secure");
      await sender(page, "secure").click();
      await expect(page.locator("p", { hasText: "Tick this box first." })).toBeVisible();
      await expect(page.getByLabel("Yes, do this")).not.toBeChecked();
      await page.getByLabel("Yes, do this").check();
      await sender(page, "secure").click();
      await expect(page).toHaveURL(/\/login\?reason=secured$/);
      await expect(page.getByRole("main").getByText("Every device is signed out.")).toBeVisible();
      await request.dispose();
    });
  });
}
