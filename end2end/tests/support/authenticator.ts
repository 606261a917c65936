import { expect, type APIRequestContext, type BrowserContext } from "@playwright/test";
import { generateSync } from "otplib";
import { origin, type Page, type Person } from "./index";
import { sender } from "./stage";

/** Somebody with an authenticator app. */
export interface Enrolled {
  /** The seed of the app. */
  secret: string;
  /** The recovery codes. */
  codes: string[];
  /** The moment whose code confirmed the app, in Unix seconds. */
  usedAt: number;
}

/** The code that an app of another make shows, so many seconds later than now. */
export function appCode(secret: string, later = 0): string {
  return generateSync({ secret, epoch: Math.floor(Date.now() / 1000) + later });
}

/** Sets up an authenticator app through the API. The code of this half minute is used by it; the next one is right already. */
export async function enrol(request: APIRequestContext, person: Person, url = origin()): Promise<Enrolled> {
  const data = { identifier: person.username, password: person.password };
  const { access_token } = await (await request.post(`${url}/api/v1/login`, { data })).json();
  const headers = { authorization: `Bearer ${access_token}` };
  const { secret } = await (await request.post(`${url}/api/v1/me/totp`, { headers })).json();
  const usedAt = Math.floor(Date.now() / 1000);
  const confirmed = await request.put(`${url}/api/v1/me/totp`, { headers, data: { code: appCode(secret) } });
  expect(confirmed.status(), await confirmed.text()).toBe(200);
  return { secret, codes: (await confirmed.json()).recovery_codes, usedAt };
}

/** Gives a browser the session cookie of somebody with an app, without a page; and trusts it, if it is to be. */
export async function signInWithCode(context: BrowserContext, person: Person, code = "", url = origin(), trust = false) {
  const headers = { origin: url };
  const data = { identifier: person.username, password: person.password, session: "cookie" };
  const { flow } = await (await context.request.post(`${url}/api/v1/login`, { headers, data })).json();
  const opened = await context.request.post(`${url}/api/v1/login/factor`, { headers, data: { flow, code, trust_device: trust } });
  expect(opened.status(), await opened.text()).toBe(200);
}

/** Begins to set up an app on its page, where somebody is signed in; answers the seed. */
export async function beginSetUp(page: Page): Promise<string> {
  await page.goto("/account/factor");
  await sender(page, "totp_begin").click();
  return (await page.locator("code.key").innerText()).replaceAll(" ", "");
}

/** Sets up an app on its page; answers the seed. The recovery codes are shown then. */
export async function turnOn(page: Page): Promise<string> {
  const secret = await beginSetUp(page);
  await page.locator("#totp_confirm-app_code").fill(appCode(secret));
  await sender(page, "totp_confirm").click();
  await expect(page.locator("#codes-text")).toBeVisible();
  return secret;
}

/** Says that the recovery codes are kept. */
export async function keepCodes(page: Page) {
  await sender(page, "codes_kept").click();
  await expect(page.locator("#codes-text")).toHaveCount(0);
}
