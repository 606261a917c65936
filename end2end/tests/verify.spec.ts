import { expect, fillRegistration, formLives, stranger, test } from "./support";
import { mailTo } from "./support/inbox";
import { sender } from "./support/stage";

const CONFIRM = "Confirm your address for Vestibule";

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with script" : "without script", () => {
    test("a newcomer waits for the code, and goes in", async ({ open, serve, playwright }) => {
      const { url, data } = await serve({ VESTIBULE_VERIFIED: "required" });
      const request = await playwright.request.newContext({ extraHTTPHeaders: {} });
      const person = stranger();
      const page = await (await open({ javaScriptEnabled })).newPage();
      await page.goto(`${url}/register`);
      if (javaScriptEnabled) await formLives(page);
      await fillRegistration(page, person);
      await sender(page, "register").click();
      await expect(page).toHaveURL(`${url}/verify`);
      await expect(page.getByText(person.email)).toBeVisible();
      await page.goto(`${url}/account`);
      await expect(page).toHaveURL(/\/login/);
      await page.goto(`${url}/verify`);
      const { codes } = await mailTo(request, person.email, CONFIRM, data);
      await page.locator("#confirm_code-code").fill(codes[0]);
      await sender(page, "confirm_code").click();
      await expect(page).toHaveURL(`${url}/account`);
      await request.dispose();
    });

    test("a mistyped address is mended, and the link is a button", async ({ open, serve, playwright, watch }) => {
      watch.expect(429, "/verify");
      const { url, data } = await serve({ VESTIBULE_VERIFIED: "required" });
      const request = await playwright.request.newContext({ extraHTTPHeaders: {} });
      const person = stranger();
      const page = await (await open({ javaScriptEnabled })).newPage();
      await page.goto(`${url}/register`);
      if (javaScriptEnabled) await formLives(page);
      await fillRegistration(page, { ...person, email: `typo-${person.email}` });
      await sender(page, "register").click();
      await expect(page).toHaveURL(`${url}/verify`);
      await sender(page, "confirm_again").click();
      await expect(page.getByText("Too many attempts")).toBeVisible();
      await page.locator("#confirm_address-email").fill(person.email);
      await sender(page, "confirm_address").click();
      await expect(page.getByText(person.email)).toBeVisible();
      const { links } = await mailTo(request, person.email, CONFIRM, data);
      await page.goto(links[0]);
      await expect(page).toHaveURL(`${url}/verify`);
      await sender(page, "confirm_link").click();
      await expect(page).toHaveURL(`${url}/account`);
      await request.dispose();
    });
  });
}
