import { existsSync } from "node:fs";

/** A stock Firefox: Playwright's own is patched, and could only be downloaded. Without any there are no tests in it. */
export const FIREFOX: string | undefined =
  process.env.FIREFOX_PATH ??
  ["/usr/bin/firefox-esr", "/usr/bin/firefox", "/Applications/Firefox.app/Contents/MacOS/firefox"].find((path) => existsSync(path));

/** The files whose tests run in Firefox too: signing in and out, accounts, devices, forms, and what goes wrong. */
export const FILES = ["entry", "forms", "history", "password", "plain", "secrets", "session", "sessions", "setup", "touched", "trouble", "two"].map(
  (name) => `${name}.spec.ts`,
);

/** What is left to Chromium in these files, and why. */
export const LEFT_TO_CHROMIUM = [
  // Its driver cannot turn script off. A Firefox that was started without runs none of Playwright's own waiting either:
  // without-script.spec.ts drives that one in another way.
  / without script /,
  // An answer that a test changes on its way does not reach the page there.
  / with cookies blocked, a sign-in says so/,
];
