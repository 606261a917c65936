import { openAccount } from "./index";
import { ACCOUNT_PAGES, nameOf } from "./pages";
import { PERSONS } from "./places-of-a-person";
import { CLIENTS } from "./places-of-clients";
import { FACTORS } from "./places-of-factors";
import { LINKED } from "./places-of-links";
import { STRANGERS } from "./places-of-strangers";
import type { Place } from "./stage";

export { sender } from "./stage";

/** A page of the account without a place of its name: as it is when somebody opens it. */
const OTHERS: Place[] = ACCOUNT_PAGES.filter((path) => !PERSONS.some(({ name }) => name === nameOf(path))).map((path) => ({
  name: nameOf(path),
  signedIn: true,
  visit: async ({ page }) => openAccount(page, "", path),
}));

/** Every page, and every state that looks different. */
export const PLACES = [...STRANGERS, ...LINKED, ...PERSONS, ...FACTORS, ...CLIENTS, ...OTHERS];
