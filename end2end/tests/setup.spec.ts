import { accountLives, expect, formLives, stranger, test, token } from "./support";

test("the set-up form makes the first administrator and signs them in", async ({ page, serve, watch }) => {
  watch.expect(410, "/setup");
  const { url, setupLink } = await serve();
  const person = stranger();
  await page.goto(setupLink);
  await formLives(page);
  await page.getByLabel("Username").fill(person.username);
  await page.getByLabel("Password", { exact: true }).fill("short");
  await page.getByRole("button", { name: "Create administrator" }).click();
  await expect(page.getByRole("alert")).toContainText("The password must have at least 15 characters.");
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Create administrator" }).click();
  await expect(page).toHaveURL(`${url}/account`);
  await accountLives(page);
  await expect(page.getByText(`Signed in as ${person.username}`)).toBeVisible();
  await expect(page.getByRole("definition").filter({ hasText: "admin" })).toBeVisible();
  expect(await token(page)).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);

  // The link is spent.
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("link", { name: "Sign in" })).toBeVisible();
  await page.goto(setupLink);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("This link is no longer valid");
});
