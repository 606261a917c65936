import { expect, type Page } from "./index";

/** Starts to type a display name, which must not get lost. */
export async function startName(page: Page) {
  await page.getByLabel("Display name").fill("half a na");
}

/** What was typed is still there. */
export async function isStillTyped(page: Page) {
  await expect(page.getByLabel("Display name")).toHaveValue("half a na");
}

/** The button that saves it. */
export const save = (page: Page) => page.getByRole("button", { name: "Save" });
