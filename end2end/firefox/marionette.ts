import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

/** An answer of Marionette: its type (1), the number of the command, an error, a value. */
type Answer = [1, number, { message: string } | null, Record<string, unknown> | null];

/**
 * A stock Firefox without script, driven by Marionette, which geckodriver speaks too: commands of WebDriver as JSON with their
 * length before them. Playwright's own waiting needs script in the page; Marionette's does not.
 */
export class FirefoxWithoutScript {
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private received = Buffer.alloc(0);
  private count = 0;

  private constructor(
    private readonly firefox: ChildProcess,
    private readonly socket: Socket,
    private readonly profile: string,
  ) {
    socket.on("data", (data) => this.read(data));
  }

  static async start(path: string): Promise<FirefoxWithoutScript> {
    const profile = mkdtempSync(join(tmpdir(), "firefox-"));
    writeFileSync(join(profile, "user.js"), 'user_pref("marionette.port", 0);\nuser_pref("javascript.enabled", false);\n');
    const firefox = spawn(path, ["--headless", "--marionette", "--no-remote", "--profile", profile], { stdio: "ignore" });
    let failed: Error | undefined;
    firefox.once("error", (error) => (failed = error));
    for (;;) {
      if (failed ?? firefox.exitCode !== null) throw failed ?? new Error(`Firefox exited with ${firefox.exitCode}`);
      try {
        const port = Number(readFileSync(join(profile, "MarionetteActivePort"), "utf8"));
        if (port > 0) {
          const browser = new FirefoxWithoutScript(firefox, connect(port, "127.0.0.1"), profile);
          await browser.ask("WebDriver:NewSession", { capabilities: {} });
          return browser;
        }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      }
      await setTimeout(50);
    }
  }

  /** Goes to a page. */
  async go(url: string): Promise<void> {
    await this.ask("WebDriver:Navigate", { url });
  }

  /** Where it is. */
  async url(): Promise<URL> {
    return new URL(String((await this.ask("WebDriver:GetCurrentURL"))["value"]));
  }

  /** The text of an element, as a reader sees it. */
  async text(selector: string): Promise<string> {
    return String((await this.ask("WebDriver:GetElementText", await this.element(selector)))["value"]);
  }

  /** An attribute of an element; null if it has none of the name. */
  async attribute(selector: string, name: string): Promise<unknown> {
    return (await this.ask("WebDriver:GetElementAttribute", { ...(await this.element(selector)), name }))["value"];
  }

  /** Fills a field. */
  async fill(selector: string, text: string): Promise<void> {
    const element = await this.element(selector);
    await this.ask("WebDriver:ElementClear", element);
    await this.ask("WebDriver:ElementSendKeys", { ...element, text });
  }

  /** Clicks, and waits for the page to which that leads. */
  async click(selector: string): Promise<void> {
    await this.ask("WebDriver:ElementClick", await this.element(selector));
  }

  async quit(): Promise<void> {
    const exited = new Promise((resolve) => this.firefox.once("exit", resolve));
    this.firefox.kill();
    await exited;
    this.socket.destroy();
    rmSync(this.profile, { recursive: true, force: true });
  }

  private async element(css: string): Promise<{ id: string }> {
    const found = await this.ask("WebDriver:FindElement", { using: "css selector", value: css });
    const [id] = Object.values(found["value"] as Record<string, string>);
    return { id: id ?? "" };
  }

  private async ask(name: string, parameters: object = {}): Promise<Record<string, unknown>> {
    this.count += 1;
    const id = this.count;
    const text = JSON.stringify([0, id, name, parameters]);
    const answered = new Promise<Answer>((resolve) => this.waiting.set(id, resolve));
    this.socket.write(`${Buffer.byteLength(text)}:${text}`);
    const [, , error, value] = await answered;
    if (error) throw new Error(`${name}: ${error.message}`);
    return value ?? {};
  }

  /** Reads whole messages; the first one is Marionette's greeting. */
  private read(data: Buffer): void {
    this.received = Buffer.concat([this.received, data]);
    for (;;) {
      const colon = this.received.indexOf(":");
      const length = Number(this.received.subarray(0, Math.max(colon, 0)).toString());
      if (colon < 0 || this.received.length <= colon + length) return;
      const message: unknown = JSON.parse(this.received.subarray(colon + 1, colon + 1 + length).toString());
      this.received = this.received.subarray(colon + 1 + length);
      if (Array.isArray(message)) this.waiting.get(Number(message[1]))?.(message as Answer);
    }
  }
}
