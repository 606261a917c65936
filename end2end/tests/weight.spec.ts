import { get } from "node:http";
import { brotliDecompressSync } from "node:zlib";
import { expect, origin, signIn, test, type BrowserContext } from "./support";
import { ACCOUNT_PAGES } from "./support/pages";

/** What may go over the wire at most, in bytes, as brotli. Of a page it is all that is needed to see and use it. */
const BUDGETS = {
  pages: {
    "/login": 6_000,
    "/register": 6_600,
    "/": 6_000,
    "/nowhere": 5_500,
  },
  pagesOfAPerson: {
    ...Object.fromEntries(ACCOUNT_PAGES.map((path) => [path, 8_800])),
    "/nowhere": 8_000,
  },
  /** The module and its glue together. 85,000 is what they may ever have. */
  script: 64_000,
};

interface Answer {
  bytes: number;
  text: string;
}

/** An answer as it goes over the wire. A browser's own numbers would count heads, and its library decodes. */
function fetched(path: string, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const accepts = { accept: "text/html", "accept-encoding": "br", "sec-fetch-site": "same-origin" };
    get(origin() + path, { headers: { ...accepts, ...headers } }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on("data", (piece: Buffer) => pieces.push(piece));
      answer.on("error", reject);
      answer.on("end", () => {
        const body = Buffer.concat(pieces);
        expect(answer.headers["content-encoding"], path).toBe("br");
        resolve({ bytes: body.length, text: brotliDecompressSync(body).toString() });
      });
    }).on("error", reject);
  });
}

/** Fails on what is over its budget. */
async function weigh(budgets: Record<string, number>, headers: Record<string, string>) {
  const table = await Promise.all(
    Object.entries(budgets).map(async ([path, budget]) => {
      const { bytes } = await fetched(path, headers);
      console.log(`${path}: ${bytes} bytes of ${budget}`);
      return { path, bytes, budget };
    }),
  );
  expect(table.filter(({ bytes, budget }) => bytes > budget), "over budget").toEqual([]);
}

test("pages are within their budgets", async ({ address }) => {
  await weigh(BUDGETS.pages, { "x-forwarded-for": address });
});

test("pages of a person are within their budgets", async ({ address, context, person }) => {
  await signIn(context, person);
  const cookies = await context.cookies();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  await weigh(BUDGETS.pagesOfAPerson, { "x-forwarded-for": address, cookie });
});

test("module and glue are within their budget", async ({ address }) => {
  const headers = { "x-forwarded-for": address };
  const { text } = await fetched("/login", headers);
  const files = [...new Set(text.match(/\/pkg\/[^"]+\.(?:js|wasm)/g))];
  expect(files).toHaveLength(2);
  const sizes = await Promise.all(files.map(async (file) => (await fetched(file, headers)).bytes));
  console.log(`module and glue: ${sizes.join(" + ")} bytes of ${BUDGETS.script}`);
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(BUDGETS.script);
});

/** The built files that a browser asks for. */
function built(context: BrowserContext): string[] {
  const asked: string[] = [];
  context.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith("/pkg/")) asked.push(pathname);
  });
  return asked;
}

const kinds = (asked: string[]) => asked.map((path) => path.split(".").pop()).sort();

test("a page is one request until script wakes", async ({ context, page }) => {
  const asked = built(context);
  await page.goto("/login", { waitUntil: "commit" });
  await expect(page.getByRole("button", { name: "Sign in", exact: true })).toHaveCSS("cursor", "pointer");
  await expect(page.locator("html")).toHaveAttribute("data-script", "awake");
  expect(kinds(asked)).toEqual(["js", "wasm"]);
});

test("the start loads the module when the browser is idle, and an error page never", async ({ context, page, watch }) => {
  watch.expect(404, "/nowhere");
  const asked = built(context);
  await page.goto("/nowhere");
  await page.evaluate(() => new Promise((idle) => requestIdleCallback(idle)));
  await expect(page.getByRole("heading", { name: "Page not found" })).toBeVisible();
  expect(asked).toEqual([]);
  await page.goto("/");
  await expect(page.locator("html")).toHaveAttribute("data-script", "awake");
  expect(kinds(asked)).toEqual(["js", "wasm"]);
});

test("a browser that is never idle by its own words wakes the start too", async ({ page }) => {
  await page.addInitScript(() => Reflect.deleteProperty(window, "requestIdleCallback"));
  await page.goto("/");
  await expect(page.locator("html")).toHaveAttribute("data-script", "awake");
});

test("without script nothing of the module is fetched", async ({ open }) => {
  const context = await open({ javaScriptEnabled: false });
  const asked = built(context);
  const page = await context.newPage();
  for (const path of ["/login", "/register", "/"]) {
    await page.goto(path, { waitUntil: "networkidle" });
    await expect(page.getByRole("main")).toBeVisible();
  }
  expect(asked).toEqual([]);
});

test("no style but ours passes the policy", async ({ browser }) => {
  // Not a watched one: it complains, as it should.
  const page = await browser.newPage();
  await page.goto(`${origin()}/login`);
  const [ink, red] = await page.evaluate(() => {
    const ink = getComputedStyle(document.body).color;
    const style = document.createElement("style");
    style.textContent = "body { color: rgb(255, 0, 0) }";
    document.head.append(style);
    return [ink, getComputedStyle(document.body).color];
  });
  expect(red).toBe(ink);
  await page.close();
});
