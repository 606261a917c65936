import type { Locator } from "@playwright/test";
import { chooseLanguage, cookieName, expect, formLives, wakes, type Page, type Person } from "./index";
import type { OwnServer } from "./server";
import type { Watch } from "./watch";

/** What a visit may use. */
export interface Stage {
  page: Page;
  person: Person;
  watch: Watch;
  serve: (settings?: Record<string, string>) => Promise<OwnServer>;
}

/** A page in a state, as somebody sees it. Elements are found by what they are: the page may be in any language. */
export interface Place {
  name: string;
  signedIn: boolean;
  /** Goes there and waits until it stands still. */
  visit: (stage: Stage) => Promise<void>;
}

export const MISSING = "/no/such/page";
export const WRONG = "not the password at all";

/** The button that sends a form. */
export const sender = (page: Page, form: string): Locator =>
  page.locator(`form[data-form=${form}]:visible button:not([type])`);

/** Goes to a page and waits for its script. */
export async function goTo(page: Page, path: string) {
  await page.goto(path);
  await wakes(page);
}

/** Goes to a page that has no script: nothing on it needs any. */
export async function goToStill(page: Page, path: string) {
  await page.goto(path);
  await expect(page.locator("html")).not.toHaveAttribute("data-script");
}

/** Has another server speak the language of the test. */
export async function keepLanguage(page: Page, url: string) {
  const language = (await page.context().cookies()).find(({ name }) => name === cookieName("language"));
  if (language) await chooseLanguage(page.context(), language.value, url);
}

/** Sends the set-up form of a server of its own, in the language of the browser; answers the server's address. */
export async function claim({ page, person, serve }: Pick<Stage, "page" | "person" | "serve">, settings: Record<string, string> = {}) {
  const { url, setupLink } = await serve(settings);
  await keepLanguage(page, url);
  await page.goto(setupLink);
  await formLives(page);
  await page.locator("#setup-username").fill(person.username);
  await page.locator("#setup-password").fill(person.password);
  await sender(page, "setup").click();
  return url;
}
