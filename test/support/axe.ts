import { readFileSync } from "node:fs";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

const source = readFileSync(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/**
 * Resolves in a page once it stands still: nothing that ends is moving, and it is as large as two frames before. What axe-core measures
 * at the beginning of its run must be so until its end.
 */
const rest = `(async () => {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const ends = (one) => one.playState === "running" && one.effect.getComputedTiming().endTime !== Infinity;
  for (let size = ""; ; ) {
    await frame();
    await frame();
    const moving = document.getAnimations().filter(ends);
    await Promise.all(moving.map(({ finished }) => finished.catch(() => {})));
    const { scrollWidth, scrollHeight } = document.documentElement;
    const now = [innerWidth, innerHeight, scrollWidth, scrollHeight].join();
    if (moving.length === 0 && now === size) return;
    size = now;
  }
})()`;

type AxeWindow = { readonly axe?: { readonly run: () => Promise<AxeResults> } };

/** What axe-core finds wrong with a page or a frame as it is: rule, element, why. Its moving parts are given time to rest. */
export async function violationsOf(page: Pick<Page, "evaluate">): Promise<readonly string[]> {
  await page.evaluate(rest);
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
