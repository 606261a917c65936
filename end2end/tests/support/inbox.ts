import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type APIRequestContext } from "@playwright/test";

/** A mail of a flow in an inbox, as far as tests read it: it has a code, and most have a link. */
export interface Mail {
  subject: string;
  links: [string, ...string[]];
  codes: [string, ...string[]];
}

/**
 * The newest mail to somebody with this subject, once it has arrived in the inbox of a data folder. The context is a new one: the inbox is not for what a
 * proxy passes on, as the other tests pretend to be.
 */
export async function mailTo(
  request: APIRequestContext,
  address: string,
  subject: string,
  data = process.env.E2E_DATA ?? "",
): Promise<Mail> {
  const inbox = readFileSync(join(data, "mail-inbox.txt"), "utf8").trim();
  let found: Mail | undefined;
  await expect(async () => {
    const answer = await request.get(`${inbox}&to=${encodeURIComponent(address)}`, {
      headers: { accept: "application/json" },
    });
    found = ((await answer.json()) as Mail[]).find((mail) => mail.subject === subject);
    expect(found).toBeDefined();
  }).toPass();
  return found as Mail;
}
