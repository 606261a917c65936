import { accountLives, counting, expect, openAccount, signIn, test, token } from "./support";

const RENAME = "/action/act";

test.beforeEach(async ({ page, context, person }) => {
  await signIn(context, person);
  await openAccount(page);
});

test("the panel calls the guarded API with the token", async ({ page, person }) => {
  const panel = page.getByRole("region", { name: "Call the guarded API" });
  const access = await token(page);
  await expect(panel.locator("pre").first()).toHaveText(/^GET \/api\/v1\/me\nAuthorization: Bearer •+$/);

  const asked = page.waitForRequest("**/api/v1/me");
  await panel.getByRole("button", { name: "Send request" }).click();
  expect(await (await asked).headerValue("authorization")).toBe(`Bearer ${access}`);
  const answer = panel.getByRole("status").filter({ hasText: "Answer" });
  await expect(answer.getByText("200", { exact: true })).toBeVisible();
  const shown = JSON.parse((await answer.locator("pre").textContent()) ?? "");
  expect(shown).toMatchObject({ username: person.username, email: person.email, roles: ["user"] });
});

test("the panel calls a guarded server function", async ({ page, person }) => {
  const panel = page.getByRole("region", { name: "Call the guarded API" });
  await panel.getByRole("button", { name: "Call server function" }).click();
  const answer = panel.getByRole("status").filter({ hasText: "Answer" });
  await expect(answer.getByText("200", { exact: true })).toBeVisible();
  await expect(answer).toContainText(person.username);
  await expect(answer).toContainText('"sid"');
});

test("the token is taken apart, and its time runs", async ({ page, person }) => {
  const panel = page.getByRole("region", { name: "Call the guarded API" });
  const figure = (caption: string) => panel.locator("figure").filter({ hasText: caption }).locator("pre");
  expect(JSON.parse((await figure("Header").textContent()) ?? "")).toMatchObject({ alg: "EdDSA", typ: "at+jwt" });
  const claims = JSON.parse((await figure("Claims").textContent()) ?? "");
  expect(claims.exp - claims.iat).toBe(600);
  expect(claims).toMatchObject({ iss: new URL(page.url()).origin, sub: expect.any(String), sid: expect.any(String) });
  await expect(panel.getByText(person.password)).toHaveCount(0);

  const left = panel.getByText(/^\d+ min \d+ s left$/);
  const seconds = async () => {
    const [, minutes, rest] = /^(\d+) min (\d+) s/.exec(await left.innerText()) ?? [];
    return Number(minutes) * 60 + Number(rest);
  };
  const first = await seconds();
  expect(first).toBeGreaterThan(570);
  expect(first).toBeLessThanOrEqual(600);
  await expect.poll(seconds).toBeLessThan(first);
  await expect(page.getByRole("meter", { name: /Token/ })).toHaveAttribute("max", "600");
});

test("what is copied as curl works", async ({ page, context, playwright }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Copy as curl" }).click();
  await expect(page.getByText("Copied")).toBeVisible();
  const curl = await page.evaluate(() => navigator.clipboard.readText());
  const [, url, name, value] = /^curl (\S+) -H '([\w-]+): (.+)'$/.exec(curl) ?? [];
  expect(url).toBe(`${new URL(page.url()).origin}/api/v1/me`);
  expect(value).toBe(`Bearer ${await token(page)}`);
  // From elsewhere, without the cookie.
  const elsewhere = await playwright.request.newContext();
  const answer = await elsewhere.get(url ?? "", { headers: { [name ?? ""]: value ?? "" } });
  expect(answer.status()).toBe(200);
  await elsewhere.dispose();
});

test("Copy token copies the whole token", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Copy token" }).click();
  await expect(page.getByText("Copied")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await token(page));
});

test("a browser that does not copy says so", async ({ page }) => {
  for (const name of ["Copy as curl", "Copy token"]) {
    await page.reload();
    await accountLives(page);
    await page.evaluate(() => {
      navigator.clipboard.writeText = () => Promise.reject(new DOMException("no", "NotAllowedError"));
    });
    await page.getByRole("button", { name }).click();
    await expect(page.getByText("Copying is not allowed here")).toBeVisible();
  }
});

test("the display name can be changed, and taken back", async ({ page, person }) => {
  const input = page.getByLabel("Display name");
  await expect(input).toBeFocused();
  await input.fill("Ada <b>Lovelace</b>");
  await input.press("Enter");
  await expect(page.getByText("Saved")).toBeVisible();
  await expect(input).toBeHidden();
  await expect(page.getByRole("button", { name: "Edit display name" })).toBeFocused();
  await expect(page.getByRole("definition").filter({ hasText: "Ada <b>Lovelace</b>" })).toBeVisible();

  await page.reload();
  await expect(page.getByText("Signed in as Ada <b>Lovelace</b>")).toBeVisible();
  await expect(page.getByRole("definition").filter({ hasText: person.username }).first()).toBeVisible();

  await expect(input).toHaveValue("Ada <b>Lovelace</b>");
  await input.fill("Somebody else");
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("button", { name: "Edit display name" })).toBeFocused();
  await expect(page.getByRole("definition").filter({ hasText: "Ada <b>Lovelace</b>" })).toBeVisible();

  await input.fill("");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved")).toBeVisible();
  await expect(page.getByText("Not set")).toBeVisible();
});

test("a display name that cannot be is refused beside its field, until it is mended", async ({ page, context, watch }) => {
  watch.expect(422, RENAME);
  const asked = counting(context, RENAME);
  const input = page.getByLabel("Display name");
  const save = page.getByRole("button", { name: "Save" });
  await input.fill("x".repeat(129));
  await save.click();
  await expect(input).toHaveAttribute("aria-invalid", "true");
  await expect(input).toHaveAccessibleDescription("The display name must have at most 128 characters.");
  await expect(input).toBeFocused();
  await expect(input).toHaveValue("x".repeat(129));
  await expect(page).toHaveTitle(/^Error: Your account/);
  await input.fill("x".repeat(128));
  await expect(input).not.toHaveAttribute("aria-invalid");
  await expect(page.locator("#display_name-error")).toBeEmpty();
  await expect(page).toHaveTitle(/^Your account/);
  expect(asked()).toBe(0);

  // Only the server knows this one.
  await input.fill("evil\u202Ename");
  await save.click();
  await expect(input).toHaveAccessibleDescription("The display name has characters that cannot be used here.");
  await input.fill("no evil name");
  await expect(input).not.toHaveAttribute("aria-invalid");
  await save.click();
  await expect(page.getByText("Saved")).toBeVisible();
  expect(asked()).toBe(2);
});
