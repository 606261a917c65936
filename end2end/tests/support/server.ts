import { execFileSync, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A server of one test's own, where the shared one will not do. */
export interface OwnServer {
  url: string;
  /** The set-up link that it wrote because it has no administrator. */
  setupLink: string;
  stop: () => Promise<void>;
}

/** The set-up link of a data folder. */
export async function setupLink(data: string): Promise<string> {
  return (await readFile(join(data, "setup-link.txt"), "utf8")).trim();
}

/** Makes it long ago that somebody gave their password, in all their sessions: the database of a data folder is told so. */
export function ageProof(username: string, data = process.env.E2E_DATA ?? "") {
  const script = `
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], timeout=30)
changed = database.execute("""update sessions set auth_time = auth_time - 3600
  where user_id = (select id from users where username = ?)""", [sys.argv[2]]).rowcount
database.commit()
print(changed)`;
  const changed = execFileSync("python3", ["-c", script, join(data, "vestibule.db"), username], { encoding: "utf8" });
  if (Number(changed) < 1) throw new Error(`${username} has no session`);
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
  return { url, setupLink: await setupLink(data), stop };
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    (response) => response.ok,
    () => false,
  );
}

async function freePort(): Promise<number> {
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
