import { ageProof, expect, signIn, test } from "./support";
import { startClient, type ClientApp } from "./support/client";
import { sender } from "./support/stage";

// The whole journey of a person whom another program sends here, on another origin, with script and without.
for (const [how, javaScriptEnabled] of [["without script", false], ["with script", true]] as const) {
  test.describe(how, () => {
    test.use({ javaScriptEnabled });
    let app: ClientApp;

    test.beforeAll(async () => {
      app = await startClient();
    });
    test.afterAll(async () => app.stop());
    test.beforeEach(() => app.answers.splice(0));

    test("sign-in, consent, and back", async ({ page, person }) => {
      await page.goto(app.authorize());
      await expect(page.getByText("Sign in to go on to Lanterns.")).toBeVisible();
      await page.locator("#login-identifier").fill(person.username);
      await page.locator("#login-password").fill(person.password);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Lanterns asks for access");
      await expect(page.getByText(`You are signed in as ${person.username}.`)).toBeVisible();
      // Nothing is lost by a reload, and by the button back.
      await page.reload();
      await page.goBack();
      await page.goForward();
      await page.getByRole("button", { name: "Allow", exact: true }).click();
      await expect(page.getByRole("heading", { name: "Signed in" })).toBeVisible();
      expect(page.url().startsWith(app.callback)).toBe(true);
      const [answer] = app.answers;
      expect(answer?.params.get("state")).toBe("a state");
      expect(answer?.params.get("iss")).toBe(new URL(app.authorize()).origin);
      expect(answer?.referrer).toBeUndefined();
      const tokens = await app.exchange();
      expect(tokens).toMatchObject({ token_type: "Bearer", scope: "openid profile email" });

      // The second time nobody is asked, and nothing is shown.
      await page.goto(app.authorize());
      await expect(page.getByRole("heading", { name: "Signed in" })).toBeVisible();
      expect(app.answers).toHaveLength(2);

      // What was let in is listed, and taken away by one button.
      await page.goto("/account/apps");
      await expect(page.getByRole("heading", { name: "Lanterns" })).toBeVisible();
      await page.getByRole("button", { name: "Take access away from Lanterns" }).click();
      await expect(page.getByText("No app has access to your account.")).toBeVisible();
      const told = await page.request.get("/oauth/userinfo", {
        headers: { authorization: `Bearer ${String(tokens.access_token)}` },
      });
      expect(told.status()).toBe(401);
    });

    test("no is an answer", async ({ page, person }) => {
      await signIn(page.context(), person);
      await page.goto(app.authorize());
      await page.getByRole("button", { name: "Do not allow" }).click();
      await expect(page.getByRole("heading", { name: "Signed in" })).toBeVisible();
      expect(app.answers[0]?.params.get("error")).toBe("access_denied");
    });

    test("the answer as a form goes on at a button", async ({ page, person }) => {
      await signIn(page.context(), person);
      await page.goto(app.authorize({ response_mode: "form_post" }));
      await page.getByRole("button", { name: "Allow", exact: true }).click();
      await page.getByRole("button", { name: "Continue" }).click();
      await expect(page.getByRole("heading", { name: "Signed in" })).toBeVisible();
      expect(app.answers.map(({ method }) => method)).toEqual(["POST"]);
      expect(await app.exchange()).toMatchObject({ token_type: "Bearer" });
    });

    test("a new proof, and back", async ({ page, person }) => {
      await signIn(page.context(), person);
      ageProof(person.username);
      await page.goto(app.authorize({ max_age: "600" }));
      await expect(page.getByText("Lanterns asks you to confirm who you are.")).toBeVisible();
      await page.locator("#proof-password").fill(person.password);
      await sender(page, "proof").click();
      await page.getByRole("button", { name: "Allow", exact: true }).click();
      await expect(page.getByRole("heading", { name: "Signed in" })).toBeVisible();
    });
  });
}

test("a callback that goes on to a program's own scheme leaves the link", async ({ page, person }) => {
  const app = await startClient([], "com.example.lanterns:/done");
  try {
    await signIn(page.context(), person);
    await page.goto(app.authorize());
    await page.getByRole("button", { name: "Allow", exact: true }).click();
    await expect.poll(() => app.answers.length).toBeGreaterThan(0);
    await expect(page.getByRole("link", { name: "Continue" })).toBeVisible();
  } finally {
    await app.stop();
  }
});

test("a popup keeps sight of the page that has opened it", async ({ page, person }) => {
  const app = await startClient();
  try {
    await page.goto(`${app.url}/popup?to=${encodeURIComponent(app.authorize())}`);
    const [popup] = await Promise.all([page.waitForEvent("popup"), page.getByRole("button", { name: "Sign in" }).click()]);
    await popup.locator("#login-identifier").fill(person.username);
    await popup.locator("#login-password").fill(person.password);
    await popup.getByRole("button", { name: "Sign in", exact: true }).click();
    await popup.getByRole("button", { name: "Allow", exact: true }).click();
    await expect(page).toHaveTitle("answered");
  } finally {
    await app.stop();
  }
});
