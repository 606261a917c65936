import { createHash, randomBytes } from "node:crypto";
import { ageProof, expect } from "./index";
import { createClient, known } from "./client";
import { goToStill, type Place } from "./stage";

const CALLBACK = "https://lanterns.example/callback";

/** The address to which a new client sends a browser. */
async function asked(others: Record<string, string> = {}, ...more: string[]): Promise<string> {
  const id = `lanterns-${randomBytes(6).toString("hex")}`;
  const who = more.includes("--role") ? [] : ["--everybody"];
  const usual = ["--kind", "web", "--name", "Lanterns", "--redirect-uri", CALLBACK, "--id-token-alg", "ES256"];
  createClient([id, ...usual, ...who, ...more]);
  const params = new URLSearchParams({
    client_id: id,
    redirect_uri: CALLBACK,
    response_type: "code",
    scope: "openid profile email offline_access",
    code_challenge: createHash("sha256").update("a").digest("base64url"),
    code_challenge_method: "S256",
    ...others,
  });
  return known(`/oauth/authorize?${params.toString()}`);
}

/** Pages of a sign-in elsewhere; none of them loads a module. */
export const CLIENTS: Place[] = [
  {
    name: "consent",
    signedIn: true,
    visit: async ({ page }) => {
      await goToStill(page, await asked({}, "--policy-uri", "https://lanterns.example/privacy"));
      await expect(page.locator('button[value="allow"]')).toBeVisible();
    },
  },
  {
    name: "consent-forbidden",
    signedIn: true,
    visit: async ({ page }) => {
      await goToStill(page, await asked({}, "--role", "admin", "--contact", "it@lanterns.example"));
      await expect(page.locator('button[value="deny"]')).toBeVisible();
    },
  },
  {
    name: "choose",
    signedIn: true,
    visit: async ({ page, person }) => {
      ageProof(person.username);
      await goToStill(page, await asked({ prompt: "select_account" }));
      await expect(page.locator('a[href$="&chosen"]')).toBeVisible();
    },
  },
  {
    name: "client-proof",
    signedIn: true,
    visit: async ({ page, person }) => {
      ageProof(person.username);
      await goToStill(page, await asked({ max_age: "60" }));
      await expect(page.locator("#proof-password")).toBeVisible();
    },
  },
  {
    name: "onward-form",
    signedIn: true,
    visit: async ({ page }) => {
      await goToStill(page, await asked({ response_mode: "form_post", prompt: "none" }));
      await expect(page.locator(`form[action="${CALLBACK}"]`)).toBeVisible();
    },
  },
  {
    name: "client-unknown",
    signedIn: false,
    visit: async ({ page, watch }) => {
      watch.expect(400, "/oauth/authorize");
      await goToStill(page, "/oauth/authorize?client_id=nobody");
      await expect(page.locator("main.closed")).toBeVisible();
    },
  },
  {
    name: "signed-out",
    signedIn: false,
    visit: async ({ page }) => goToStill(page, "/oauth/end_session"),
  },
  {
    name: "sign-out-asked",
    signedIn: true,
    visit: async ({ page }) => {
      await goToStill(page, "/oauth/end_session");
      await expect(page.locator('form[action="/oauth/end_session/confirm"]')).toBeVisible();
    },
  },
];
