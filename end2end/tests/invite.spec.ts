import { expect, formLives, invite, stranger, test } from "./support";
import { sender } from "./support/stage";

for (const javaScriptEnabled of [true, false]) {
  test(`somebody who was invited makes the account, ${javaScriptEnabled ? "with" : "without"} script`, async ({ open, serve, watch }) => {
    watch.expect(403, "/register");
    watch.expect(410, "/go");
    const { url, data } = await serve({ VESTIBULE_REGISTRATION: "invited" });
    const person = stranger();
    const path = invite(person.email, data);
    const page = await (await open({ javaScriptEnabled })).newPage();
    await page.goto(`${url}/register`);
    await expect(page.getByRole("heading", { name: "An invitation is needed" })).toBeVisible();
    await page.goto(`${url}${path}`);
    await expect(page).toHaveURL(`${url}/invite`);
    await expect(page.getByText(person.email)).toBeVisible();
    if (javaScriptEnabled) await formLives(page);
    await page.locator("#invite-username").fill(person.username);
    await page.locator("#invite-password").fill(person.password);
    await sender(page, "invite").click();
    await expect(page).toHaveURL(`${url}/account`);
    await page.goto(`${url}${path}`);
    await expect(page.getByRole("heading", { name: "This link no longer works" })).toBeVisible();
  });
}
