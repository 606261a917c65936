import { expect, test } from "./support";
import { mailTo } from "./support/inbox";

const CONFIRM = "Confirm your address for Vestibule";

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with script" : "without script", () => {
    test("an address is confirmed by the link of its mail, and a press of a button", async ({ open, person, playwright }) => {
      const request = await playwright.request.newContext({ extraHTTPHeaders: {} });
      const { links } = await mailTo(request, person.email, CONFIRM);
      // A scanner looks, and is led to the sign-in.
      const looked = await request.get(links[0]);
      expect(looked.url()).toContain("/login?next=");
      const page = await (await open({ javaScriptEnabled })).newPage();
      await page.goto(links[0]);
      await page.locator("#login-identifier").fill(person.username);
      await page.locator("#login-password").fill(person.password);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await expect(page.getByRole("heading", { name: "Email address" })).toBeVisible();
      await page.getByRole("button", { name: "Confirm this address" }).click();
      await expect(page).toHaveURL(/\/account$/);
      await expect(page.getByText("Your address is confirmed.")).toBeVisible();
      await request.dispose();
    });

    test("an address is taken off an account by the owner of its mailbox", async ({ open, person, playwright }) => {
      const request = await playwright.request.newContext({ extraHTTPHeaders: {} });
      const { links } = await mailTo(request, person.email, CONFIRM);
      const page = await (await open({ javaScriptEnabled })).newPage();
      await page.goto(links[1] ?? "");
      await expect(page.getByRole("main").getByText(person.email)).toBeVisible();
      await page.getByLabel("Yes, do this").check();
      await page.getByRole("button", { name: "Take my address off" }).click();
      await expect(page).toHaveURL(/\/login\?reason=refused$/);
      await expect(page.getByText("Your address is taken off that account.")).toBeVisible();
      await page.goto("/login?next=/account/address");
      await page.locator("#login-identifier").fill(person.username);
      await page.locator("#login-password").fill(person.password);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await expect(page.getByText("was taken off this account")).toBeVisible();
      await request.dispose();
    });

    test("a mistyped address is mended, and confirmed by a code", async ({ open, person, playwright }) => {
      const request = await playwright.request.newContext({ extraHTTPHeaders: {} });
      const page = await (await open({ javaScriptEnabled })).newPage();
      await page.goto("/login?next=/account/address");
      await page.locator("#login-identifier").fill(person.username);
      await page.locator("#login-password").fill(person.password);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await page.getByRole("button", { name: "Remove", exact: true }).click();
      await expect(page.getByText("The address is removed.")).toBeVisible();
      const address = `mended-${person.email}`;
      await page.getByLabel("Email").fill(address);
      await page.getByRole("button", { name: "Send a mail", exact: true }).click();
      await expect(page.getByText(address)).toBeVisible();
      const { codes } = await mailTo(request, address, CONFIRM);
      await page.getByLabel("Code from the mail").fill(codes[0]);
      await page.getByRole("button", { name: "Confirm", exact: true }).click();
      await expect(page.getByText("Your address is confirmed.")).toBeVisible();
      await request.dispose();
    });
  });
}
