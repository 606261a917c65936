import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A server of one test's own, where the shared one will not do. */
export interface OwnServer {
  url: string;
  /** Its data folder. */
  data: string;
  /** The set-up link that it wrote because it has no administrator. */
  setupLink: string;
  stop: () => Promise<void>;
}

/** The set-up link of a data folder. */
export async function setupLink(data: string): Promise<string> {
  return (await readFile(join(data, "setup-link.txt"), "utf8")).trim();
}

const PYTHON = `
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
database.execute("pragma legacy_alter_table = on")
changed = database.execute(sys.argv[2], sys.argv[3:]).rowcount
print(changed, flush=True)`;

const database = (data: string) => join(data, "vestibule.db");

/** Tells the database of a data folder something; answers how many rows that changed. */
function tell(data: string, statement: string, ...values: string[]): number {
  return Number(execFileSync("python3", ["-c", PYTHON, database(data), statement, ...values], { encoding: "utf8" }));
}

/** Makes it long ago that somebody gave their password, in all their sessions. */
export function ageProof(username: string, data = process.env.E2E_DATA ?? "") {
  const owner = "(select id from users where username = ?)";
  const changed = tell(data, `update sessions set auth_time = auth_time - 3600 where user_id = ${owner}`, username);
  if (changed < 1) throw new Error(`${username} has no session`);
}

/** Confirms the address of somebody without its mail. */
export function confirmAddress(username: string, data = process.env.E2E_DATA ?? "") {
  const owner = "(select id from users where username = ?)";
  const changed = tell(data, `update user_emails set verified_at = created_at where user_id = ${owner}`, username);
  if (changed !== 1) throw new Error(`${username} has no address`);
}

/** Invites an address; answers the path of the link, which no mail carries. */
export function invite(address: string, data = process.env.E2E_DATA ?? ""): string {
  const env = { ...process.env, VESTIBULE_DATA_DIR: data, VESTIBULE_LOG_LEVEL: "error" };
  const args = ["invite", "create", address, "--print"];
  const said = execFileSync(process.env.E2E_SERVER ?? "", args, { env, encoding: "utf8" });
  const [path] = /\/go\/\S+/.exec(said) ?? [];
  if (!path) throw new Error(`no link: ${said}`);
  return path;
}

/** Takes a table away, which makes whatever needs it a fault of the server's; the answer brings it back. */
export function takeTable(table: string, data: string): () => void {
  const [there, away] = [table, `${table}_away`];
  tell(data, `alter table ${there} rename to ${away}`);
  return () => void tell(data, `alter table ${away} rename to ${there}`);
}

/** Holds the database's lock, so that the server can write nothing, until the answer is called. */
export async function lockDatabase(data: string): Promise<() => Promise<void>> {
  const holder = spawn("python3", ["-c", `${PYTHON}\nsys.stdin.read()`, database(data), "begin immediate"]);
  const gone = once(holder, "exit");
  await once(holder.stdout, "data");
  return async () => {
    holder.stdin.end();
    await gone;
  };
}

/** Starts a server with settings of its own, on an empty data folder. */
export async function startServer(settings: Record<string, string> = {}): Promise<OwnServer> {
  const [port, data] = [await freePort(), await mkdtemp(join(tmpdir(), "vestibule-"))];
  const url = `http://localhost:${port}`;
  const server = spawn(process.env.E2E_SERVER ?? "", ["serve"], {
    env: {
      ...process.env,
      VESTIBULE_LISTEN: `127.0.0.1:${port}`,
      VESTIBULE_PUBLIC_URL: url,
      VESTIBULE_DATA_DIR: data,
      VESTIBULE_LOG_LEVEL: "warn",
      ...settings,
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  server.stderr.on("data", (text: Buffer) => (said += text.toString()));
  const gone = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  const stop = async () => {
    server.kill("SIGTERM");
    await gone;
    await rm(data, { recursive: true, force: true });
  };
  while (!(await answers(`${url}/healthz`))) {
    if (server.exitCode !== null) throw new Error(`the server did not start:\n${said}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { url, data, setupLink: await setupLink(data), stop };
}

export async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    (response) => response.ok,
    () => false,
  );
}

export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
