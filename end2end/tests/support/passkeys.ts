import { expect } from "@playwright/test";
import { type Page } from "./index";
import { sender } from "./stage";

/** What Chromium's virtual authenticator can be told. */
export interface VirtualAuthenticator {
  /** Whether the authenticator knows who is there. */
  verifies(known: boolean): Promise<void>;
  /** Whether somebody answers it. */
  answers(present: boolean): Promise<void>;
  /** The ids of its passkeys, in base64. */
  ids(): Promise<string[]>;
  /** Forgets a passkey, as its owner does on the device. */
  forget(id: string): Promise<void>;
}

/** Gives a page a virtual authenticator of its own (CDP domain WebAuthn). */
export async function authenticator(page: Page, transport: "internal" | "usb" = "internal"): Promise<VirtualAuthenticator> {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      ctap2Version: "ctap2_1",
      transport,
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const credentials = async () => (await session.send("WebAuthn.getCredentials", { authenticatorId })).credentials;
  return {
    verifies: async (isUserVerified) => {
      await session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified });
    },
    answers: async (enabled) => {
      await session.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled });
    },
    ids: async () => (await credentials()).map((credential) => credential.credentialId),
    forget: async (credentialId) => {
      await session.send("WebAuthn.removeCredential", { authenticatorId, credentialId });
    },
  };
}

/** Adds a passkey on its page, where somebody is signed in. */
export async function addPasskey(page: Page, name = "") {
  await page.goto("/account/passkeys");
  await sender(page, "passkey_begin").click();
  const confirm = sender(page, "passkey_confirm");
  await expect(confirm).toBeVisible();
  if (name) await page.locator("#passkey_confirm-passkey_name").fill(name);
  await confirm.click();
  await expect(page.getByText("The passkey was added.")).toBeVisible();
}
