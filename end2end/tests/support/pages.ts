import { readFileSync } from "node:fs";
import { join } from "node:path";

// A row of the table of routes, as src/tests/page_lists.rs holds it against the table itself.
const ROW = /GET "([^"]+)" SignedIn =>/g;
const rows = readFileSync(join(__dirname, "../../../src/server/router/routes/account.rs"), "utf8");

/** The pages of the account: a page that has a row is in all tests of pages. */
export const ACCOUNT_PAGES: string[] = [...rows.matchAll(ROW)].map(([, path = ""]) => path);

/** The same, and the forms that some of them show when they are asked to. */
export const ACCOUNT_VIEWS = [...ACCOUNT_PAGES, "/account?edit", "/account?edit=username"];

/** The name of a page, which its place has too. */
export const nameOf = (path: string) => path.split("/").at(-1) ?? "";
