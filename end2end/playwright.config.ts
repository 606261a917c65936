import { existsSync } from "node:fs";
import { join } from "node:path";
import { defineConfig, devices } from "@playwright/test";
import { FILES, FIREFOX, LEFT_TO_CHROMIUM } from "./firefox/share";

// scripts/e2e builds the server and sets these.
const server = process.env.E2E_SERVER;
const data = process.env.E2E_DATA;
const port = process.env.E2E_PORT ?? "3900";
if (!server || !data) {
  throw new Error("start the browser tests with: scripts/e2e [Playwright's arguments]");
}

const inCi = process.env.CI === "true";
const url = `http://localhost:${port}`;
// Playwright's own download is the last choice: it cannot be had everywhere.
const chromium =
  process.env.CHROMIUM_PATH ?? ["/usr/bin/chromium"].find((path) => existsSync(path));

export default defineConfig({
  testDir: "tests",
  outputDir: "../target/e2e/results",
  workers: 2,
  fullyParallel: true,
  retries: 0, // a test that passes at the second try hides a fault
  forbidOnly: inCi,
  reporter: inCi ? "line" : "list",
  use: { baseURL: url, trace: "retain-on-failure" },
  projects: [
    {
      name: "chromium",
      use: {
        ...devices["Desktop Chrome"],
        // A test's first look at a new page can come before its stylesheet; Chromium then ends a
        // view transition with an error. The tests of motion turn it on.
        contextOptions: { reducedMotion: "reduce" },
        launchOptions: {
          ...(chromium ? { executablePath: chromium } : {}),
          args: [
            // Without its sandbox as root, where Chromium refuses it; the tests open our own pages only.
            ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
            // Chromium calls home without these.
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-domain-reliability",
            "--disable-sync",
            "--disable-quic",
            "--no-first-run",
            "--no-default-browser-check",
          ],
        },
      },
    },
    ...(FIREFOX
      ? [
          {
            name: "firefox",
            testMatch: FILES,
            grepInvert: LEFT_TO_CHROMIUM,
            use: {
              browserName: "firefox" as const,
              channel: "moz-firefox",
              viewport: { width: 1280, height: 720 },
              // Pictures would be taken all the time, one by one.
              trace: { mode: "retain-on-failure" as const, screenshots: false },
              launchOptions: {
                executablePath: join(__dirname, "firefox/launch.mjs"),
                env: { ...process.env, FIREFOX_PATH: FIREFOX },
                // Light colours and less motion, for which its driver cannot ask.
                firefoxUserPrefs: { "layout.css.prefers-color-scheme.content-override": 1, "ui.prefersReducedMotion": 1 },
              },
            },
          },
          { name: "firefox-without-script", testDir: "firefox" },
        ]
      : []),
  ],
  webServer: {
    command: `exec "${server}" serve`,
    url: `${url}/healthz`,
    reuseExistingServer: false,
    timeout: 30_000,
    gracefulShutdown: { signal: "SIGTERM", timeout: 10_000 },
    env: {
      VESTIBULE_LISTEN: `127.0.0.1:${port}`,
      VESTIBULE_PUBLIC_URL: url,
      VESTIBULE_DATA_DIR: data,
      VESTIBULE_TRUSTED_PROXIES: "127.0.0.0/8, ::1",
      VESTIBULE_LOG_LEVEL: "warn",
    },
  },
});
