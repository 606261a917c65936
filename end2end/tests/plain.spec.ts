import {
  ageProof,
  cookieName,
  expect,
  fillLogin,
  fillRegistration,
  isAtSignIn,
  isSignedInAs,
  openMenu,
  signIn,
  signOutButton,
  stranger,
  summary,
  test,
  toast,
  token,
  wrong,
  type BrowserContext,
} from "./support";
import { FIREFOX, IPHONE, signInElsewhere } from "./support/elsewhere";

const WRONG = "not the password at all";
const NEW = "nine grey herons by the weir";

async function isSignedIn(context: BrowserContext): Promise<boolean> {
  return (await context.request.get("/account", { maxRedirects: 0 })).status() === 200;
}

// Every act by the page's own form: the browser posts it, and the server answers with a page.
for (const [how, javaScriptEnabled] of [["without script", false], ["with script, whose module never comes", true]] as const) {
  test.describe(how, () => {
    test.use({ javaScriptEnabled });

    test.beforeEach(async ({ context }) => {
      if (javaScriptEnabled) await context.route("**/*.wasm", () => {});
    });

    test("registering, and signing out", async ({ page, context }) => {
      const person = stranger();
      await page.goto("/register");
      // No button that would do nothing.
      await expect(page.getByRole("button", { name: /^Show/ })).toHaveCount(0);
      await fillRegistration(page, person);
      await page.getByRole("button", { name: "Create account" }).click();
      await expect(page).toHaveURL("/account");
      await isSignedInAs(page, person.username);

      await openMenu(page);
      await signOutButton(page).click();
      await isAtSignIn(page);
      await expect(toast(page)).toHaveText("You have been signed out.");
      // That this browser is known outlives the session, and opens nothing.
      expect((await context.cookies()).map((cookie) => cookie.name)).toEqual([cookieName("device")]);
      await page.goBack();
      await expect(page).toHaveURL("/login?next=%2Faccount");
      await expect(page.getByText(person.username)).toHaveCount(0);
    });

    test("S76: signing in, and back to where one was going", async ({ page, person }) => {
      await page.goto("/account?x=1");
      await expect(page).toHaveURL("/login?next=%2Faccount%3Fx%3D1");
      await fillLogin(page, person);
      await page.getByLabel("Password", { exact: true }).press("Enter");
      await expect(page).toHaveURL("/account?x=1");
      await isSignedInAs(page, person.username);
    });

    test("S76: a wrong password keeps the name and empties the password", async ({ page, person, watch }) => {
      watch.expect(401, "/login");
      await page.goto("/login?next=%2Faccount%3Fx%3D1");
      await fillLogin(page, { ...person, password: WRONG });
      const answer = page.waitForResponse((response) => response.request().method() === "POST");
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      expect((await answer).status()).toBe(401);
      await expect(wrong(page, "login-password")).toHaveText("Wrong username or password.");
      await expect(page).toHaveTitle(/^Error: Sign in/);
      await expect(page.getByLabel("Username")).toHaveValue(person.username);
      await expect(page.getByLabel("Password", { exact: true })).toHaveValue("");
      await expect(page.getByLabel("Password", { exact: true })).toHaveAttribute("aria-invalid", "true");
      expect(page.url()).not.toContain("password");

      await page.getByLabel("Password", { exact: true }).fill(person.password);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await expect(page).toHaveURL("/account?x=1");
    });

    test("a registration with mistakes is shown again", async ({ page, person, watch }) => {
      watch.expect(409, "/register");
      watch.expect(422, "/register");
      await page.goto("/register");
      await fillRegistration(page, { ...person, password: "short", email: "nowhere@example" });
      await page.getByLabel("Username").fill("ab");
      await page.getByRole("button", { name: "Create account" }).click();
      await expect(summary(page).getByRole("link")).toHaveText(["At least 3 characters.", "At least 15 characters."]);
      await expect(page.getByLabel("Username")).toHaveValue("ab");
      await expect(page.getByLabel("Email")).toHaveValue("nowhere@example");
      await expect(page.getByLabel("Password", { exact: true })).toHaveValue("");
      await expect(page.getByLabel("Password", { exact: true })).toHaveAttribute("aria-invalid", "true");
      await summary(page).getByRole("link").first().click();
      await expect(page.getByLabel("Username")).toBeFocused();

      await fillRegistration(page, person);
      await page.getByRole("button", { name: "Create account" }).click();
      await expect(wrong(page, "register-username")).toHaveText("This username is taken. Choose another one.");
      await expect(page.getByRole("alert")).toHaveCount(0);
    });

    test("setting up", async ({ page, serve, watch }) => {
      watch.expect(422, "/setup");
      const { url, setupLink } = await serve();
      const person = stranger();
      await page.goto(setupLink);
      await page.getByLabel("Username").fill(person.username);
      await page.getByLabel("Password", { exact: true }).fill("short");
      await page.getByRole("button", { name: "Create administrator" }).click();
      await expect(wrong(page, "setup-password")).toHaveText("At least 15 characters.");
      await page.getByLabel("Password", { exact: true }).fill(person.password);
      await page.getByRole("button", { name: "Create administrator" }).click();
      await expect(page).toHaveURL(`${url}/account/ready`);
      await page.getByRole("link", { name: "Go to your account" }).click();
      await isSignedInAs(page, person.username);
    });

    test("changing the password", async ({ page, context, open, person, watch }) => {
      watch.expect(422, "/account/password");
      const other = await open();
      await signIn(other, person);
      await signIn(context, person);
      await page.goto("/account/password");
      const [current, wanted] = [page.getByLabel("Current password", { exact: true }), page.getByLabel("New password", { exact: true })];
      await current.fill(WRONG);
      await wanted.fill("short");
      const change = page.getByRole("button", { name: "Change password" });
      await change.click();
      await expect(wrong(page, "password-new_password")).toHaveText("At least 15 characters.");
      await expect(page).toHaveTitle(/^Error: Change password/);
      for (const input of [current, wanted]) await expect(input).toHaveValue("");
      await current.fill(person.password);
      await wanted.fill(NEW);
      await change.click();
      await expect(toast(page)).toHaveText("Password changed. You are signed out everywhere else.");
      expect(await isSignedIn(other)).toBe(false);
      expect(await isSignedIn(context)).toBe(true);
      await signIn(await open(), { ...person, password: NEW });
    });

    test("a wrong current password", async ({ page, context, person, watch }) => {
      watch.expect(401, "/account/password");
      await signIn(context, person);
      await page.goto("/account/password");
      await page.getByLabel("Current password", { exact: true }).fill(WRONG);
      await page.getByLabel("New password", { exact: true }).fill(NEW);
      await page.getByRole("button", { name: "Change password" }).click();
      await expect(wrong(page, "password-current_password")).toHaveText("That is not your current password.");
      await expect(page.getByLabel("New password", { exact: true })).toHaveValue("");
    });

    test("changing the display name", async ({ page, context, person, watch }) => {
      watch.expect(422, "/account");
      await signIn(context, person);
      await page.goto("/account");
      await page.getByRole("link", { name: "Add" }).first().click();
      const input = page.getByLabel("Display name");
      await expect(input).toBeFocused();
      await input.fill("evil\u202Ename");
      await page.getByRole("button", { name: "Save" }).click();
      await expect(wrong(page, "profile-display_name")).toHaveText("This has characters that cannot be used here.");
      await expect(input).toHaveValue("evil\u202Ename");
      await input.fill("Ada Lovelace");
      await input.press("Enter");
      await expect(page).toHaveURL("/account");
      await expect(toast(page)).toHaveText("Saved.");
      await isSignedInAs(page, "Ada Lovelace");
      // A reload posts nothing, and says it no more.
      await page.reload();
      await expect(toast(page)).toBeEmpty();
    });

    test("ending one session, the others, all of them", async ({ page, context, open, person }) => {
      const [firefox, iphone] = [await open({ userAgent: FIREFOX }), await open({ userAgent: IPHONE })];
      for (const other of [firefox, iphone]) await signIn(other, person);
      await signInElsewhere(person, "curl/8.5.0");
      await signIn(context, person);
      await page.goto("/account/devices");
      const rows = page.locator("[data-session]");
      await expect(rows).toHaveCount(4);
      await page.getByRole("button", { name: /^Sign out Firefox/ }).click();
      await expect(toast(page)).toHaveText("Firefox 140 on Linux is signed out.");
      await expect(rows).toHaveCount(3);
      expect(await isSignedIn(firefox)).toBe(false);
      expect(await isSignedIn(iphone)).toBe(true);

      await page.getByRole("button", { name: "Sign out everywhere else" }).click();
      await expect(toast(page)).toHaveText("You are signed out everywhere else.");
      await expect(rows).toHaveCount(1);
      await expect(page.getByText("You are signed in only here.")).toBeVisible();
      expect(await isSignedIn(iphone)).toBe(false);

      await page.getByRole("button", { name: "Sign out everywhere", exact: true }).click();
      await isAtSignIn(page);
      await expect(toast(page)).toHaveText("You are signed out everywhere.");
      expect(await isSignedIn(context)).toBe(false);
    });

    test("an old proof: the password is asked for, then the act is done", async ({ page, context, open, person, watch }) => {
      watch.expect(401, "/account/devices");
      watch.expect(401, "/account/confirm");
      const firefox = await open({ userAgent: FIREFOX });
      await signIn(firefox, person);
      await signIn(context, person);
      ageProof(person.username);
      await page.goto("/account/devices");
      await page.getByRole("button", { name: /^Sign out Firefox/ }).click();
      await expect(page.getByRole("heading", { name: "Confirm that it is you", level: 1 })).toBeVisible();
      const password = page.locator("main").getByLabel("Password", { exact: true });
      await expect(password).toBeFocused();
      expect(await isSignedIn(firefox)).toBe(true);
      await password.fill(WRONG);
      await page.getByRole("button", { name: "Confirm" }).click();
      await expect(wrong(page, "proof-password")).toHaveText("Wrong password.");
      expect(await isSignedIn(firefox)).toBe(true);
      await password.fill(person.password);
      await password.press("Enter");
      await expect(page).toHaveURL("/account/devices");
      await expect(toast(page)).toHaveText("Firefox 140 on Linux is signed out.");
      expect(await isSignedIn(firefox)).toBe(false);
      expect(await isSignedIn(context)).toBe(true);
      // The proof is fresh now.
      await page.getByRole("button", { name: "Sign out everywhere", exact: true }).click();
      await isAtSignIn(page);
    });

    test("a proof that is called off leads back, and nothing is done", async ({ page, context, person, watch }) => {
      watch.expect(401, "/account/devices");
      await signInElsewhere(person, FIREFOX);
      await signIn(context, person);
      ageProof(person.username);
      await page.goto("/account/devices");
      await page.getByRole("button", { name: "Sign out everywhere else" }).click();
      await page.locator("main").getByRole("link", { name: "Cancel" }).click();
      await expect(page).toHaveURL("/account/devices");
      await expect(page.locator("[data-session]")).toHaveCount(2);
    });

    test("choosing colours and a language, on any page, also where one confirms", async ({ page, context, person, watch }) => {
      watch.expect(401, "/account/devices");
      watch.expect(401, "/account/confirm");
      await page.goto("/login?next=%2Faccount%3Fx%3D1");
      await page.getByRole("button", { name: "Dark" }).click();
      await expect(page).toHaveURL("/login?next=%2Faccount%3Fx%3D1");
      await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
      await expect(page.getByRole("button", { name: "Dark" })).toHaveAttribute("aria-pressed", "true");
      await page.getByRole("button", { name: "Deutsch" }).click();
      await expect(page).toHaveURL("/login?next=%2Faccount%3Fx%3D1");
      await expect(page.locator("html")).toHaveAttribute("lang", "de");
      await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
      await page.getByRole("button", { name: "English" }).click();
      await expect(page.locator("html")).toHaveAttribute("lang", "en");

      await signIn(context, person);
      await page.goto("/account");
      await openMenu(page);
      await page.getByRole("button", { name: "As the system" }).click();
      await expect(page).toHaveURL("/account");
      await expect(page.locator("html")).not.toHaveAttribute("data-theme");
      ageProof(person.username);
      await page.goto("/account/devices");
      await page.getByRole("button", { name: "Sign out everywhere", exact: true }).click();
      await page.locator("main").getByLabel("Password", { exact: true }).fill(WRONG);
      await page.getByRole("button", { name: "Confirm" }).click();
      await expect(wrong(page, "proof-password")).toHaveText("Wrong password.");
      await openMenu(page);
      await page.getByRole("button", { name: "Light" }).click();
      await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
      await expect(page.locator(".number")).toHaveCount(0);

      // A person's language is on their profile.
      await expect(page.getByRole("button", { name: "العربية" })).toHaveCount(0);
      await page.goto("/account?edit");
      await page.getByLabel("Language").selectOption("العربية");
      await page.getByRole("button", { name: "Save" }).click();
      await expect(page.locator("html")).toHaveAttribute("dir", "rtl");
    });

    // Without script at all there is nobody to ask.
    if (javaScriptEnabled) test("no token is stored by a page whose script does not run", async ({ page, person }) => {
      await page.goto("/login");
      await fillLogin(page, person);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await isSignedInAs(page, person.username);
      expect(await token(page)).toBeNull();
    });
  });
}
