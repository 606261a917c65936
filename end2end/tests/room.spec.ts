import { chooseLanguage, expect, formLives, openAccount, signIn, stranger, test, type Page } from "./support";
import { sender } from "./support/places";

test.use({ viewport: { width: 360, height: 740 } });

/** Where everything is that a message could push: to half a pixel, from the top of the page. */
async function positions(page: Page): Promise<string[]> {
  const selector = "main :is(h1, label, input:not([type=hidden]), select, button, a), footer";
  return page.locator(selector).evaluateAll((found) =>
    found
      .filter((element) => element.checkVisibility() && !element.matches(".sr"))
      .map((element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        const numbers = [x + scrollX, y + scrollY, width, height].map((number) => Math.round(number * 2) / 2);
        return `${element.id || element.tagName} ${numbers.join(" ")}`;
      }),
  );
}

/** Sends a form that is refused for one of its fields: the page says so beside it, and nothing has moved. */
async function staysStill(page: Page, form: string, field: string) {
  const input = page.locator(`#${form}-${field}`);
  await expect(page.locator(`#${form}-${field}-error`)).toBeEmpty();
  const before = await positions(page);
  expect(before.length).toBeGreaterThan(5);
  await sender(page, form).click();
  await expect(input).toHaveAttribute("aria-invalid", "true");
  await expect(sender(page, form)).not.toHaveAttribute("aria-busy");
  await expect(page.locator(`#${form}-${field}-error`)).not.toBeEmpty();
  expect(await positions(page)).toEqual(before);
  await expect(page.locator(`#${form}-${field}-error`)).toBeVisible();
}

for (const language of ["en", "de", "ar"]) {
  test(`what is wrong with a field moves nothing, in ${language}`, async ({ page, context, person, watch }) => {
    await chooseLanguage(context, language);

    // Fields without a hint.
    watch.expect(401, "/action/enter");
    await page.goto("/login");
    await formLives(page);
    await page.locator("#login-identifier").fill(person.username);
    await staysStill(page, "login", "password");
    await page.locator("#login-password").fill("not the password at all");
    await staysStill(page, "login", "password");

    // One with a hint, which may have more lines than what is wrong.
    watch.expect(409, "/action/enter");
    await page.goto("/register");
    await formLives(page);
    await page.locator("#register-username").fill(person.username);
    await page.locator("#register-password").fill(stranger().password);
    await expect(page.locator(".strength [role=status]")).not.toBeEmpty();
    await staysStill(page, "register", "username");

    await signIn(context, person);
    watch.expect(401, "/action/act");
    await openAccount(page, "", "/account/password");
    await page.locator("#password-new_password").fill(stranger().password);
    await expect(page.locator(".strength [role=status]")).not.toBeEmpty();
    await staysStill(page, "password", "current_password");
    await page.locator("#password-current_password").fill("not the password at all");
    await staysStill(page, "password", "current_password");

    await openAccount(page, "", "/account?edit=username");
    await page.locator("#username-username").fill("a");
    await staysStill(page, "username", "username");
  });

  test(`the hint of Caps Lock and advice on a password move nothing, in ${language}`, async ({ page, context }) => {
    await chooseLanguage(context, language);
    await page.goto("/login");
    await formLives(page);
    const press = (id: string, modifierCapsLock: boolean) => page.locator(id).dispatchEvent("keydown", { key: "A", modifierCapsLock });
    const empty = await positions(page);
    await press("#login-password", true);
    await expect(page.locator("#login-password-caps")).toBeVisible();
    expect(await positions(page)).toEqual(empty);
    await press("#login-password", false);
    await expect(page.locator("#login-password-caps")).toBeEmpty();
    expect(await positions(page)).toEqual(empty);

    await page.goto("/register");
    await formLives(page);
    const before = await positions(page);
    await press("#register-password", true);
    await expect(page.locator("#register-password-caps")).toBeVisible();
    expect(await positions(page)).toEqual(before);
    await press("#register-password", false);
    for (const password of ["passwordpassword", "aaaaaaaaaaaaaaaaaaaaa", "seven lanterns by a quiet door"]) {
      await page.locator("#register-password").fill(password);
      await expect(page.locator(".strength [role=status]")).not.toBeEmpty();
      expect(await positions(page)).toEqual(before);
    }
  });
}
