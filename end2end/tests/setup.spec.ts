import { accountLives, expect, formLives, isSignedInAs, signOut, stranger, test, token, wrong } from "./support";

test("the set-up form makes the first administrator, signs them in and says what comes next", async ({ page, serve, watch }) => {
  watch.expect(410, "/setup");
  const { url, setupLink } = await serve();
  const person = stranger();
  await page.goto(setupLink);
  await formLives(page);
  // The token is not in the address any more.
  await expect(page).toHaveURL(`${url}/setup`);
  await page.getByLabel("Username").fill(person.username);
  await page.getByLabel("Password", { exact: true }).fill("short");
  await page.getByRole("button", { name: "Create administrator" }).click();
  await expect(wrong(page, "setup-password")).toHaveText("At least 15 characters.");
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Create administrator" }).click();
  await expect(page).toHaveURL(`${url}/account/ready`);
  await accountLives(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Vestibule is ready");
  await expect(page.locator("main ol > li h2")).toHaveText(["Administrator created Done", "Name it To do", "Put https in front To do"]);
  await page.getByRole("link", { name: "Go to your account" }).click();
  await expect(page).toHaveURL(`${url}/account`);
  await isSignedInAs(page, person.username);
  // Who may know it is told the version.
  await expect(page.locator("footer")).toContainText(/Version \d+\.\d+/);
  await page.getByRole("link", { name: "Developer" }).click();
  await expect(page.locator(".row").filter({ hasText: "Roles" })).toContainText("admin");
  await accountLives(page);
  expect(await token(page)).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);

  // The link is spent.
  await signOut(page);
  await page.goto(setupLink);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("This link is no longer valid");
});

test("the page after set-up is for administrators", async ({ page, context, person, watch }) => {
  watch.expect(403, "/account/ready");
  await context.request.post("/api/v1/login", {
    headers: { origin: new URL((await page.goto("/login"))?.url() ?? "").origin },
    data: { identifier: person.username, password: person.password, session: "cookie" },
  });
  await page.goto("/account/ready");
  await expect(page).toHaveURL("/account/ready");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByText("vestibule doctor")).toHaveCount(0);
  await expect(page.locator("footer")).not.toContainText("Version");
});
