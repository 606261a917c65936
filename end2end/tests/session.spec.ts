import {
  accountLives,
  cookieName,
  counting,
  expect,
  fillLogin,
  formLives,
  hold,
  isSignedInAs,
  openAccount,
  openDeveloper,
  register,
  sendRequest,
  signIn,
  signOut,
  test,
  token,
  wrong,
} from "./support";

test("a reload keeps one signed in, without a flash of the wrong state", async ({ page, context, person }) => {
  await signIn(context, person);
  await openAccount(page);
  const before = await token(page);
  await page.reload();
  await accountLives(page);
  expect(await token(page)).toBe(before);

  // What is painted first is the server's HTML: no script, and the right state all the same.
  await hold(page, /\/pkg\/.*\.(js|wasm)$/);
  for (const path of ["/", "/account"]) {
    await page.goto(path, { waitUntil: "domcontentloaded" });
    await expect(page).toHaveURL("/account");
    await isSignedInAs(page, person.username);
    await expect(page.getByRole("link", { name: "Create account" })).toHaveCount(0);
  }
});

test("a cookie without a token gets one, once", async ({ page, context, person }) => {
  const refreshes = counting(context, "/api/v1/token/refresh");
  await signIn(context, person);
  await openAccount(page);
  expect(await token(page)).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  await page.reload();
  await accountLives(page);
  await page.goto("/");
  await expect(page).toHaveURL("/account");
  await accountLives(page);
  expect(refreshes()).toBe(1);
});

test("the page is marked as done once a sign-in has succeeded, and not before", async ({ page, person, watch }) => {
  watch.expect(401, "/action/enter");
  const root = page.locator("html");
  await page.goto("/login");
  await formLives(page);
  await fillLogin(page, { ...person, password: "not the password at all" });
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(wrong(page, "login-password")).not.toBeEmpty();
  await expect(root).not.toHaveAttribute("data-done");
  await page.evaluate(() => {
    const noted = new MutationObserver(() => sessionStorage.setItem("noted", "done"));
    noted.observe(document.documentElement, { attributes: true, attributeFilter: ["data-done"] });
  });
  await fillLogin(page, person);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL("/account");
  expect(await page.evaluate(() => sessionStorage.getItem("noted"))).toBe("done");
  await expect(root).not.toHaveAttribute("data-done");
});

test("a token without a cookie is thrown away", async ({ page, watch }) => {
  watch.expect(401, "/api/v1/token/refresh");
  await page.goto("/login");
  await page.evaluate(() => localStorage.setItem("access_token", "left.over.here"));
  await page.reload();
  await formLives(page);
  await expect.poll(() => token(page)).toBeNull();
});

test("another session's token is replaced", async ({ page, context, open, person }) => {
  const elsewhere = await open();
  await signIn(elsewhere, person);
  const other = await elsewhere.newPage();
  await openAccount(other);
  const foreign = (await token(other)) ?? "";

  await signIn(context, person);
  await page.goto("/healthz");
  await page.evaluate((foreign) => localStorage.setItem("access_token", foreign), foreign);
  await openDeveloper(page);
  await expect.poll(() => token(page)).not.toBe(foreign);
  await sendRequest(page);
});

test("a person who is signed in does not see the forms", async ({ page, context, person }) => {
  await signIn(context, person);
  for (const path of ["/login", "/register", "/login?next=%2Faccount"]) {
    await page.goto(path);
    await expect(page).toHaveURL("/account");
  }
  await page.goto("/login?next=%2Faccount%3Fx%3D1");
  await expect(page).toHaveURL("/account?x=1");
  await accountLives(page);
});

test("signing out ends the session on the server and here", async ({ page, context, person }) => {
  await signIn(context, person);
  await openAccount(page);
  const access = await token(page);
  await signOut(page);
  await expect(page.getByText("You have been signed out.")).toBeVisible();
  expect(await token(page)).toBeNull();
  // That this browser is known outlives the session, and opens nothing.
  expect((await context.cookies()).map((cookie) => cookie.name)).toEqual([cookieName("device")]);
  const answer = await context.request.get("/api/v1/me", { headers: { authorization: `Bearer ${access}` } });
  expect(answer.status()).toBe(401);

  await page.goBack();
  await expect(page).toHaveURL("/login?next=%2Faccount");
  await expect(page.getByText(person.username)).toHaveCount(0);
});

test("a guarded page sends strangers to sign in, and back", async ({ page, person }) => {
  await page.goto("/account?x=1");
  await expect(page).toHaveURL("/login?next=%2Faccount%3Fx%3D1");
  await formLives(page);
  await fillLogin(page, person);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL("/account?x=1");
  await accountLives(page);
});

test("the way back survives a wrong password and the change to the other form", async ({ page, person, watch }) => {
  watch.expect(401, "/action/enter");
  await page.goto("/login?next=%2Faccount%3Fx%3D1");
  await page.getByRole("link", { name: "Create account" }).click();
  await expect(page).toHaveURL("/register?next=%2Faccount%3Fx%3D1");
  await page.getByRole("link", { name: "Sign in" }).click();
  await expect(page).toHaveURL("/login?next=%2Faccount%3Fx%3D1");
  await formLives(page);
  await fillLogin(page, { ...person, password: "not the password at all" });
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(wrong(page, "login-password")).toHaveText("Wrong username or password.");
  await fillLogin(page, person);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL("/account?x=1");
});

// S73. What a browser, a proxy or a second decoding would read as another origin.
const HOSTILE = [
  "//evil.example",
  "///evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "\\/evil.example",
  "https:evil.example",
  "https://evil.example",
  "http://localhost:1",
  "/%09/evil.example",
  "/\t/evil.example",
  " //evil.example",
  "javascript:alert(1)",
  "data:text/html,x",
  "@evil.example",
  "evil.example",
  "/%2fevil.example",
  "/%252fevil.example",
  "/%5cevil.example",
  "/%255cevil.example",
  "/a\r\nx-evil: 1",
  "/%0d%0ax-evil: 1",
  "",
];

test("a hostile next ends on the account page, by every endpoint", async ({ context, baseURL }) => {
  const headers = { origin: baseURL ?? "" };
  let person = await register(context.request);
  for (const [n, next] of HOSTILE.entries()) {
    // One person may not sign in so often.
    if (n % 10 === 9) person = await register(context.request);
    const posted = await context.request.post("/login", {
      headers,
      form: { identifier: person.username, password: person.password, next },
      maxRedirects: 0,
    });
    expect(posted.status(), next).toBe(303);
    // With the first cookie the place is marked, to see whether it comes back.
    expect(posted.headers()["location"], next).toBe(n === 0 ? "/account?arrived" : "/account");
    expect(posted.headers()["x-evil"], next).toBeUndefined();

    const query = `next=${encodeURIComponent(next)}`;
    const passed = await context.request.get(`/login?${query}`, { maxRedirects: 0 });
    expect(passed.headers()["location"], next).toBe("/account");

    const called = await context.request.post("/action/enter", {
      headers,
      data: { form: "login", filled: { identifier: person.username, password: person.password }, next },
    });
    expect(called.status(), await called.text()).toBe(200);
    expect(await called.json(), next).toMatchObject({ next: "/account" });
  }
});

for (const next of ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "/%252fevil.example"]) {
  test(`signing in with next=${next} stays here`, async ({ page, person }) => {
    await page.goto(`/login?next=${encodeURIComponent(next)}`);
    await formLives(page);
    await expect(page.locator("form[data-form=login] input[name=next]")).toHaveValue("/account");
    await expect(page.locator("main")).not.toContainText("evil");
    await fillLogin(page, person);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page).toHaveURL("/account");
    await accountLives(page);
  });
}
