import { confirmAddress, expect, formLives, test, wakes } from "./support";
import { mailTo } from "./support/inbox";
import { sender } from "./support/stage";

const RESET = "Choose a new password for Vestibule";

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with script" : "without script", () => {
    test("a forgotten password is replaced by the code of a mail in four acts", async ({ open, person, playwright }) => {
      confirmAddress(person.username);
      const request = await playwright.request.newContext({ extraHTTPHeaders: {} });
      const page = await (await open({ javaScriptEnabled })).newPage();
      await page.goto("/login");
      await page.getByRole("link", { name: "Forgotten your password?" }).click();
      await page.getByLabel("Username").fill(person.username);
      await page.getByRole("button", { name: "Send the mail" }).click();
      await expect(page.getByRole("heading", { name: "Look into your mail" })).toBeVisible();
      const { codes } = await mailTo(request, person.email, RESET);
      await page.getByLabel("Code from the mail").fill(`${codes[0].slice(0, 4)} ${codes[0].slice(4)}`);
      // Pressed twice, by a hand that is not sure: the same code is right each time.
      await page.getByRole("button", { name: "Continue" }).dblclick();
      await expect(page.getByText(`The new password is for ${person.username}`)).toBeVisible();
      await page.getByLabel("New password", { exact: true }).fill("another horse battery");
      const choose = page.getByRole("button", { name: "Choose this password" });
      // Script lets the second press do nothing. Without it, the page of the second one would say that the link is used.
      if (javaScriptEnabled) await formLives(page);
      await choose.click({ clickCount: javaScriptEnabled ? 2 : 1 });
      await expect(page).toHaveURL(/\/login\?reason=reset$/);
      await expect(page.getByText("Your password is changed.")).toBeVisible();
      await page.locator("#login-identifier").fill(person.username);
      await page.locator("#login-password").fill("another horse battery");
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await expect(page).toHaveURL(/\/account$/);
      await request.dispose();
    });

    test("a link opens the form in another browser, and its token leaves the address bar", async ({ open, person, playwright, request: api, watch }) => {
      confirmAddress(person.username);
      const request = await playwright.request.newContext({ extraHTTPHeaders: {} });
      const asked = await api.post("/api/v1/recovery", { data: { identifier: person.email } });
      expect(asked.status()).toBe(202);
      const { links } = await mailTo(request, person.email, RESET);
      // A scanner looks first.
      await request.head(links[0], { maxRedirects: 0 });
      await request.get(links[0], { maxRedirects: 0 });
      const page = await (await open({ javaScriptEnabled })).newPage();
      await page.goto(links[0]);
      await expect(page).toHaveURL(/\/reset$/);
      await expect(page.getByText("This was asked for on")).toBeVisible();
      await page.getByLabel("New password", { exact: true }).fill("another horse battery");
      await page.getByRole("button", { name: "Choose this password" }).click();
      await expect(page).toHaveURL(/\/login\?reason=reset$/);
      watch.expect(410, "/go");
      await page.goto(links[0]);
      await expect(page.getByRole("heading", { name: "This link no longer works" })).toBeVisible();
      await request.dispose();
    });
  });
}

test("script checks a form of the way back before it is posted", async ({ page }) => {
  await page.goto("/forgot");
  await wakes(page);
  await sender(page, "forgot").click();
  await expect(page.locator("#forgot-identifier")).toHaveAttribute("aria-invalid", "true");
  await expect(page).toHaveURL(/\/forgot$/);
});
