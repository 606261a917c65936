import { confirmAddress, expect, register, test } from "./support";
import { mailTo } from "./support/inbox";
import { sender } from "./support/stage";

for (const javaScriptEnabled of [true, false]) {
  test(`a code by mail signs in, ${javaScriptEnabled ? "with" : "without"} script`, async ({ open, serve, playwright, request, watch }) => {
    watch.expect(401, "/login/code");
    const { url, data } = await serve({ VESTIBULE_MAIL_CODE: "true" });
    const person = await register(request, url);
    confirmAddress(person.username, data);
    const inbox = await playwright.request.newContext({ extraHTTPHeaders: {} });
    const page = await (await open({ javaScriptEnabled })).newPage();
    await page.goto(`${url}/login?next=/account/devices`);
    await page.getByRole("link", { name: "Sign in by mail, without the password" }).click();
    await page.locator("#mail_code_ask-identifier").fill(person.username);
    await sender(page, "mail_code_ask").click();
    await expect(page.getByRole("heading", { name: "Look into your mail" })).toBeVisible();
    const { codes } = await mailTo(inbox, person.email, "Your code for Vestibule", data);
    await page.locator("#mail_code-code").fill(codes[0] === "1234 5678" ? "8765 4321" : "1234 5678");
    await sender(page, "mail_code").click();
    await expect(page.locator("#mail_code-code")).toHaveAttribute("aria-invalid", "true");
    await page.locator("#mail_code-code").fill(codes[0]);
    await sender(page, "mail_code").click();
    await expect(page).toHaveURL(`${url}/account/devices`);
    await inbox.dispose();
  });
}
