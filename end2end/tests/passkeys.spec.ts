import { ageProof, expect, signIn, signOut, test, wakes, type Page } from "./support";
import { enrol } from "./support/authenticator";
import { addPasskey, authenticator } from "./support/passkeys";
import { sender } from "./support/stage";

/** Opens the page of the sign-in without the browser's own offer, which a virtual authenticator takes at once. */
async function openLogin(page: Page, path = "/login") {
  await page.addInitScript(() => {
    if (self.PublicKeyCredential) PublicKeyCredential.isConditionalMediationAvailable = async () => false;
  });
  await page.goto(path);
  await expect(sender(page, "passkey_login")).toBeVisible();
}

// Only Chromium has a virtual authenticator; Firefox runs a list of other files.
test.describe("passkeys", () => {
  test("one is added with a name, signs in, and is renamed and removed", async ({ page, context, person }) => {
    const device = await authenticator(page);
    await signIn(context, person);
    await addPasskey(page, "Laptop");
    expect(await device.ids()).toHaveLength(1);
    await expect(page.getByRole("heading", { name: "Laptop" })).toBeVisible();

    await signOut(page);
    await openLogin(page, "/login?next=/account/passkeys");
    await sender(page, "passkey_login").click();
    await expect(page).toHaveURL(/\/account\/passkeys$/);

    await page.getByText("Change the name of Laptop").click();
    await page.locator("#passkey_rename-passkey_name").fill("Old laptop");
    await sender(page, "passkey_rename").click();
    await expect(page.getByRole("heading", { name: "Old laptop" })).toBeVisible();

    await wakes(page);
    await sender(page, "passkey_remove").click();
    await page.locator("#ask-go").click();
    await expect(page.getByText("You have no passkey yet.")).toBeVisible();
  });

  test("the browser offers one where it offers names", async ({ page, context, person }) => {
    await authenticator(page);
    await signIn(context, person);
    await addPasskey(page);
    await signOut(page);
    // With somebody present the virtual authenticator answers at once.
    await page.goto("/login?next=/account/security");
    await expect(page).toHaveURL(/\/account\/security$/);
    await expect(page.getByText("1 passkey")).toBeVisible();
  });

  test("the field for names asks for passkeys", async ({ page }) => {
    await page.goto("/login");
    await expect(page.locator("#login-identifier")).toHaveAttribute("autocomplete", "username webauthn");
  });

  test("a device makes no second one for the same account", async ({ page, context, person }) => {
    await authenticator(page);
    await signIn(context, person);
    await addPasskey(page);
    await sender(page, "passkey_begin").click();
    await sender(page, "passkey_confirm").click();
    await expect(page.getByText("This device has a passkey for this account already.")).toBeVisible();
  });

  test("without an answer the form stays, and another way is there", async ({ page, context, person }) => {
    const device = await authenticator(page);
    await signIn(context, person);
    await addPasskey(page);
    await signOut(page);
    await openLogin(page);
    await device.verifies(false);
    await sender(page, "passkey_login").click();
    await expect(page.getByText("No passkey was used.")).toBeVisible();
    await page.locator("#login-identifier").fill(person.username);
    await page.locator("#login-password").fill(person.password);
    await sender(page, "login").click();
    await expect(page).toHaveURL(/\/account$/);
  });

  test("tabs do not disturb each other", async ({ page, context, person }) => {
    await authenticator(page);
    await signIn(context, person);
    await addPasskey(page);
    await signOut(page);
    await openLogin(page);
    const asked = page.waitForResponse("**/passkey/login");
    await page.evaluate(() => {
      const get = navigator.credentials.get.bind(navigator.credentials);
      const released = new Promise((then) => addEventListener("released", then));
      navigator.credentials.get = async (options) => {
        await released;
        return get(options);
      };
    });
    await sender(page, "passkey_login").click();
    await asked;
    // Another tab of the browser asks for one of its own meanwhile.
    const other = await context.newPage();
    const asksToo = other.waitForResponse("**/passkey/login");
    await other.goto("/login");
    await asksToo;
    await page.evaluate(() => dispatchEvent(new Event("released")));
    await expect(page).toHaveURL(/\/account$/);
  });

  test("an offer that is open gives way to the button", async ({ page, context, person }) => {
    await authenticator(page);
    await signIn(context, person);
    await addPasskey(page);
    await signOut(page);
    // The virtual authenticator would answer the offer at once.
    await page.addInitScript(() => {
      const get = navigator.credentials.get.bind(navigator.credentials);
      navigator.credentials.get = (options) => {
        if (options?.mediation !== "conditional") return get(options);
        sessionStorage.setItem("offer", "open");
        return new Promise((_, reject) => {
          options.signal?.addEventListener("abort", () => {
            sessionStorage.setItem("offer", "ended");
            reject(new DOMException("ended", "AbortError"));
          });
        });
      };
    });
    const offer = () => page.evaluate(() => sessionStorage.getItem("offer"));
    await page.goto("/login");
    await expect.poll(offer).toBe("open");
    await sender(page, "passkey_login").click();
    await expect(page).toHaveURL(/\/account$/);
    expect(await offer()).toBe("ended");
  });

  test("a passkey that was removed here is unknown, and stays in the browser on localhost", async ({ page, context, person, watch }) => {
    watch.expect(401, "/login/passkey");
    await authenticator(page);
    await signIn(context, person);
    await addPasskey(page);
    await page.addInitScript(() => {
      if (!self.PublicKeyCredential) return;
      // The types of browsers do not have them yet.
      Object.assign(PublicKeyCredential, {
        signalAllAcceptedCredentials: async () => {},
        signalUnknownCredential: async ({ rpId }: { rpId: string }) => {
          document.documentElement.dataset.told = rpId;
        },
      });
    });
    await page.goto("/account/passkeys");
    await wakes(page);
    await sender(page, "passkey_remove").click();
    await page.locator("#ask-go").click();
    await expect(page.getByText("You have no passkey yet.")).toBeVisible();
    await signOut(page);
    await openLogin(page);
    await sender(page, "passkey_login").click();
    await expect(page.getByText("This passkey belongs to no account here.")).toBeVisible();
    // The page has looked at what was used last. On localhost any project of a developer may have made it.
    await expect.poll(() => page.evaluate(() => sessionStorage.getItem("vestibule:passkey"))).toBeNull();
    await expect(page.locator("html")).not.toHaveAttribute("data-told");
  });

  test("it takes the place of the code after the password", async ({ page, context, person, request }) => {
    await authenticator(page);
    await signIn(context, person);
    await addPasskey(page);
    await enrol(request, person);
    await signOut(page);
    await openLogin(page, "/login?next=/account/security");
    await page.locator("#login-identifier").fill(person.username);
    await page.locator("#login-password").fill(person.password);
    await sender(page, "login").click();
    await expect(page).toHaveURL(/\/login\/factor$/);
    await sender(page, "passkey_factor").click();
    await expect(page).toHaveURL(/\/account\/security$/);
  });

  test("it confirms who is there, in a dialog", async ({ page, context, person, watch }) => {
    watch.expect(401, "/action/act");
    await authenticator(page);
    await signIn(context, person);
    await addPasskey(page);
    ageProof(person.username);
    // The access token of before says when the proof was.
    await page.evaluate(() => localStorage.clear());
    await page.goto("/account/passkeys");
    await wakes(page);
    await sender(page, "passkey_begin").click();
    await expect(page.locator("#proof")).toBeVisible();
    await sender(page, "passkey_proof").click();
    await expect(sender(page, "passkey_confirm")).toBeVisible();
  });

  test("an account is made with one alone, by the names of the form above", async ({ page, serve, watch }) => {
    const { url } = await serve({ VESTIBULE_PASSWORD_REQUIRED: "false" });
    watch.expect(422, "/passkey/register");
    watch.expect(409, "/passkey/register");
    const device = await authenticator(page);
    const made = sender(page, "passkey_register");
    await page.goto(`${url}/register`);
    await page.locator("#register-username").fill("x");
    await made.click();
    await expect(page.getByText("At least 3 characters.")).toBeVisible();
    await expect(page.locator("#register-username")).toBeFocused();
    await page.locator("#register-username").fill("pia");
    await page.locator("#register-email").fill("nonsense");
    await made.click();
    await expect(page.locator("#register-email")).toBeFocused();
    expect(await device.ids()).toEqual([]);
    await page.locator("#register-email").fill("pia@example.org");
    await made.click();
    await expect(page).toHaveURL(`${url}/account`);
    expect(await device.ids()).toHaveLength(1);
    await page.goto(`${url}/account/password`);
    await expect(page.getByText("Your account has no password")).toBeVisible();
    await signOut(page);
    await page.goto(`${url}/register`);
    await page.locator("#register-username").fill("pia");
    await made.click();
    await expect(page.getByText("This username is taken")).toBeVisible();
    expect(await device.ids()).toHaveLength(1);
  });

  test("objects of extensions that throw do no harm", async ({ page, context, person }) => {
    await authenticator(page);
    await page.addInitScript(() => {
      const create = navigator.credentials.create.bind(navigator.credentials);
      navigator.credentials.create = async (options) => {
        const real = await create(options);
        return new Proxy(real as object, {
          get: (of, name) => {
            if (name === "toJSON") throw new TypeError("Illegal invocation");
            return Reflect.get(of, name);
          },
        }) as Credential;
      };
    });
    await signIn(context, person);
    await addPasskey(page);
  });
});

test("without script there is no button that does nothing", async ({ open, person }) => {
  const context = await open({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto("/login");
  await expect(sender(page, "passkey_login")).toBeHidden();
  await signIn(context, person);
  await page.goto("/account/passkeys");
  await sender(page, "passkey_begin").click();
  await expect(page.getByText("Passkeys need script")).toBeVisible();
});

test("a browser that knows no passkeys has the other ways", async ({ page, person }) => {
  await page.addInitScript(() => {
    Reflect.deleteProperty(self, "PublicKeyCredential");
  });
  await page.goto("/login");
  await expect(sender(page, "passkey_login")).toBeHidden();
  await page.locator("#login-identifier").fill(person.username);
  await page.locator("#login-password").fill(person.password);
  await sender(page, "login").click();
  await expect(page).toHaveURL(/\/account$/);
});
