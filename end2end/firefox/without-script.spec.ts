import { expect, origin, stranger, test } from "../tests/support";
import { FirefoxWithoutScript } from "./marionette";
import { FIREFOX } from "./share";

test("without script one registers, changes a name, signs out, is refused and signs in", async () => {
  test.slow();
  const person = stranger();
  const firefox = await FirefoxWithoutScript.start(FIREFOX ?? "");
  try {
    await firefox.go(`${origin()}/register`);
    expect(await firefox.attribute("html", "data-script")).toBeNull();
    await firefox.fill("#register-username", person.username);
    await firefox.fill("#register-password", person.password);
    await firefox.click("form[data-form=register] button:not([type])");
    expect((await firefox.url()).pathname).toBe("/account");
    expect(await firefox.text("h1")).toBe(person.username);

    await firefox.go(`${origin()}/account?edit`);
    await firefox.fill("#profile-display_name", "Ada Lovelace");
    await firefox.click("form[data-form=profile] button:not([type])");
    expect(await firefox.text("#toast")).toBe("Saved.");
    expect(await firefox.text("h1")).toBe("Ada Lovelace");

    await firefox.click("#menu > summary");
    await firefox.click("#menu form[data-form=logout] button");
    expect((await firefox.url()).pathname).toBe("/");
    await firefox.go(`${origin()}/account/devices`);
    expect((await firefox.url()).pathname + (await firefox.url()).search).toBe("/login?next=%2Faccount%2Fdevices");

    const signIn = async (password: string) => {
      await firefox.fill("#login-identifier", person.username);
      await firefox.fill("#login-password", password);
      await firefox.click("form[data-form=login] button:not([type])");
    };
    await signIn("not the password at all");
    expect((await firefox.url()).pathname).toBe("/login");
    expect(await firefox.text("#login-password-error")).toBe("Wrong username or password.");
    await signIn(person.password);
    expect((await firefox.url()).pathname).toBe("/account/devices");
    expect(await firefox.text("[data-session]")).toContain("Firefox");
    expect(await firefox.attribute("html", "data-script")).toBeNull();
  } finally {
    await firefox.quit();
  }
});
