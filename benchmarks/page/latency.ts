import type { Stand } from "./stand.ts";

const watch = `
window.took = [];
new PerformanceObserver((list) => {
  for (const { name, duration } of list.getEntries()) if (/^(key|input|pointer|click)/.test(name)) window.took.push(duration);
}).observe({ type: "event", durationThreshold: 16, buffered: true });`;

/** How long keys and clicks took until they were painted, in ms (Event Timing API: steps of 8, from 16 up), the worst last. */
export async function timeKeys({ browser }: Stand, { url, fields }: { readonly url: string; readonly fields: number }) {
  const context = await browser.newContext({ locale: "en-US" });
  const page = await context.newPage();
  await page.addInitScript(watch);
  await page.goto(url);
  await page.getByRole("button", { name: "Start" }).waitFor();
  const picked = [0, Math.floor(fields / 2), fields - 1];
  for (const n of picked) {
    const field = page.getByRole("textbox", { name: `Field ${n}`, exact: true });
    await field.click();
    await page.keyboard.type("What is written here", { delay: 60 });
    await page.keyboard.press("Tab");
  }
  await page.getByRole("button", { name: "Next field" }).click();
  await page.waitForTimeout(200);
  const took = await page.evaluate<number[]>("window.took");
  const typed = picked.length * 20;
  await context.close();
  // What took less than 16 ms is not told: each key that is missing was one.
  const fast = Array.from({ length: Math.max(0, 2 * typed - took.length) }, () => 16);
  return [...fast, ...took].toSorted((one, other) => one - other);
}
