#!/usr/bin/env node
// Starts Firefox for Playwright, and stands between the two. Playwright drives a stock Firefox by WebDriver BiDi; before a page
// opens it sends `emulation.setMediaFeaturesOverride`, which Firefox ESR 153 does not know. Asked for the light colours in which
// playwright.config.ts starts Firefox anyway, this answers in its place. Everything else passes as it is: a test that asks for
// dark colours fails.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import bundle from "playwright-core/lib/utilsBundle";

const { ws: WebSocket, wsServer: WebSocketServer } = bundle;
const MEDIA = "emulation.setMediaFeaturesOverride";

const firefox = spawn(process.env.FIREFOX_PATH, process.argv.slice(2), { stdio: ["ignore", "ignore", "pipe"] });
firefox.once("error", (error) => {
  console.error(`${process.env.FIREFOX_PATH} does not start: ${error.message}`);
  process.exit(1);
});
firefox.once("exit", (code) => process.exit(code ?? 1));
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => firefox.kill(signal));

const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
let address;
for await (const line of createInterface(firefox.stderr)) {
  const ready = /^WebDriver BiDi listening on (ws:\S+)$/.exec(line);
  if (ready) {
    address = `${ready[1]}/session`;
    server.on("connection", connect);
  }
  console.error(ready ? `WebDriver BiDi listening on ws://127.0.0.1:${server.address().port}` : line);
}

function connect(playwright) {
  const browser = new WebSocket(address, { perMessageDeflate: false });
  const early = [];
  const light = new Set();
  playwright.on("message", (data) => {
    const text = String(data);
    if (text.includes(MEDIA)) {
      const { id, method, params } = JSON.parse(text);
      if (method === MEDIA && asksForLight(params)) light.add(id);
    }
    if (browser.readyState === WebSocket.OPEN) browser.send(text);
    else early.push(text);
  });
  browser.on("open", () => early.splice(0).forEach((text) => browser.send(text)));
  browser.on("message", (data) => {
    const text = String(data);
    if (light.size > 0) {
      const { id, error } = JSON.parse(text);
      if (light.delete(id) && error === "unknown command") {
        playwright.send(JSON.stringify({ type: "success", id, result: {} }));
        return;
      }
    }
    playwright.send(text);
  });
  for (const [one, other] of [[browser, playwright], [playwright, browser]]) {
    one.on("close", () => other.close());
    one.on("error", () => other.close());
  }
}

function asksForLight({ features }) {
  return Object.entries(features).every(([name, value]) => name === "prefers-color-scheme" && value === "light");
}
