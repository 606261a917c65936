import { accountLives, callFunction, cookieName, expect, fillLogin, formLives, isSignedInAs, openDeveloper, sendRequest, signIn, signOut, test, token, type Page } from "./support";
import { PLACES } from "./support/places";

/** All that stands in a page: its markup with every attribute, and what its fields hold. */
async function inPage(page: Page): Promise<string> {
  return page.evaluate(() => {
    const fields = [...document.querySelectorAll<HTMLInputElement>("input, textarea, select, output")];
    return [document.documentElement.outerHTML, ...fields.map((field) => field.value), document.title].join("\n");
  });
}

test("neither token nor password is in an address, a Referer, or a server's page", async ({ page, context, person }) => {
  const told: string[] = [];
  context.on("request", (request) => told.push(request.url(), request.headers()["referer"] ?? ""));
  const pages: string[] = [];
  context.on("response", async (response) => {
    if (response.request().resourceType() !== "document" || response.status() >= 300) return;
    pages.push(await response.text().catch(() => ""));
  });

  await page.goto("/account?x=1");
  await formLives(page);
  await fillLogin(page, person);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL("/account?x=1");
  await accountLives(page);
  await openDeveloper(page);
  await sendRequest(page);
  const access = (await token(page)) ?? "";
  const cookies = await context.cookies();
  const cookie = (name: string) => cookies.find((cookie) => cookie.name === name)?.value ?? "";
  const [session, device] = [cookie(cookieName("session")), cookie(cookieName("device"))];
  await page.getByRole("link", { name: "Vestibule, home" }).click();
  await isSignedInAs(page, person.username);
  for (const path of ["/", "/account"]) pages.push(await (await context.request.get(path)).text());
  await signOut(page);

  expect(told.length).toBeGreaterThan(10);
  expect(pages.length).toBeGreaterThan(4);
  expect(access.length).toBeGreaterThan(100);
  for (const cookie of [session, device]) expect(cookie.length).toBeGreaterThan(30);
  const all = [...told, ...pages].join("\n");
  for (const secret of [access, access.split(".")[2] ?? access, session, device, person.password, encodeURIComponent(person.password)])
    expect(all.includes(secret)).toBe(false);
  expect(all).not.toMatch(/eyJ[\w-]+\.eyJ/);
  // And the address bar shows none either, anywhere in its history.
  expect(page.url()).toBe(new URL("/", page.url()).href);
});

test("pages and tokens are not kept by caches", async ({ context, person, page }) => {
  await page.goto("/login");
  await formLives(page);
  await fillLogin(page, person);
  const signedIn = page.waitForResponse("**/action/enter");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  expect((await signedIn).headers()["cache-control"]).toBe("no-store");
  await accountLives(page);
  for (const path of ["/", "/account", "/account/developer", "/login", "/api/v1/me"]) {
    const answer = await context.request.get(path, { maxRedirects: 0 });
    expect(answer.headers()["cache-control"], path).toBe("no-store");
  }
});

test("S75: storage holds the access token, and nothing after signing out", async ({ page, context, person }) => {
  const kept = () =>
    page.evaluate(async () => ({
      local: Object.keys(localStorage),
      session: Object.keys(sessionStorage),
      databases: (await indexedDB.databases()).length,
      script: document.cookie,
    }));
  await page.goto("/login");
  await formLives(page);
  await fillLogin(page, person);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await accountLives(page);
  expect(await kept()).toEqual({ local: ["access_token"], session: [], databases: 0, script: "" });
  expect(await token(page)).toMatch(/^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+$/);
  await signOut(page);
  expect(await kept()).toEqual({ local: [], session: [], databases: 0, script: "" });
  expect((await context.cookies()).map((cookie) => cookie.name)).toEqual([cookieName("device")]);
});

for (const place of PLACES.filter((place) => place.signedIn)) {
  test(`S75: no token stands in the page ${place.name}`, async ({ page, context, person, watch, serve }) => {
    await signIn(context, person);
    await page.goto("/");
    await expect.poll(() => token(page)).not.toBeNull();
    const tokens = [(await token(page)) ?? ""];
    await place.visit({ page, person, watch, serve });
    // Where storage is blocked, it is in memory.
    const now = await token(page).catch(() => null);
    if (now) tokens.push(now);
    if (place.name === "developer") {
      await sendRequest(page);
      await callFunction(page);
    }
    const text = await inPage(page);
    expect(text.length).toBeGreaterThan(1000);
    expect(text).not.toMatch(/eyJ[\w-]+\.eyJ/);
    for (const secret of tokens.flatMap((token) => [token, ...token.split(".")])) expect(text.includes(secret)).toBe(false);
  });
}

test("S70: markup that runs is refused before the policy for content sees it", async ({ page, watch }) => {
  watch.expect("markup", "");
  await page.goto("/login");
  await formLives(page);
  const refused = await page.evaluate(() => {
    const tried = [
      "<img src=x onerror=alert(1)>",
      '<img src="x"onerror=alert(1)>',
      "<svg/onload=alert(1)>",
      "<script>alert(1)</script>",
      "<iframe srcdoc=x></iframe>",
      '<a href="javascript:alert(1)">x</a>',
    ];
    const passes = (markup: string) => {
      try {
        document.createElement("div").innerHTML = markup;
        return true;
      } catch {
        return false;
      }
    };
    return { passed: tried.filter(passes), plain: passes("<p class=hint>A plain <b>word</b></p>") };
  });
  expect(refused).toEqual({ passed: [], plain: true });
});
