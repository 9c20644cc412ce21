import { readFileSync } from "node:fs";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

const source = readFileSync(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8");

type AxeWindow = { readonly axe?: { readonly run: () => Promise<AxeResults> } };

/** What axe-core finds wrong with a page or a frame as it is: rule, element, why. Its moving parts are given time to rest. */
export async function violationsOf(page: Pick<Page, "evaluate">): Promise<readonly string[]> {
  await page.evaluate("Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => {})))");
  // Read by the browser's debugger, since the pages' own policy lets no foreign script in.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(source);
  const { violations } = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as AxeWindow;
    if (!axe) throw new Error("axe-core did not load.");
    return axe.run();
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}
