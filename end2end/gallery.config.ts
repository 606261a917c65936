import { defineConfig } from "@playwright/test";
import base from "./playwright.config";

// Pictures for people to look at: no part of the tests.
export default defineConfig(base, {
  testDir: "gallery",
  outputDir: "../target/gallery/results",
  globalTeardown: "./gallery/sheet.ts",
});
