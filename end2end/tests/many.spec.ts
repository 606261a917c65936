import type { BrowserContext, Page } from "@playwright/test";
import { counting, expect, openDeveloper, register, signIn, test, token } from "./support";

/** Seconds that a token lives here. */
const LIFE = 3;
/** How long eight tabs go on: a minute with `E2E_LONG=1`. */
const DURATION = process.env.E2E_LONG === "1" ? 60_000 : 16_000;

// One after the other: sixteen busy tabs at once are more than two cores carry.
test.describe.configure({ mode: "default" });
// A trace of eight tabs that never rest takes longer than the test.
test.use({ trace: "off" });

/** Signs in and opens tabs that call the API without end; answers how often each status came back. */
async function busyTabs(context: BrowserContext, count: number): Promise<{ tabs: Page[]; statuses: Map<number, number> }> {
  const statuses = new Map<number, number>();
  context.on("response", (response) => {
    if (new URL(response.url()).pathname === "/api/v1/me")
      statuses.set(response.status(), (statuses.get(response.status()) ?? 0) + 1);
  });
  const tabs = await Promise.all(Array.from({ length: count }, () => context.newPage()));
  await Promise.all(tabs.map((tab) => openDeveloper(tab)));
  for (const tab of tabs)
    await tab.evaluate(() => {
      const send = document.querySelector<HTMLElement>("#panel [data-act=send]");
      setInterval(() => send?.click(), 200);
    });
  return { tabs, statuses };
}

for (const [name, locks] of [["with locks", true], ["without navigator.locks", false]] as const) {
  test(`eight tabs with a token of ${LIFE} s, ${name}: nobody is signed out`, async ({ open, serve, request }) => {
    test.setTimeout(DURATION + 60_000);
    const { url } = await serve({ VESTIBULE_ACCESS_TOKEN_TTL: String(LIFE) });
    const context = await open({ baseURL: url });
    if (!locks) await context.addInitScript(() => Object.defineProperty(navigator, "locks", { value: undefined }));
    await signIn(context, await register(request, url), url);
    const refreshes = counting(context, "/api/v1/token/refresh");
    const { tabs, statuses } = await busyTabs(context, 8);
    const before = refreshes();
    const began = Date.now();
    while (Date.now() - began < DURATION) {
      for (const tab of tabs) {
        expect(await token(tab)).not.toBeNull();
        await expect(tab).toHaveURL("/account/developer");
      }
    }
    const expiries = (Date.now() - began) / 1000 / LIFE;
    const count = refreshes() - before;
    const calls = [...statuses].map(([status, count]) => `${count} × ${status}`).join(", ");
    console.log(`${name}: ${count} refreshes in ${expiries.toFixed(1)} expiries; calls: ${calls}`);
    expect([...statuses.keys()]).toEqual([200]);
    expect(statuses.get(200)).toBeGreaterThan(expiries * 8);
    // Where the machine is slow, nothing may need a token for a while.
    expect(count).toBeGreaterThan(expiries / 3);
    // One an expiry, over all tabs; what stands for a lock where there is none is not as strict.
    expect(count).toBeLessThanOrEqual((locks ? 1.2 : 2) * expiries + 1);
    for (const tab of tabs) {
      await expect(tab.getByRole("dialog")).toHaveCount(0);
      await tab.reload();
      await expect(tab.getByRole("heading", { name: "Developer" })).toBeVisible();
    }
    // Before the server goes: these pages would ask it again.
    await context.close();
  });
}
