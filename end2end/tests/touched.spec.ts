import { expect, fillLogin, fillRegistration, hold, register, stranger, test, token, type Page } from "./support";

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

/** Waits until script runs. */
async function wakes(page: Page) {
  await expect(page.locator("html")).toHaveAttribute("data-script", "awake");
}

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

for (const [name, change] of Object.entries(CHANGES)) {
  for (const when of WHEN) {
    test(`${name}, ${when}: one is refused, signs in, changes a name and signs out`, async ({ page, person, watch }) => {
      watch.expect(401, "/action/enter");
      await visit(page, "/login", change, when);
      await fillLogin(page, { ...person, password: "not the password at all" });
      await page.getByRole("button", { name: "Sign in" }).click();
      await expect(page.getByRole("alert")).toBeFocused();
      await expect(page.getByLabel("Username or email")).toHaveValue(person.username);
      await fillLogin(page, person);
      await page.getByRole("button", { name: "Sign in" }).click();
      await expect(page).toHaveURL("/account");
      expect(await token(page)).toBeTruthy();

      await visit(page, "/account", change, when);
      await page.getByLabel("Display name").fill("Ada Lovelace");
      await page.getByRole("button", { name: "Save" }).click();
      await expect(page.getByText("Signed in as Ada Lovelace")).toBeVisible();

      await visit(page, "/account", change, when);
      await page.getByRole("button", { name: "Sign out" }).click();
      await expect(page).toHaveURL("/");
    });
  }

  test(`${name}: one registers, and changes the password`, async ({ page }) => {
    const person = stranger();
    await visit(page, "/register", change, "before script wakes");
    await fillRegistration(page, person);
    await page.getByRole("button", { name: "Create account" }).click();
    await expect(page).toHaveURL("/account");

    await visit(page, "/account/password", change, "before script wakes");
    await page.getByLabel("Current password").fill(person.password);
    await page.getByLabel("New password").fill("nine lanterns by a quiet door");
    await page.getByRole("button", { name: "Change password" }).click();
    await expect(page.getByText("Password changed.")).toBeVisible();
  });

  test(`${name}: one ends a session elsewhere`, async ({ page, context, request }) => {
    const person = await register(request);
    const data = { identifier: person.username, password: person.password };
    expect((await request.post("/api/v1/login", { data: { ...data, session: "token" } })).status()).toBe(200);
    await context.request.post("/api/v1/login", {
      headers: { origin: new URL((await page.goto("/login"))?.url() ?? "").origin },
      data: { ...data, session: "cookie" },
    });
    await visit(page, "/account/sessions", change, "before script wakes");
    await page.getByRole("button", { name: /^End session/ }).first().click();
    await page.getByRole("dialog").getByRole("button", { name: "End session" }).click();
    await expect(page.getByText("That device is signed out.")).toBeVisible();
  });
}
