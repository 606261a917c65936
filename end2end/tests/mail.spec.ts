import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { confirmAddress, expect, test } from "./support";
import { bringAxe, violations } from "./support/axe";

const BINARY = process.env.E2E_SERVER ?? "";
const DATA = process.env.E2E_DATA ?? "";

/** The names of mails, as the command line lists them. */
function kinds(): string[] {
  const said = spawnSync(BINARY, ["mail", "preview", "?"], { encoding: "utf8" }).stderr;
  return (/possible values: ([^\]]+)/.exec(said)?.[1] ?? "").split(", ");
}

/** Every mail in every language in HTML, with the longest name that a service can have, and the palest accents that pages take. */
function previews(): [string, string][] {
  const folder = mkdtempSync(join(tmpdir(), "vestibule-mail-"));
  const accents = { VESTIBULE_BRAND_ACCENT: "#6b6b6b", VESTIBULE_BRAND_ACCENT_DARK: "#888888" };
  const env = { ...process.env, ...accents, VESTIBULE_BRAND_NAME: "W".repeat(40), VESTIBULE_BRAND_SUPPORT: "mailto:help@acme.example" };
  for (const kind of kinds()) execFileSync(BINARY, ["mail", "preview", kind, "--folder", folder], { env });
  const names = readdirSync(folder).filter((name) => name.endsWith(".html"));
  const read = names.map((name): [string, string] => [name, readFileSync(join(folder, name), "utf8")]);
  rmSync(folder, { recursive: true });
  return read;
}

/** There are many: each part is looked at by a test of its own. */
const PARTS = 4;

for (let part = 0; part < PARTS; part++) {
  test(`every mail is readable in light and dark, and fits on the narrowest phone: part ${part + 1} of ${PARTS}`, async ({ page }) => {
    test.slow();
    const all = previews();
    expect(all.length).toBeGreaterThanOrEqual(30);
    const mails = all.filter((_, n) => n % PARTS === part);
    await page.setViewportSize({ width: 320, height: 640 });
    for (const [name, html] of mails) {
      await page.setContent(html);
      await bringAxe(page);
      const ground = new Set<string>();
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await violations(page, colorScheme === "light", false, colorScheme === "light" ? 5 : 0), `${name} in ${colorScheme}`).toEqual([]);
        ground.add(await page.locator(".card").evaluate((card) => getComputedStyle(card).backgroundColor));
      }
      expect(ground.size, `${name} has two schemes`).toBe(2);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(320);
      for (const button of await page.locator("a.button").all()) {
        const box = await button.boundingBox();
        expect(box?.height, name).toBeGreaterThanOrEqual(44);
      }
    }
  });
}

test("a developer reads a mail in the inbox", async ({ open, person, request, watch }) => {
  // No script runs in a mail, so Chromium refuses what Playwright puts into each frame, too, and says so.
  watch.allow(
    "error",
    /^Blocked script execution in 'http:\/\/localhost:\d+\/dev\/mail-html\/[0-9a-f-]+' because the document's frame is sandboxed and the 'allow-scripts' permission is not set\.$/,
  );
  confirmAddress(person.username);
  const signedIn = await request.post("/api/v1/login", { data: { identifier: person.username, password: person.password } });
  expect(signedIn.status()).toBe(200);
  // The inbox is not for what a proxy passes on, as the other tests pretend to be.
  const page = await (await open({ extraHTTPHeaders: {} })).newPage();
  await page.goto(readFileSync(join(DATA, "mail-inbox.txt"), "utf8").trim());
  await expect(page).toHaveURL(/\/dev\/mail$/);
  const subject = "New sign-in to your Vestibule account";
  // Registration has sent one, too.
  const mail = page.getByRole("listitem").filter({ hasText: person.email }).filter({ hasText: subject });
  await expect(async () => {
    await page.reload();
    await expect(mail).toHaveCount(1);
  }).toPass();
  await bringAxe(page);
  expect(await violations(page, true, false)).toEqual([]);
  await mail.getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1, name: subject })).toBeVisible();
  await expect(page.frameLocator("iframe").getByRole("heading", { name: subject })).toBeVisible();
  await expect(page.locator("main").getByRole("link", { name: /\/account\/devices$/ })).toBeVisible();
  await bringAxe(page);
  expect(await violations(page, true, false)).toEqual([]);
});
