import { randomInt } from "node:crypto";
import type { APIRequestContext } from "@playwright/test";
import { counting, expect, fillLogin, formLives, openAccount, origin, signIn, test, type Person } from "./support";

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
  watch.expect(429, "/action/login");
  await fillLogin(page, person);
  const button = page.locator("form.card button:not([type])");
  await button.click();
  const summary = page.getByRole("alert");
  await expect(summary).toContainText("Too many failed attempts to sign in to this account.");
  const timer = page.getByRole("timer");
  await expect(timer).toHaveText(/^Try again in 1[45] minutes/);
  await expect(button).toHaveAttribute("aria-disabled", "true");
  await expect(button).not.toHaveAttribute("disabled"); // it keeps its place in the order of focus
  await page.clock.runFor("00:10:00");
  await expect(timer).toHaveText(/^Try again in [45] minutes/);
  await page.clock.runFor("00:05:10");
  await expect(timer).toHaveText("You can try again now.");
  await expect(button).not.toHaveAttribute("aria-disabled");
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
  await page.clock.runFor("00:05:00");
  await expect(timer).toHaveText(/^Try again in (5 minutes|4 minutes and \d+ seconds)\.$/);
  expect(proofs()).toBe(1);
  await page.clock.runFor("00:05:10");
  await expect(timer).toHaveText("You can try again now.");
  await expect(confirm).not.toHaveAttribute("aria-disabled");
  await confirm.click();
  await expect(page).toHaveURL("/");
  expect(proofs()).toBe(2);
});
