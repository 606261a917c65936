import { randomInt } from "node:crypto";
import type { APIRequestContext } from "@playwright/test";
import {
  comeBack,
  counting,
  expect,
  fillLogin,
  formLives,
  openAccount,
  origin,
  register,
  signIn,
  test,
  type Page,
  type Person,
} from "./support";

/** The button that sends the form for signing in. */
const sender = (page: Page) => page.locator("form.card button:not([type])");

/** Strangers from everywhere guess until the account takes no more. */
async function burn(request: APIRequestContext, person: Person) {
  for (let n = 0; n < 40; n += 1) {
    const answer = await request.post(`${origin()}/api/v1/login`, {
      headers: { "X-Forwarded-For": `198.18.${randomInt(256)}.${randomInt(256)}` },
      data: { identifier: person.username, password: "wrong lanterns by a door" },
    });
    if (answer.status() === 429) return;
    expect(answer.status()).toBe(401);
  }
  throw new Error(`nobody stopped the guessing at ${person.username}`);
}

test("who has to wait sees for how long, and may then go on", async ({ page, person, request, watch }) => {
  await burn(request, person);
  await page.clock.install();
  await page.goto("/login");
  await formLives(page);
  watch.expect(429, "/action/enter");
  await fillLogin(page, person);
  const button = sender(page);
  await button.click();
  const summary = page.getByRole("alert");
  await expect(summary).toContainText("Too many failed attempts to sign in to this account.");
  const timer = page.getByRole("timer");
  await expect(timer).toHaveText(/^Try again in 1[45] minutes/);
  await expect(button).toHaveAttribute("aria-disabled", "true");
  await expect(button).not.toHaveAttribute("disabled"); // it keeps its place in the order of focus
  await page.clock.fastForward("00:10:00");
  await expect(timer).toHaveText(/^Try again in [45] minutes/);
  await page.clock.fastForward("00:05:10");
  await expect(timer).toHaveText("You can try again now.");
  await expect(button).not.toHaveAttribute("aria-disabled");
});

test("a laptop that slept, or a hidden tab, sees on its return how long there is to wait", async ({ page, person, request, watch }) => {
  await burn(request, person);
  await page.clock.install();
  await page.goto("/login");
  await formLives(page);
  watch.expect(429, "/action/enter");
  await fillLogin(page, person);
  await sender(page).click();
  const timer = page.getByRole("timer");
  await expect(timer).toHaveText(/^Try again in 1[45] minutes/);
  const began = await page.evaluate(() => Date.now());
  await page.clock.pauseAt(began + 60_000);
  await expect(timer).toHaveText(/^Try again in 1[34] minutes/);
  // No timer runs while the tab is hidden; its return is enough.
  await page.clock.setSystemTime(began + 10 * 60_000);
  await comeBack(page);
  await expect(timer).toHaveText(/^Try again in [45] minutes/);
  // Not even that is needed to send what the server would take.
  const asked = counting(page.context(), "/action/enter");
  await sender(page).click({ force: true });
  expect(asked()).toBe(0);
  await page.clock.setSystemTime(began + 16 * 60_000);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await sender(page).click({ force: true });
  await expect.poll(asked).toBe(1);
  // The server's own clock stood still.
  await expect(timer).toHaveText(/^Try again in 1[45] minutes/);
});

test("a clock that is set back makes nobody wait longer", async ({ page, person, request, watch }) => {
  await burn(request, person);
  await page.clock.install();
  await page.goto("/login");
  await formLives(page);
  watch.expect(429, "/action/enter");
  await fillLogin(page, person);
  await sender(page).click();
  const timer = page.getByRole("timer");
  await expect(timer).toHaveText(/^Try again in 1[45] minutes/);
  const began = await page.evaluate(() => Date.now());
  await page.clock.pauseAt(began + 60_000);
  await page.clock.setSystemTime(began - 24 * 3_600_000);
  await comeBack(page);
  await expect(timer).toHaveText(/^Try again in 1[34] minutes/);
  await page.clock.setSystemTime(began - 24 * 3_600_000 + 15 * 60_000);
  await comeBack(page);
  await expect(timer).toHaveText("You can try again now.");
});

test("who has to wait for one account may sign in to another", async ({ page, person, request, watch }) => {
  const other = await register(request);
  await burn(request, person);
  await page.goto("/login");
  await formLives(page);
  watch.expect(429, "/action/enter");
  await fillLogin(page, person);
  await sender(page).click();
  const [summary, name] = [page.getByRole("alert"), page.getByLabel("Username or email")];
  await expect(summary).toContainText("Too many failed attempts to sign in to this account.");
  await expect(sender(page)).toHaveAttribute("aria-disabled", "true");

  // Another password does not change whose account it is.
  await page.getByLabel("Password", { exact: true }).fill(other.password);
  await expect(sender(page)).toHaveAttribute("aria-disabled", "true");
  await name.fill(other.username);
  await expect(sender(page)).not.toHaveAttribute("aria-disabled");
  await expect(summary).toHaveCount(0);
  await expect(page).not.toHaveTitle(/^Error/);
  // The wait of the first account goes on.
  await name.fill(person.username);
  await expect(sender(page)).toHaveAttribute("aria-disabled", "true");
  await expect(page.getByRole("timer")).toHaveText(/^Try again in 1[45] minutes/);

  await fillLogin(page, other);
  await sender(page).click();
  await expect(page).toHaveURL(/\/account$/);
});

test("who has to wait for their network waits for every account", async ({ page, person, watch }) => {
  watch.expect(429, "/action/enter");
  const asked = counting(page.context(), "/action/enter");
  const body = '{"code":"source_blocked","retry_after":600}';
  await page.route("**/action/enter", (route) => route.fulfill({ status: 429, contentType: "application/json", body }));
  await page.goto("/login");
  await formLives(page);
  await fillLogin(page, person);
  await sender(page).click();
  const summary = page.getByRole("alert");
  await expect(summary).toContainText("Too many failed attempts came from your network.");
  await fillLogin(page, { ...person, username: "somebody-else" });
  await expect(summary).toBeVisible();
  await expect(sender(page)).toHaveAttribute("aria-disabled", "true");
  await sender(page).click({ force: true });
  expect(asked()).toBe(1);
});

test("the browser that somebody uses lets them in whatever strangers do", async ({ page, person, request }) => {
  await page.goto("/login");
  await formLives(page);
  await fillLogin(page, person);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/account$/);
  await openAccount(page);
  await page.getByRole("button", { name: "Sign out" }).first().click();
  await burn(request, person);
  await page.goto("/login");
  await formLives(page);
  await fillLogin(page, person);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/account$/);
});

test("who guesses too often at the password sees for how long to wait", async ({ page, context, person, watch }) => {
  const [sessions, prove] = ["/api/v1/me/sessions", "/api/v1/me/reauthenticate"];
  watch.expect(401, sessions);
  watch.expect(429, prove);
  await signIn(context, person);
  const proofs = counting(context, prove);
  await page.clock.install();
  await page.goto("/account/sessions");
  const refuse = (url: string, status: number, body: string) =>
    page.route(url, (route) => route.fulfill({ status, contentType: "application/problem+json", body }), { times: 1 });
  await refuse(`**${sessions}`, 401, '{"code":"reauthentication_required"}');
  await refuse(`**${prove}`, 429, '{"code":"too_many_requests","retry_after":600}');
  await page.getByRole("button", { name: "End all sessions" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "End all sessions" }).click();

  const proof = page.getByRole("dialog", { name: "Confirm that it is you" });
  const [password, confirm] = [proof.getByLabel("Password", { exact: true }), proof.getByRole("button", { name: "Confirm" })];
  const timer = proof.getByRole("timer");
  await expect(timer).toBeEmpty();
  await password.fill(person.password);
  await confirm.click();
  await expect(proof.getByRole("status").getByText("Too many attempts.")).toBeVisible();
  await expect(timer).toHaveText(/^Try again in (10 minutes|9 minutes and \d+ seconds)\.$/);
  await expect(confirm).toHaveAttribute("aria-disabled", "true");
  await password.press("Enter");
  await confirm.click({ force: true });
  await page.clock.fastForward("00:05:00");
  await expect(timer).toHaveText(/^Try again in (5 minutes|4 minutes and \d+ seconds)\.$/);
  expect(proofs()).toBe(1);
  await page.clock.fastForward("00:05:10");
  await expect(timer).toHaveText("You can try again now.");
  await expect(confirm).not.toHaveAttribute("aria-disabled");
  await confirm.click();
  await expect(page).toHaveURL("/");
  expect(proofs()).toBe(2);
});
