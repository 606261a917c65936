import axe from "axe-core";
import { expect, type Page } from "@playwright/test";

/**
 * Puts axe into a page, once for all colours: the builder of @axe-core/playwright parses it anew for each, and opens a page for
 * the result.
 */
export async function bringAxe(page: Page): Promise<void> {
  await page.evaluate(axe.source);
}

/**
 * What axe finds: all of it, or only what colours change. Forced colours are the reader's own: their contrast is theirs. More rules
 * than `passed` must have found something to look at.
 */
export async function violations(page: Page, isWhole: boolean, isForced: boolean, passed = isWhole ? 10 : 0): Promise<string[]> {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  const rules = [...(isForced ? [] : ["color-contrast"]), "link-in-text-block", "target-size", "image-alt", "label"];
  const runOnly = isWhole ? { type: "tag" as const, values: tags } : { type: "rule" as const, values: rules };
  const { violations, passes } = await page.evaluate(
    (options) => (window as unknown as { axe: typeof axe }).axe.run(document, options),
    { runOnly, resultTypes: ["violations" as const] },
  );
  expect(passes.length).toBeGreaterThan(passed);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
}
