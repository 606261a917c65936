import { expect, wakes, type Page } from "./index";

/** Waits until the panel has a token, stored or in memory. */
export async function panelLives(page: Page) {
  await wakes(page);
  await expect(page.locator("#panel-token")).toBeVisible();
}

/** Opens the page with the panel that calls the guarded API, and waits until it shows a token. */
export async function openDeveloper(page: Page, url = "") {
  await page.goto(`${url}/account/developer`);
  await panelLives(page);
}

/** The panel that calls the guarded API. */
export function panel(page: Page) {
  return page.locator("#panel");
}

/** Waits until the panel shows what a call brought: of the route status and time too, of the server function nothing else. */
export async function isAnswered(page: Page, note = /^200 · \d+ ms$/) {
  await expect(page.locator("#panel-body-note")).toHaveText(note);
  await expect(panel(page).locator("#panel-body")).toBeVisible();
  await expect(page.locator("#panel-body")).not.toBeEmpty();
}

/** What the panel says where a call brought no answer. */
export function panelSays(page: Page) {
  return panel(page).getByRole("status");
}

/** Sends the panel's request, which must succeed. */
export async function sendRequest(page: Page) {
  const answer = page.waitForResponse("**/api/v1/me");
  await panel(page).getByRole("button", { name: "Send request" }).click();
  expect((await answer).status()).toBe(200);
  await isAnswered(page);
}

/** Calls the panel's server function, which must succeed. */
export async function callFunction(page: Page) {
  const answer = page.waitForResponse("**/action/whoami");
  await panel(page).getByRole("button", { name: "Call server function" }).click();
  expect((await answer).status()).toBe(200);
  await isAnswered(page, /^$/);
}
