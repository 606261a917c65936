import { expect, formLives, hold, setupLink, test, type Page } from "./support";

/** An input's attributes that browsers, keyboards and password managers go by. */
async function attributes(page: Page, id: string) {
  return page.locator(`#${id}`).evaluate((input: HTMLInputElement) => {
    const names = ["name", "type", "autocomplete", "autocapitalize", "autocorrect", "spellcheck", "inputmode", "enterkeyhint", "required", "minlength", "maxlength", "passwordrules", "placeholder"];
    return Object.fromEntries(
      names.filter((name) => input.hasAttribute(name)).map((name) => [name, input.getAttribute(name)]),
    );
  });
}

const NAME = { type: "text", autocapitalize: "none", autocorrect: "off", spellcheck: "false", enterkeyhint: "next", required: "" };
const SECRET = { name: "password", type: "password", autocapitalize: "none", autocorrect: "off", spellcheck: "false", enterkeyhint: "go", required: "" };
const NEW_SECRET = { ...SECRET, autocomplete: "new-password", minlength: "15", passwordrules: "minlength: 15; maxlength: 256;" };
const USERNAME = { username: { ...NAME, name: "username", autocomplete: "username" } };

for (const [path, fields] of [
  [
    "/login",
    {
      identifier: { ...NAME, name: "identifier", autocomplete: "username webauthn" },
      password: { ...SECRET, autocomplete: "current-password" },
    },
  ],
  [
    "/register",
    {
      ...USERNAME,
      email: { ...NAME, name: "email", type: "email", inputmode: "email", autocomplete: "email", required: undefined },
      password: NEW_SECRET,
    },
  ],
  ["/setup", { ...USERNAME, password: NEW_SECRET }],
] as const) {
  test(`${path} is as password managers like it`, async ({ page }) => {
    await page.goto(path === "/setup" ? await setupLink(process.env.E2E_DATA ?? "") : path);
    const form = page.locator(`main form[data-form=${path.slice(1)}]`);
    const check = async () => {
      const inputs = form.locator("input:not([type=hidden])");
      const ids = Object.keys(fields).map((name) => `${path.slice(1)}-${name}`);
      expect(await inputs.evaluateAll((inputs) => inputs.map((input) => input.id))).toEqual(ids);
      for (const [name, expected] of Object.entries(fields)) {
        const id = `${path.slice(1)}-${name}`;
        expect(await attributes(page, id), id).toEqual(JSON.parse(JSON.stringify(expected)));
        await expect(form.locator(`label[for=${id}]`)).toBeVisible();
      }
    };
    await formLives(page);
    await check();
    await expect(form).toHaveCount(1);
    await expect(form).toHaveAttribute("method", "post");
    await expect(form).toHaveAttribute("action", path);
    await expect(form.locator("button:not([type=button])")).toHaveCount(1);

    // Stable: the same names at the next load, and before any script runs.
    await hold(page, "**/*.wasm");
    await page.reload({ waitUntil: "domcontentloaded" });
    await check();
  });
}

test("show password toggles, keeps the caret, and hides again on submit", async ({ page }) => {
  await page.goto("/login");
  await formLives(page);
  await hold(page, "**/action/enter");
  const password = page.getByLabel("Password", { exact: true });
  await page.getByLabel("Username").fill("nobody");
  await password.fill("seven lanterns");
  await password.evaluate((input: HTMLInputElement) => input.setSelectionRange(5, 5));

  // One button, which says that it is pressed: its name does not change.
  const show = page.getByRole("button", { name: "Show: Password" });
  await expect(show).toHaveAttribute("type", "button");
  await expect(show).toHaveAttribute("aria-pressed", "false");
  await show.click();
  await expect(show).toHaveAttribute("aria-pressed", "true");
  await expect(password).toHaveAttribute("type", "text");
  await expect(password).toHaveValue("seven lanterns");
  expect(await password.evaluate((input: HTMLInputElement) => input.selectionStart)).toBe(5);
  await show.click();
  await expect(show).toHaveAttribute("aria-pressed", "false");
  await expect(password).toHaveAttribute("type", "password");
  expect(await password.evaluate((input: HTMLInputElement) => input.selectionStart)).toBe(5);

  await show.click();
  await expect(password).toHaveAttribute("type", "text");
  await password.press("Enter");
  await expect(password).toHaveAttribute("type", "password");
  await expect(show).toHaveAttribute("aria-pressed", "false");
});

test("Caps Lock is told, politely", async ({ page }) => {
  await page.goto("/login");
  await formLives(page);
  const password = page.getByLabel("Password", { exact: true });
  const hint = page.locator("#login-password-caps");
  await expect(hint).toBeEmpty();
  await expect(hint).toHaveRole("status");
  await password.focus();
  await password.dispatchEvent("keydown", { key: "A", modifierCapsLock: true });
  await expect(hint).toHaveText("Caps Lock is on");
  await expect(password).toHaveAccessibleDescription(/Caps Lock is on/);
  await password.dispatchEvent("keyup", { key: "a" });
  await expect(hint).toBeEmpty();
});

test("secrets can be pasted", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto("/register");
  await formLives(page);
  const secret = "  von weit her: пароль  ";
  await page.evaluate((secret) => navigator.clipboard.writeText(secret), secret);
  await page.getByLabel("Password", { exact: true }).focus();
  await page.keyboard.press("ControlOrMeta+V");
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue(secret);
});

test("a crafted error in the address shows nothing", async ({ page }) => {
  const crafted = encodeURIComponent(JSON.stringify({ code: "internal", message: "call 555-0100 <b>now</b>" }));
  for (const path of ["/login", "/register", "/"]) {
    await page.goto(`${path}?__path=%2Faction%2Flogin&__err=${crafted}&error=call+555-0100`);
    await expect(page.locator("h1")).toBeVisible();
    if (path !== "/") await formLives(page);
    await expect(page.getByRole("alert")).toHaveCount(0);
    await expect(page.locator("body")).not.toContainText("555-0100");
    await expect(page).not.toHaveTitle(/Error|555/);
  }
});
