import { ageProof, endElsewhere, endedDialog, expect, openAccount, signIn, signOut, test, wakes, type Page, type Person } from "./support";
import { appCode, enrol, signInWithCode, turnOn } from "./support/authenticator";
import { isStillTyped, save, startName } from "./support/name";
import { sender } from "./support/stage";

async function givePassword(page: Page, person: Person) {
  await page.locator("#login-identifier").fill(person.username);
  await page.locator("#login-password").fill(person.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with script" : "without script", () => {
    test("an app is set up, and signs in from then on", async ({ open, person }) => {
      const page = await (await open({ javaScriptEnabled })).newPage();
      await page.goto("/login?next=/account/security");
      await givePassword(page, person);
      await page.getByRole("listitem").filter({ hasText: "Two-step sign-in" }).getByRole("link", { name: "Add" }).click();
      await page.getByRole("button", { name: "Set up an authenticator app" }).click();
      await expect(page.getByRole("img", { name: "QR code" })).toBeVisible();
      const secret = (await page.locator("code.key").innerText()).replaceAll(" ", "");
      await page.getByLabel("Code from your app").fill(appCode(secret));
      await page.getByRole("button", { name: "Turn on two-step sign-in" }).click();
      await expect(page.getByText("Two-step sign-in is on. You are signed out everywhere else.")).toBeVisible();
      const codes = (await page.locator("#codes-text").innerText()).split("\n");
      expect(codes).toHaveLength(10);
      await page.getByRole("button", { name: "I have kept them" }).click();
      await expect(page.locator("#codes-text")).toHaveCount(0);
      await expect(page.getByText("10 recovery codes left.")).toBeVisible();

      const other = await (await open({ javaScriptEnabled })).newPage();
      await other.goto("/login?next=/account/devices");
      await givePassword(other, person);
      await expect(other).toHaveURL(/\/login\/factor$/);
      await expect(other.getByRole("heading", { name: "One more step" })).toBeVisible();
      await other.getByLabel("Code from your app").fill(appCode(secret, 30));
      await other.getByRole("button", { name: "Continue" }).click();
      await expect(other).toHaveURL(/\/account\/devices$/);

      const third = await (await open({ javaScriptEnabled })).newPage();
      await third.goto("/login");
      await givePassword(third, person);
      await third.getByText("No access to the app?").click();
      await third.getByLabel("Recovery code").fill((codes[0] ?? "").toLowerCase());
      await third.getByRole("button", { name: "Use this recovery code" }).click();
      await expect(third).toHaveURL(/\/account$/);
    });

    test("a wrong code says so in its place", async ({ open, person, request, watch }) => {
      await enrol(request, person);
      watch.expect(401, javaScriptEnabled ? "/action/enter" : "/login/factor");
      const page = await (await open({ javaScriptEnabled })).newPage();
      await page.goto("/login");
      await givePassword(page, person);
      await expect(page).toHaveURL(/\/login\/factor$/);
      if (javaScriptEnabled) await wakes(page);
      const code = page.getByLabel("Code from your app");
      await code.fill("000000");
      await page.getByRole("button", { name: "Continue" }).click();
      await expect(code).toHaveAttribute("aria-invalid", "true");
      await expect(page.locator("#factor-app_code-error")).toContainText("This code is not right");
    });

    test("a trusted browser is asked for the password alone", async ({ open, person, request }) => {
      const { secret } = await enrol(request, person);
      const page = await (await open({ javaScriptEnabled })).newPage();
      await page.goto("/login?next=/account/factor");
      await givePassword(page, person);
      await expect(page).toHaveURL(/\/login\/factor$/);
      if (javaScriptEnabled) await wakes(page);
      await expect(page.getByLabel("Trust this browser")).not.toBeChecked();
      await page.getByLabel("Code from your app").fill(appCode(secret, 30));
      await page.getByLabel("Trust this browser").check();
      await page.getByRole("button", { name: "Continue" }).click();
      await expect(page).toHaveURL(/\/account\/factor$/);
      await expect(page.getByRole("heading", { name: "Trusted browsers" })).toBeVisible();
      await signOut(page);
      await page.goto("/login?next=/account/devices");
      await givePassword(page, person);
      await expect(page).toHaveURL(/\/account\/devices$/);
    });

    test("what needs a proof asks for password and code", async ({ open, person, request, watch }) => {
      watch.expect(401, javaScriptEnabled ? "/action/act" : "/account/factor");
      const { secret, codes } = await enrol(request, person);
      const context = await open({ javaScriptEnabled });
      await signInWithCode(context, person, codes[0]);
      ageProof(person.username);
      const page = await context.newPage();
      await page.goto("/account/factor");
      if (javaScriptEnabled) await wakes(page);
      await page.getByRole("button", { name: "Turn off two-step sign-in" }).click();
      if (javaScriptEnabled) await page.locator("#ask-go").click();
      await page.locator("#factor_proof-password").fill(person.password);
      await page.locator("#factor_proof-app_code").fill(appCode(secret, 30));
      await sender(page, "factor_proof").click();
      await expect(page.getByText("Two-step sign-in is off.")).toBeVisible();
    });
  });
}

test("recovery codes are copied by a button", async ({ page, context, person }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await signIn(context, person);
  await turnOn(page);
  await wakes(page);
  await page.getByRole("button", { name: "Copy" }).click();
  await expect(page.locator("#toast")).toHaveText("Codes copied.");
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied.trim().split("\n")).toHaveLength(10);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download" }).click()]);
  expect(download.suggestedFilename()).toBe("recovery-codes.txt");
});

test("the dialog of an ended session leads over the second step back to its page", async ({ page, context, person, request, watch }) => {
  watch.expect(401, "/action/act");
  watch.expect(400, "/api/v1/token/refresh");
  const { codes } = await enrol(request, person);
  await signInWithCode(context, person, codes[0]);
  await openAccount(page, "", "/account?edit");
  await startName(page);
  await endElsewhere(page);
  await save(page).click();
  await endedDialog(page).getByLabel("Password", { exact: true }).fill(person.password);
  await endedDialog(page).getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(/\/login\/factor$/);
  await page.getByText("No access to the app?").click();
  await page.getByLabel("Recovery code").fill(codes[1] ?? "");
  await sender(page, "factor_recovery").click();
  await expect(page).toHaveURL(/\/account\?edit$/);
  await isStillTyped(page);
});
