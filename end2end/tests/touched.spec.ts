import {
  expect,
  fillLogin,
  fillRegistration,
  hold,
  isAtSignIn,
  isSignedInAs,
  openMenu,
  register,
  signIn,
  signOutButton,
  stranger,
  test,
  toast,
  token,
  wakes,
  wrong,
  type Page,
} from "./support";
import { FIREFOX, signInElsewhere } from "./support/elsewhere";

/** What extensions, proxies and translators do to a page; each runs in it. */
const CHANGES: Record<string, () => void> = {
  "an icon after each field": () => {
    for (const field of document.querySelectorAll("input")) field.after(document.createElement("div"));
  },
  "an icon before each field": () => {
    for (const field of document.querySelectorAll("input")) field.before(document.createElement("div"));
  },
  "icons around each label": () => {
    for (const label of document.querySelectorAll("label")) {
      label.before(document.createElement("i"));
      label.after(document.createElement("i"));
    }
  },
  "an element first in each form": () => {
    for (const form of document.querySelectorAll("form")) form.prepend(document.createElement("div"));
  },
  "an element first in the body": () => document.body.prepend(document.createElement("div")),
  "each field in an element of its own": () => {
    for (const field of document.querySelectorAll("input:not([type=hidden])")) {
      const around = document.createElement("div");
      field.replaceWith(around);
      around.append(field);
    }
  },
  "comments taken out": () => {
    const walker = document.createTreeWalker(document, NodeFilter.SHOW_COMMENT);
    const found: Comment[] = [];
    while (walker.nextNode()) found.push(walker.currentNode as Comment);
    for (const comment of found) comment.remove();
  },
  "texts wrapped": () => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found: Text[] = [];
    while (walker.nextNode()) {
      const text = walker.currentNode as Text;
      if (text.data.trim() !== "" && text.parentElement?.tagName !== "SCRIPT") found.push(text);
    }
    for (const text of found) {
      const font = document.createElement("font");
      text.replaceWith(font);
      font.append(text);
    }
  },
  "texts joined": () => document.normalize(),
  "the page moved into another element": () => {
    const around = document.createElement("div");
    around.append(...document.body.childNodes);
    document.body.append(around);
  },
};

const WHEN = ["before script wakes", "while it wakes", "after that"] as const;

/** Goes to a page and changes it at a moment. */
async function visit(page: Page, path: string, change: () => void, when: (typeof WHEN)[number]) {
  if (when === "after that") {
    await page.goto(path);
    await wakes(page);
    return page.evaluate(change);
  }
  const module = await hold(page, "**/*.wasm");
  await page.goto(path, { waitUntil: "commit" });
  await page.waitForFunction(() => document.readyState !== "loading");
  if (when === "while it wakes") module.release();
  await page.evaluate(change);
  module.release();
  await wakes(page);
}

// Each goes through half a dozen pages.
test.slow();

for (const [name, change] of Object.entries(CHANGES)) {
  for (const when of WHEN) {
    test(`${name}, ${when}: one is refused, signs in, changes a name and signs out`, async ({ page, person, watch }) => {
      watch.expect(401, "/action/enter");
      await visit(page, "/login", change, when);
      await fillLogin(page, { ...person, password: "not the password at all" });
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await expect(wrong(page, "login-password")).toHaveText("Wrong username or password.");
      await expect(page.getByLabel("Password", { exact: true })).toBeFocused();
      await expect(page.getByLabel("Username")).toHaveValue(person.username);
      await fillLogin(page, person);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await expect(page).toHaveURL("/account");
      expect(await token(page)).toBeTruthy();

      await visit(page, "/account?edit", change, when);
      await page.getByLabel("Display name").fill("Ada Lovelace");
      await page.getByRole("button", { name: "Save" }).click();
      await expect(toast(page)).toHaveText("Saved.");
      await isSignedInAs(page, "Ada Lovelace");

      await visit(page, "/account", change, when);
      await openMenu(page);
      await signOutButton(page).click();
      await isAtSignIn(page);
    });

    test(`${name}, ${when}: one registers, changes the password and ends a session elsewhere`, async ({ page, watch }) => {
      watch.expect(422, "/action/enter");
      const person = stranger();
      await visit(page, "/register", change, when);
      await fillRegistration(page, { ...person, password: "passwordpassword" });
      await page.getByRole("button", { name: "Create account" }).click();
      await expect(wrong(page, "register-password")).toHaveText("Attackers try this password first. Choose another one.");
      await fillRegistration(page, person);
      await expect(page.locator(".strength [role=status]")).toHaveText("Strong.");
      await page.getByRole("button", { name: "Show: Password" }).click();
      await page.getByRole("button", { name: "Create account" }).click();
      await expect(page).toHaveURL("/account");

      await visit(page, "/account/password", change, when);
      const main = page.locator("main");
      await main.getByLabel("Current password", { exact: true }).fill(person.password);
      await main.getByLabel("New password", { exact: true }).fill("nine lanterns by a quiet door");
      await page.getByRole("button", { name: "Change password" }).click();
      await expect(toast(page)).toHaveText(/^Password changed\./);

      await signInElsewhere({ ...person, password: "nine lanterns by a quiet door" }, FIREFOX);
      await visit(page, "/account/devices", change, when);
      await page.getByRole("button", { name: /^Sign out Firefox/ }).click();
      await page.locator("#ask").getByRole("button", { name: "Sign out" }).click();
      await expect(toast(page)).toHaveText(/^[\w ]+ is signed out\.$/);
      await expect(page.locator("[data-session]")).toHaveCount(1);
    });
  }

  test(`${name}: the menu, the panel and the colours work`, async ({ page, context, request }) => {
    const person = await register(request);
    await signIn(context, person);
    for (const when of WHEN) {
      await visit(page, "/account/developer", change, when);
      await page.getByRole("button", { name: "Send request" }).click();
      await expect(page.locator("#panel-body")).toContainText(person.username);
      await openMenu(page);
      await page.locator("#menu").getByRole("button", { name: "Dark" }).click();
      await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
      await page.locator("#menu").getByRole("button", { name: "As the system" }).click();
      await expect(page.locator("html")).not.toHaveAttribute("data-theme");
      await expect(page).toHaveURL("/account/developer");
    }
  });
}
