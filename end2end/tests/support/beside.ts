import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { answers, freePort } from "./server";

/** Something that a test has started. */
export interface Running {
  url: string;
  stop: () => Promise<void>;
}

const ROOT = join(__dirname, "../../..");

/** nginx, where this machine has one. */
export const NGINX = ["/usr/sbin/nginx", process.env.E2E_NGINX ?? ""].find((path) => path && existsSync(path));

/** The first block of nginx's configuration on a page of the documentation. */
async function nginxBlock(page: string): Promise<string> {
  const block = /^```nginx\n([^]*?)^```$/m.exec(await readFile(join(ROOT, page), "utf8"))?.[1];
  if (!block) throw new Error(`${page} has no block of nginx's configuration`);
  return block;
}

/** Puts in this machine's values; each has to be there. */
function put(text: string, values: [string, string][]): string {
  for (const [found, value] of values) {
    if (!text.includes(found)) throw new Error(`the configuration does not say: ${found}`);
    text = text.replaceAll(found, value);
  }
  return text;
}

/** Runs the configuration of docs/beside-your-app.md, without TLS: browsers take this machine's http for as safe. */
export async function startNginx(port: number, vestibule: string, app: string): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), "vestibule-nginx-"));
  const log = join(folder, "error.log");
  const block = put(await nginxBlock("docs/beside-your-app.md"), [
    ["listen 80;", `listen 127.0.0.1:${await freePort()};`],
    ["listen 443 ssl;", `listen 127.0.0.1:${port};`],
    ["    ssl_certificate /etc/ssl/shop.example.com/fullchain.pem;\n", ""],
    ["    ssl_certificate_key /etc/ssl/shop.example.com/privkey.pem;\n", ""],
    ["shop.example.com", "localhost"],
    // Over http a cookie has no prefix, and the port is in its name.
    ["__Host-session", `vestibule_session_${port}`],
    ["http://127.0.0.1:3000", vestibule],
    ["http://127.0.0.1:5000", app],
  ]);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((of) => `${of}_temp_path ${folder}/${of};`);
  const conf = `daemon off; pid ${folder}/pid; events {} http { access_log off; ${temporary.join(" ")}\n${block}}`;
  await writeFile(join(folder, "nginx.conf"), conf);
  const nginx = spawn(NGINX ?? "", ["-p", folder, "-c", join(folder, "nginx.conf"), "-e", log], { stdio: "ignore" });
  const gone = once(nginx, "exit");
  const url = `http://localhost:${port}`;
  while (!(await answers(`${url}/healthz`))) {
    if (nginx.exitCode !== null) throw new Error(`nginx did not start:\n${await readFile(log, "utf8")}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const stop = async () => {
    nginx.kill("SIGTERM");
    await gone;
    await rm(folder, { recursive: true, force: true });
  };
  return { url, stop };
}

/**
 * Serves an app of `react_form/`, built for a Vestibule at this address, at `/shop/` and at `/`. At `…/cookies` it says
 * which cookies it got.
 */
export async function startApp(entry: string, vestibule = "", port = 0): Promise<Running> {
  const built = await build({
    entryPoints: [join(ROOT, "end2end/react_form", entry)],
    bundle: true,
    write: false,
    format: "esm",
    jsx: "automatic",
    logLevel: "error",
    define: { VESTIBULE: JSON.stringify(vestibule), "process.env.NODE_ENV": '"production"' },
  });
  const script = built.outputFiles[0]?.text ?? "";
  const page =
    '<!doctype html><html lang="en"><title>A shop</title><link rel="icon" href="data:,"><div id="root"></div>' +
    '<script type="module" src="app.js"></script>';
  const server: Server = createServer((request, response) => {
    if (request.url?.endsWith("/cookies")) return response.end(request.headers.cookie ?? "");
    const isScript = request.url?.endsWith("/app.js");
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html; charset=utf-8");
    response.end(isScript ? script : page);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("no port");
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${address.port}`, stop };
}
