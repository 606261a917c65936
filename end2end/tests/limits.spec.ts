import { request } from "@playwright/test";
import {
  ageProof,
  comeBack,
  counting,
  expect,
  fillLogin,
  formLives,
  openAccount,
  origin,
  register,
  signIn,
  signOut,
  summary,
  test,
  toast,
  token,
  wrong,
  type Page,
} from "./support";
import { burn } from "./support/elsewhere";

/** The button that sends the form for signing in. */
const sender = (page: Page) => page.locator("main form.card button:not([type])");
/** For how long to wait. */
const timer = (page: Page) => page.locator("main").getByRole("timer");

test("who has to wait sees for how long, and may then go on", async ({ page, person, watch }) => {
  await burn(person);
  await page.clock.install();
  await page.goto("/login");
  await formLives(page);
  watch.expect(429, "/action/enter");
  await fillLogin(page, person);
  const button = sender(page);
  await button.click();
  await expect(summary(page)).toContainText("Too many wrong passwords were tried for this account.");
  await expect(timer(page)).toHaveText(/^Try again in 1[45] minutes\.$/);
  await expect(button).toHaveAttribute("aria-disabled", "true");
  await expect(button).not.toHaveAttribute("disabled"); // it keeps its place in the order of focus
  await page.clock.fastForward("00:10:00");
  await expect(timer(page)).toHaveText(/^Try again in [56] minutes\.$/);
  await page.clock.fastForward("00:05:10");
  // The box goes, and what holds now is said politely.
  await expect(summary(page)).toBeHidden();
  await expect(toast(page)).toHaveText("You can try again now.");
  await expect(page).not.toHaveTitle(/^Error/);
  await expect(button).not.toHaveAttribute("aria-disabled");
});

test("a laptop that slept, or a hidden tab, sees on its return how long there is to wait", async ({ page, person, watch }) => {
  await burn(person);
  await page.clock.install();
  await page.goto("/login");
  await formLives(page);
  watch.expect(429, "/action/enter");
  await fillLogin(page, person);
  await sender(page).click();
  await expect(timer(page)).toHaveText(/^Try again in 1[45] minutes\.$/);
  const began = await page.evaluate(() => Date.now());
  await page.clock.pauseAt(began + 60_000);
  await expect(timer(page)).toHaveText(/^Try again in 1[345] minutes\.$/);
  // No timer runs while the tab is hidden; its return is enough.
  await page.clock.setSystemTime(began + 10 * 60_000);
  await comeBack(page);
  await expect(timer(page)).toHaveText(/^Try again in [56] minutes\.$/);
  // Not even that is needed to send what the server would take.
  const asked = counting(page.context(), "/action/enter");
  await sender(page).click({ force: true });
  expect(asked()).toBe(0);
  await page.clock.setSystemTime(began + 16 * 60_000);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await sender(page).click({ force: true });
  await expect.poll(asked).toBe(1);
  // The server's own clock stood still.
  await expect(timer(page)).toHaveText(/^Try again in 1[45] minutes\.$/);
});

test("a clock that is set back makes nobody wait longer", async ({ page, person, watch }) => {
  await burn(person);
  await page.clock.install();
  await page.goto("/login");
  await formLives(page);
  watch.expect(429, "/action/enter");
  await fillLogin(page, person);
  await sender(page).click();
  await expect(timer(page)).toHaveText(/^Try again in 1[45] minutes\.$/);
  const began = await page.evaluate(() => Date.now());
  await page.clock.pauseAt(began + 60_000);
  await page.clock.setSystemTime(began - 24 * 3_600_000);
  await comeBack(page);
  await expect(timer(page)).toHaveText(/^Try again in 1[345] minutes\.$/);
  await page.clock.setSystemTime(began - 24 * 3_600_000 + 15 * 60_000);
  await comeBack(page);
  await expect(summary(page)).toBeHidden();
  await expect(toast(page)).toHaveText("You can try again now.");
});

test("who has to wait for one account may sign in to another", async ({ page, person, request, watch }) => {
  const other = await register(request);
  await burn(person);
  await page.goto("/login");
  await formLives(page);
  watch.expect(429, "/action/enter");
  await fillLogin(page, person);
  await sender(page).click();
  const name = page.getByLabel("Username");
  await expect(summary(page)).toContainText("Too many wrong passwords were tried for this account.");
  await expect(sender(page)).toHaveAttribute("aria-disabled", "true");

  // Another password does not change whose account it is.
  await page.getByLabel("Password", { exact: true }).fill(other.password);
  await expect(sender(page)).toHaveAttribute("aria-disabled", "true");
  await name.fill(other.username);
  await expect(sender(page)).not.toHaveAttribute("aria-disabled");
  await expect(summary(page)).toBeHidden();
  await expect(page).not.toHaveTitle(/^Error/);
  // The wait of the first account goes on.
  await name.fill(person.username);
  await expect(sender(page)).toHaveAttribute("aria-disabled", "true");
  await expect(timer(page)).toHaveText(/^Try again in 1[45] minutes\.$/);

  await fillLogin(page, other);
  await sender(page).click();
  await expect(page).toHaveURL(/\/account$/);
});

test("who has to wait for their network waits for every account", async ({ page, person, address, watch }) => {
  watch.expect(429, "/action/enter");
  // Somebody at the same address tries a password on one account after the other.
  const neighbour = await request.newContext({ baseURL: origin(), extraHTTPHeaders: { "X-Forwarded-For": address } });
  let code = "";
  for (let n = 0; n < 200 && !code; n += 1) {
    const data = { identifier: `nobody-${n}-${person.username}`, password: "wrong lanterns by a door" };
    const answer = await neighbour.post("/api/v1/login", { data });
    if (answer.status() === 429) code = (await answer.json()).code;
  }
  await neighbour.dispose();
  expect(["source_blocked", "too_many_requests"]).toContain(code);

  const asked = counting(page.context(), "/action/enter");
  await page.goto("/login");
  await formLives(page);
  await fillLogin(page, person);
  await sender(page).click();
  await expect(summary(page)).toContainText(
    code === "source_blocked" ? "Sign-in from your network is blocked. Wait, or ask the people who run this service." : "Too many attempts.",
  );
  await expect(timer(page)).toHaveText(/^Try again in \d+ (second|minute|hour)s?\.$/);
  if (code === "source_blocked") {
    await fillLogin(page, { ...person, username: "somebody-else" });
    await expect(summary(page)).toBeVisible();
    await expect(sender(page)).toHaveAttribute("aria-disabled", "true");
    await sender(page).click({ force: true });
  }
  expect(asked()).toBe(1);
});

test("the browser that somebody uses lets them in whatever strangers do", async ({ page, person }) => {
  await page.goto("/login");
  await formLives(page);
  await fillLogin(page, person);
  await sender(page).click();
  await expect(page).toHaveURL(/\/account$/);
  await openAccount(page);
  await signOut(page);
  await burn(person);
  await page.goto("/login");
  await formLives(page);
  await fillLogin(page, person);
  await sender(page).click();
  await expect(page).toHaveURL(/\/account$/);
});

test("who guesses too often at the password sees for how long to wait", async ({ page, context, person, watch }) => {
  watch.expect(401, "/action/act");
  watch.expect(429, "/action/act");
  await signIn(context, person);
  ageProof(person.username);
  await openAccount(page, "", "/account/devices");
  await page.clock.install();
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-script", "awake");
  const proofs = counting(context, "/action/act");
  await page.getByRole("button", { name: "Sign out everywhere", exact: true }).click();
  await page.locator("#ask-go").click();

  const proof = page.getByRole("dialog", { name: "Confirm that it is you" });
  const [password, confirm] = [proof.getByLabel("Password", { exact: true }), proof.getByRole("button", { name: "Confirm" })];
  const box = proof.locator(".summary");
  await expect(box).toBeHidden();
  // As long as the server listens.
  for (let n = 0; n < 15 && !(await box.isVisible()); n += 1) {
    const answer = page.waitForResponse("**/action/act");
    await password.fill(`guess number ${n} at it`);
    await confirm.click();
    await answer;
    await expect(confirm).not.toHaveAttribute("aria-busy");
  }
  await expect(box).toContainText("Too many attempts.");
  await expect(wrong(page, "proof-password")).toBeEmpty();
  const timer = proof.getByRole("timer");
  await expect(timer).toHaveText(/^Try again in (\d+ seconds|[12] minutes?)\.$/);
  await expect(confirm).toHaveAttribute("aria-disabled", "true");
  const before = proofs();
  await password.fill(person.password);
  await password.press("Enter");
  await confirm.click({ force: true });
  expect(proofs()).toBe(before);
  await page.clock.fastForward("00:00:30");
  await expect(timer).toHaveText(/^Try again in \d+ seconds\.$/);
  await page.clock.fastForward("00:01:40");
  await expect(box).toBeHidden();
  await expect(toast(page)).toHaveText("You can try again now.");
  await expect(confirm).not.toHaveAttribute("aria-disabled");
  // The server's own clock did not move.
  const answer = page.waitForResponse("**/action/act");
  await confirm.click();
  expect((await answer).status()).toBe(429);
  await expect(timer).toHaveText(/^Try again in (\d+ seconds|1 minute)\.$/);
});

test("a form without fields says in passing for how long to wait, and leaves the title alone", async ({ page, context, person, watch }) => {
  watch.expect(429, "/action/act");
  await signIn(context, person);
  await openAccount(page, "", "/account/devices");
  const headers = { authorization: `Bearer ${await token(page)}` };
  // As many ends as may be are used up right before.
  await page.route("**/action/act", async (route) => {
    let status = 404;
    while (status === 404) status = (await context.request.delete("/api/v1/me/sessions/018f3f2e-0000-7000-8000-000000000000", { headers })).status();
    expect(status).toBe(429);
    await route.continue();
  });
  const title = await page.title();
  await page.getByRole("button", { name: "Sign out everywhere", exact: true }).click();
  await page.locator("#ask-go").click();
  await expect(toast(page)).toHaveText(/^Too many attempts\. Try again in \d seconds?\.$/);
  await expect(page).toHaveTitle(title);
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("who has to wait is told for how long, and the button is not dead", async ({ page, person, watch }) => {
    watch.expect(429, "/login");
    await burn(person);
    await page.goto("/login");
    await fillLogin(page, person);
    await sender(page).click();
    await expect(summary(page)).toContainText("Too many wrong passwords were tried for this account.");
    await expect(summary(page).getByRole("timer")).toHaveText(/^Try again in 1[45] minutes\.$/);
    await expect(sender(page)).not.toHaveAttribute("aria-disabled");
    await expect(page.getByLabel("Username")).toHaveValue(person.username);
  });
});

test("a refusal before script runs goes on counting when it does", async ({ page, person, watch }) => {
  watch.expect(429, "/login");
  await burn(person);
  await page.clock.install();
  // The form is sent by the browser.
  await page.goto("/login");
  await formLives(page);
  await fillLogin(page, person);
  await page.evaluate(() => document.querySelector<HTMLFormElement>("form[data-form=login]")?.submit());
  await expect(summary(page)).toBeVisible();
  await formLives(page);
  await expect(summary(page).getByRole("timer")).toHaveText(/^Try again in 1[45] minutes\.$/);
  await expect(sender(page)).toHaveAttribute("aria-disabled", "true");
  await page.clock.fastForward("00:15:10");
  await expect(summary(page)).toBeHidden();
  await expect(sender(page)).not.toHaveAttribute("aria-disabled");
  await expect(page).not.toHaveTitle(/^Error/);
});
