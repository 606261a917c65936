import { expect, fillLogin, test } from "./support";
import { sender } from "./support/stage";

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with script" : "without script", () => {
    test("an account is deleted by its name, and kept by a sign-in", async ({ open, person, watch }) => {
      watch.expect(422, javaScriptEnabled ? "/action/act" : "/account/data");
      const page = await (await open({ javaScriptEnabled })).newPage();
      await page.goto("/login?next=/account/data");
      await fillLogin(page, person);
      await sender(page, "login").click();
      await expect(page.getByRole("heading", { name: "Delete the account" })).toBeVisible();
      await page.locator("#leave-confirm").fill("somebody-else");
      await sender(page, "leave").click();
      await expect(page.locator("p", { hasText: "This is not your username." })).toBeVisible();
      await page.locator("#leave-confirm").fill(person.username);
      await sender(page, "leave").click();
      await expect(page).toHaveURL(/\/$/);
      await expect(page.getByText("Your account is closed").first()).toBeVisible();

      await page.goto("/login");
      await fillLogin(page, person);
      await sender(page, "login").click();
      await expect(page).toHaveURL(/\/leaving$/);
      await expect(page.getByText(person.username)).toBeVisible();
      await page.goto("/account");
      await expect(page).toHaveURL(/\/login/);
      await page.goto("/leaving");
      await sender(page, "keep").click();
      await expect(page.getByText("Your account stays.")).toBeVisible();
      await fillLogin(page, person);
      await sender(page, "login").click();
      await expect(page).toHaveURL(/\/account$/);
    });

    test("one's own data comes as a file", async ({ open, person }) => {
      const page = await (await open({ javaScriptEnabled })).newPage();
      await page.goto("/login?next=/account/data");
      await fillLogin(page, person);
      await sender(page, "login").click();
      const coming = page.waitForEvent("download");
      await page.getByRole("button", { name: "Download my data" }).click();
      const file = await coming;
      expect(file.suggestedFilename()).toBe("account-data.json");
    });
  });
}
