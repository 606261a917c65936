import { existsSync } from "node:fs";
import { defineConfig, devices } from "@playwright/test";

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
  use: {
    ...devices["Desktop Chrome"],
    baseURL: url,
    trace: "retain-on-failure",
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
  projects: [{ name: "chromium" }],
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
