import type { BrowserContext, Page } from "@playwright/test";

/** A refusal or failure that a test brings about on purpose. */
export interface Expected {
  /** The HTTP status, `failed` where no answer comes at all, or `markup` that Trusted Types refuse. */
  what: number | "failed" | "markup";
  /** The path, without query; empty for markup. */
  path: string | RegExp;
}

/** What Chromium, Firefox and our own listener say of markup that the policy does not let pass. */
const REFUSED_MARKUP =
  /^(This document requires 'TrustedHTML' assignment and the 'default' policy failed|CSP: require-trusted-types-for blocked|The page’s settings blocked assigning to an injection sink )/;

/** Firefox's name for what its policy does not let pass. */
const POLICY = "Content-Security-Policy";

/** The icon that Firefox asks for of its own accord where an answer is no page and names none, as `/healthz`. */
const ICON = /^(CSP: img-src blocked http:\/\/localhost:\d+\/favicon\.ico$|The page’s settings blocked the loading of a resource \(img-src\) at http:\/\/localhost:\d+\/favicon\.ico )/;

interface Event {
  text: string;
  /** Set where an expectation may excuse the event. */
  excuse?: { what: Expected["what"]; path: string };
}

/**
 * Notes whatever a browser complains of: console errors and warnings, uncaught errors, CSP
 * violations, refused and failed requests. Each must have been declared, and what was declared must
 * have happened.
 */
export class Watch {
  readonly #events: Event[] = [];
  readonly #expected: Expected[] = [];
  readonly #allowed: { type: string; text: RegExp }[] = [];

  /** Declares a refusal or failure of this test. */
  expect(what: Expected["what"], path: Expected["path"]) {
    this.#expected.push({ what, path });
  }

  /** Declares what a browser may warn of, in words of its own. */
  allow(type: string, text: RegExp) {
    this.#allowed.push({ type, text });
  }

  /** Listens to a context and all its pages, those to come included. */
  async attach(context: BrowserContext) {
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (violation) => {
        console.error(`CSP: ${violation.effectiveDirective} blocked ${violation.blockedURI}`);
      });
    });
    context.on("page", (page) => this.#follow(page));
  }

  /** What nobody expected, and what was expected in vain. */
  complaints(): string[] {
    const excused = (event: Event) =>
      this.#expected.some((expected) => event.excuse && covers(expected, event.excuse));
    return [...this.#events.filter((event) => !excused(event)).map((event) => event.text), ...this.missing()];
  }

  /** What was declared and has not happened. */
  missing(): string[] {
    const happened = (expected: Expected) =>
      this.#events.some((event) => event.excuse && covers(expected, event.excuse));
    return this.#expected
      .filter((expected) => !happened(expected))
      .map(({ what, path }) => `expected and did not happen: ${what} ${path}`);
  }

  #follow(page: Page) {
    page.on("pageerror", (error) => {
      if (error.name === POLICY && ICON.test(error.message)) return;
      const event: Event = { text: `uncaught on ${page.url()}: ${error.name} ${error.message} ${error.stack ?? ""}` };
      // Firefox tells of its policy here.
      if (error.name === POLICY && REFUSED_MARKUP.test(error.message))
        event.excuse = { what: "markup", path: "" };
      this.#events.push(event);
    });
    page.on("console", (message) => {
      if (!["error", "warning", "assert"].includes(message.type())) return;
      const [text, url] = [message.text(), message.location().url];
      if (ICON.test(text)) return;
      if (this.#allowed.some((allowed) => allowed.type === message.type() && allowed.text.test(text))) return;
      const event: Event = { text: `console ${message.type()} on ${url}: ${text}` };
      // What Chromium says of the very requests that are judged below.
      const status = /^Failed to load resource: the server responded with a status of (\d+)/.exec(text);
      if (status?.[1]) event.excuse = { what: Number(status[1]), path: path(url) };
      else if (text.startsWith("Failed to load resource: net::"))
        event.excuse = { what: "failed", path: path(url) };
      else if (REFUSED_MARKUP.test(text)) event.excuse = { what: "markup", path: "" };
      this.#events.push(event);
    });
    page.on("response", (response) => {
      const [status, url] = [response.status(), response.url()];
      if (status < 400) return;
      const text = `${response.request().method()} ${url} answered ${status}`;
      this.#events.push({ text, excuse: { what: status, path: path(url) } });
    });
    page.on("requestfailed", (request) => {
      const reason = request.failure()?.errorText;
      // Left unfinished because the page was left: nobody's fault.
      if (reason === "net::ERR_ABORTED" || reason === "NS_BINDING_ABORTED") return; // in Firefox the second
      const text = `${request.method()} ${request.url()} failed: ${reason}`;
      this.#events.push({ text, excuse: { what: "failed", path: path(request.url()) } });
    });
  }
}

function covers(expected: Expected, excuse: NonNullable<Event["excuse"]>): boolean {
  const same =
    typeof expected.path === "string"
      ? expected.path === excuse.path
      : expected.path.test(excuse.path);
  return same && expected.what === excuse.what;
}

function path(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}
