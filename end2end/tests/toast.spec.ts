import { expect, openDeveloper, openName, signIn, test, toast, wakes, type Page } from "./support";

/** Lets a second pass ten times, one at a time: what is said goes with the tenth. */
async function goesAfterTenSeconds(page: Page, words: string) {
  await expect(toast(page)).toHaveText(words);
  await page.clock.runFor(9_000);
  await expect(toast(page)).toHaveText(words);
  await page.clock.runFor(2_000);
  await expect(toast(page)).toBeEmpty();
}

/** Stops the clock: nothing passes but what the test lets pass. */
async function stopClock(page: Page) {
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 60_000);
}

test.beforeEach(async ({ context, person }) => signIn(context, person));

test("what a page was drawn with goes after ten seconds", async ({ page }) => {
  await openName(page);
  await page.getByLabel("Display name").fill("Ada Lovelace");
  await stopClock(page);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page).toHaveURL("/account");
  await wakes(page);
  // The next frame comes.
  await page.clock.runFor(100);
  await goesAfterTenSeconds(page, "Saved.");
});

test("what a page was drawn with is told: it comes into a live region that is there", async ({ page }) => {
  await page.addInitScript(() => {
    const said: string[] = [];
    Object.assign(globalThis, { said });
    addEventListener("DOMContentLoaded", () => {
      const toast = document.getElementById("toast");
      if (toast) new MutationObserver(() => said.push(toast.innerText.trim())).observe(toast, { childList: true, characterData: true, subtree: true });
    });
  });
  await openName(page);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page).toHaveURL("/account");
  await wakes(page);
  await expect(toast(page)).toHaveText("Saved.");
  expect(await page.evaluate(() => Reflect.get(globalThis, "said"))).toEqual(["", "Saved."]);
});

test("what script says goes after ten seconds, counted from the last of it", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await openDeveloper(page);
  await stopClock(page);
  const copy = page.getByRole("button", { name: "Copy token" });
  await copy.click();
  await expect(toast(page)).toHaveText("Copied.");
  await page.clock.runFor(8_000);
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException("no", "NotAllowedError"));
  });
  await copy.click();
  await goesAfterTenSeconds(page, "This browser does not allow copying here.");
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("it stays until the next page", async ({ page }) => {
    await page.goto("/account?edit");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(toast(page)).toHaveText("Saved.");
    await page.reload();
    await expect(toast(page)).toBeEmpty();
  });
});
