import {
  accountLives,
  ageProof,
  callFunction,
  counting,
  expect,
  hold,
  isSignedInAs,
  openAccount,
  openDeveloper,
  openName,
  panel,
  panelLives,
  register,
  sendRequest,
  signIn,
  test,
  toast,
  token,
  wrong,
} from "./support";

const ACT = "/action/act";

test.describe("the panel", () => {
  test.beforeEach(async ({ page, context, person }) => {
    await signIn(context, person);
    await openDeveloper(page);
  });

  test("calls the guarded API with the token", async ({ page, person }) => {
    await expect(page.getByRole("region", { name: "Call the guarded API" })).toHaveAttribute("id", "panel");
    const access = await token(page);
    await expect(panel(page).locator("#panel-request")).toHaveText(/^GET \/api\/v1\/me\nAuthorization: Bearer •+$/);

    const asked = page.waitForRequest("**/api/v1/me");
    await sendRequest(page);
    expect(await (await asked).headerValue("authorization")).toBe(`Bearer ${access}`);
    const shown = JSON.parse((await page.locator("#panel-body").textContent()) ?? "");
    expect(shown).toMatchObject({ username: person.username, email: person.email, roles: ["user"] });
  });

  test("calls a guarded server function", async ({ page, person }) => {
    await callFunction(page);
    await expect(page.locator("#panel-body")).toContainText(person.username);
    await expect(page.locator("#panel-body")).toContainText('"sid"');
  });

  test("shows the token to who asks for it, and hides it again", async ({ page }) => {
    const request = panel(page).locator("#panel-request");
    const show = page.getByRole("button", { name: "Show token" });
    const access = (await token(page)) ?? "";
    await expect(show).toHaveAttribute("aria-pressed", "false");
    await expect(page.locator("body")).not.toContainText(access);
    await show.click();
    await expect(show).toHaveAttribute("aria-pressed", "true");
    await expect(request).toHaveText(`GET /api/v1/me\nAuthorization: Bearer ${access}`);
    await show.click();
    await expect(show).toHaveAttribute("aria-pressed", "false");
    await expect(page.locator("body")).not.toContainText(access);
    // Nobody asked the next page.
    await show.click();
    await page.reload();
    await panelLives(page);
    await expect(show).toHaveAttribute("aria-pressed", "false");
    await expect(request).toHaveText(/^GET \/api\/v1\/me\nAuthorization: Bearer •+$/);
  });

  test("says that it waits, and asks no second time meanwhile", async ({ page, context }) => {
    for (const [name, path] of [["Send request", "/api/v1/me"], ["Call server function", "/action/whoami"]] as const) {
      const asked = counting(context, path);
      const answer = await hold(page, `**${path}`);
      await page.getByRole("button", { name }).click();
      const waits = panel(page).getByRole("button", { name: "Sending…" });
      await expect(waits).toHaveAttribute("aria-busy", "true");
      await expect(waits).toHaveAttribute("aria-disabled", "true");
      await waits.click({ force: true });
      answer.release();
      await expect(waits).toHaveCount(0);
      await expect(page.getByRole("button", { name })).not.toHaveAttribute("aria-busy");
      await expect(page.locator("#panel-body")).not.toBeEmpty();
      expect(asked()).toBe(1);
      await page.unrouteAll();
    }
  });

  test("takes the token apart, and its time runs", async ({ page, person }) => {
    const json = async (id: string) => JSON.parse((await page.locator(id).textContent()) ?? "");
    expect(await json("#panel-header")).toMatchObject({ alg: "EdDSA", typ: "at+jwt" });
    const claims = await json("#panel-claims");
    expect(claims.exp - claims.iat).toBe(600);
    expect(claims).toMatchObject({ iss: new URL(page.url()).origin, sub: expect.any(String), sid: expect.any(String) });
    await expect(page.getByText(person.password)).toHaveCount(0);

    const left = panel(page).getByText(/^\d+ min \d+ s left$/);
    const seconds = async () => {
      const [, minutes, rest] = /^(\d+) min (\d+) s/.exec(await left.innerText()) ?? [];
      return Number(minutes) * 60 + Number(rest);
    };
    const first = await seconds();
    expect(first).toBeGreaterThan(570);
    expect(first).toBeLessThanOrEqual(600);
    await expect.poll(seconds).toBeLessThan(first);
    await expect(page.getByRole("meter", { name: /Access token/ })).toHaveAttribute("max", "600");
  });

  test("copies as curl what works", async ({ page, context, playwright }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy as curl" }).click();
    await expect(toast(page)).toHaveText("Copied.");
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

  test("copies the whole token", async ({ page, context }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy token" }).click();
    await expect(toast(page)).toHaveText("Copied.");
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await token(page));
  });

  test("says where a browser does not copy", async ({ page }) => {
    for (const name of ["Copy as curl", "Copy token"]) {
      await page.reload();
      await panelLives(page);
      await page.evaluate(() => {
        navigator.clipboard.writeText = () => Promise.reject(new DOMException("no", "NotAllowedError"));
      });
      await page.getByRole("button", { name }).click();
      await expect(toast(page)).toHaveText("This browser does not allow copying here.");
    }
  });

  test("has no button that does nothing: without script a sentence stands there", async ({ page, context, open, person }) => {
    const plain = await open({ javaScriptEnabled: false });
    await signIn(plain, person);
    const still = await plain.newPage();
    await still.goto("/account/developer");
    await expect(panel(still).getByText("This part needs JavaScript and WebAssembly.")).toBeVisible();
    await expect(panel(still).getByRole("button")).toHaveCount(0);
    await expect(panel(page).getByText("This part needs JavaScript and WebAssembly.")).toBeHidden();
    await context.close();
  });
});

test("the display name can be changed, and taken back", async ({ page, context, person }) => {
  await signIn(context, person);
  await page.goto("/account");
  await accountLives(page);
  const row = page.locator(".row").filter({ hasText: "Display name" });
  const input = page.getByLabel("Display name");
  await row.getByRole("link", { name: "Add" }).click();
  await expect(page).toHaveURL("/account?edit");
  await expect(input).toBeFocused();
  await accountLives(page);
  await input.fill("Ada <b>Lovelace</b>");
  await input.press("Enter");
  await expect(toast(page)).toHaveText("Saved.");
  await expect(page).toHaveURL("/account");
  await expect(input).toHaveCount(0);
  await expect(row.locator("dd").first()).toHaveText("Ada <b>Lovelace</b>");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Ada <b>Lovelace</b>");
  await isSignedInAs(page, "Ada <b>Lovelace</b>");

  // It is said once.
  await page.reload();
  await accountLives(page);
  await expect(toast(page)).toBeEmpty();
  await expect(page.locator(".row").filter({ hasText: "Username" })).toContainText(person.username);

  for (const leave of ["Cancel", "Escape"]) {
    await row.getByRole("link", { name: "Edit" }).click();
    await accountLives(page);
    await expect(input).toHaveValue("Ada <b>Lovelace</b>");
    await input.fill("Somebody else");
    if (leave === "Cancel") await page.locator("main").getByRole("link", { name: "Cancel" }).click();
    else await input.press("Escape");
    await expect(page).toHaveURL("/account");
    await expect(row.locator("dd").first()).toHaveText("Ada <b>Lovelace</b>");
  }

  await openName(page);
  await input.fill("");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(toast(page)).toHaveText("Saved.");
  await expect(row.getByRole("link", { name: "Add" })).toBeVisible();
  await isSignedInAs(page, person.username);
});

test("the username can be changed by somebody who has just proved who they are", async ({ page, context, person, watch }) => {
  watch.expect(401, ACT);
  watch.expect(409, ACT);
  await signIn(context, person);
  const taken = await register(context.request);
  ageProof(person.username);
  await openAccount(page);
  await page.locator(".row").filter({ hasText: "Username" }).getByRole("link", { name: "Change" }).click();
  await expect(page).toHaveURL("/account?edit=username");
  await accountLives(page);
  const input = page.locator("#username-username");
  await expect(input).toBeFocused();
  await expect(input).toHaveValue(person.username);
  await input.fill(taken.username);
  await input.press("Enter");
  const proof = page.getByRole("dialog", { name: "Confirm that it is you" });
  await expect(proof.getByLabel("Password", { exact: true })).toBeFocused();
  await proof.getByLabel("Password", { exact: true }).fill(person.password);
  await page.keyboard.press("Enter");
  await expect(wrong(page, "username-username")).toHaveText("This username is taken. Choose another one.");
  await expect(input).toHaveValue(taken.username);
  const name = `${person.username}-2`;
  await input.fill(name);
  await input.press("Enter");
  await expect(toast(page)).toHaveText("Saved.");
  await isSignedInAs(page, name);
});

test("a display name that cannot be is refused beside its field, until it is mended", async ({ page, context, person, watch }) => {
  watch.expect(422, ACT);
  await signIn(context, person);
  await openName(page);
  const asked = counting(context, ACT);
  const input = page.getByLabel("Display name");
  const save = page.getByRole("button", { name: "Save" });
  await input.fill("x".repeat(129));
  await save.click();
  await expect(input).toHaveAttribute("aria-invalid", "true");
  await expect(input).toHaveAccessibleDescription(/At most 128 characters\.$/);
  await expect(input).toBeFocused();
  await expect(input).toHaveValue("x".repeat(129));
  await expect(page).toHaveTitle(/^Error: Your account/);
  // One field says it all.
  await expect(page.locator("main").getByRole("alert")).toHaveCount(0);
  await input.fill("x".repeat(128));
  await expect(input).not.toHaveAttribute("aria-invalid");
  await expect(wrong(page, "profile-display_name")).toBeEmpty();
  await expect(page).toHaveTitle(/^Your account/);
  expect(asked()).toBe(0);

  // Only the server knows this one.
  await input.fill("evil\u202Ename");
  await save.click();
  await expect(input).toHaveAccessibleDescription(/This has characters that cannot be used here\.$/);
  await expect(input).toBeFocused();
  await input.fill("no evil name");
  await expect(input).not.toHaveAttribute("aria-invalid");
  await save.click();
  await expect(toast(page)).toHaveText("Saved.");
  expect(asked()).toBe(2);
});
