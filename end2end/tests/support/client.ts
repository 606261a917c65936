import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, origin } from "./index";

/** A program of others, with a server of its own on another origin. */
export interface ClientApp {
  id: string;
  secret: string;
  /** Its origin. */
  url: string;
  callback: string;
  /** What its callback got: the parameters, and how. */
  answers: { method: string; params: URLSearchParams; referrer?: string }[];
  /** The address to which it sends a browser. */
  authorize: (others?: Record<string, string>) => string;
  /** Exchanges the last code. */
  exchange: () => Promise<Record<string, unknown>>;
  stop: () => Promise<void>;
}

async function body(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

/** What `vestibule client create` prints. */
export function createClient(args: string[], data = process.env.E2E_DATA ?? ""): string {
  const env = { ...process.env, VESTIBULE_DATA_DIR: data, VESTIBULE_LOG_LEVEL: "error" };
  return execFileSync(process.env.E2E_SERVER ?? "", ["client", "create", ...args], { env, encoding: "utf8" });
}

/** Waits until the server has heard of a client that a command has made. */
export async function known(path: string): Promise<string> {
  await expect.poll(async () => (await fetch(new URL(path, origin()), { redirect: "manual" })).status).not.toBe(400);
  return path;
}

/** Starts such a program, and connects it. `further` is where its callback sends a browser, if it does. */
export async function startClient(more: string[] = [], further?: string): Promise<ClientApp> {
  const answers: ClientApp["answers"] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    if (url.pathname === "/callback") {
      const params = request.method === "POST" ? new URLSearchParams(await body(request)) : url.searchParams;
      answers.push({ method: request.method ?? "", params, referrer: request.headers.referer });
      if (further) return void response.writeHead(302, { location: further }).end();
    }
    if (url.pathname === "/popup") {
      const script = `window.open(${JSON.stringify(url.searchParams.get("to"))}, "popup"); window.addEventListener("message", (event) => { document.title = event.data; });`;
      response.writeHead(200, { "content-type": "text/html" });
      return void response.end(`<!doctype html><title>waiting</title><button onclick='${script}'>Sign in</button>`);
    }
    if (url.pathname === "/favicon.ico") return void response.writeHead(204).end();
    response.writeHead(200, { "content-type": "text/html" });
    response.end(
      "<!doctype html><title>Lanterns</title><h1>Signed in</h1><script>opener?.postMessage('answered', location.origin)</script>",
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const id = `lanterns-${randomBytes(6).toString("hex")}`;
  const callback = `${url}/callback`;
  const usual = ["--kind", "web", "--name", "Lanterns", "--redirect-uri", callback, "--everybody", "--id-token-alg", "ES256"];
  const said = createClient([id, ...usual, ...more]);
  const [secret] = /vst_cs_[\w-]+/.exec(said) ?? [];
  if (!secret) throw new Error(`no secret: ${said}`);
  const verifier = randomBytes(32).toString("base64url");
  const authorize = (others: Record<string, string> = {}) => {
    const params = new URLSearchParams({
      client_id: id,
      redirect_uri: callback,
      response_type: "code",
      scope: "openid profile email",
      state: "a state",
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
      ...others,
    });
    return `${origin()}/oauth/authorize?${params.toString()}`;
  };
  const exchange = async () => {
    const code = answers.at(-1)?.params.get("code") ?? "";
    const answer = await fetch(`${origin()}/oauth/token`, {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` },
      body: new URLSearchParams({ grant_type: "authorization_code", code, code_verifier: verifier, redirect_uri: callback }),
    });
    return (await answer.json()) as Record<string, unknown>;
  };
  const stop = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  };
  await known(authorize());
  return { id, secret, url, callback, answers, authorize, exchange, stop };
}
