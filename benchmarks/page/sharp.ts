import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Stand } from "./stand.ts";

/** What a phone on a bus has: 9 Mbit/s, 60 ms there and back, and a processor of a quarter of this one's speed. */
const bus = { offline: false, latency: 60, downloadThroughput: 9e6 / 8, uploadThroughput: 1e6 };
const slowdown = 4;

/** When the first page has been painted, in ms since the navigation began; and the address of its picture. */
export type Sharp = { readonly ms: number; readonly picture: string };

/** The browser's own word for it: when it has painted the largest picture (Largest Contentful Paint). */
const watch = `
window.sharp = new Promise((resolve) => {
  new PerformanceObserver((list) => {
    const entry = list.getEntries().findLast(({ element }) => element instanceof HTMLImageElement);
    if (entry) resolve({ ms: entry.renderTime || entry.startTime, picture: entry.url });
  }).observe({ type: "largest-contentful-paint", buffered: true });
});`;

/** Opens an address as on the bus and waits until the first page can be read. */
export async function timeSharp({ browser }: Stand, url: string): Promise<Sharp> {
  const context = await browser.newContext({
    locale: "en-US",
    viewport: { width: 390, height: 664 },
    deviceScaleFactor: 2,
  });
  const page = await context.newPage();
  const wire = await context.newCDPSession(page);
  await wire.send("Network.enable");
  await wire.send("Network.emulateNetworkConditions", bus);
  await wire.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
  await page.addInitScript(watch);
  await page.goto(url, { waitUntil: "commit" });
  const sharp = await page.evaluate<Sharp>("window.sharp");
  await context.close();
  return sharp;
}

/** A page that holds nothing but that picture: what any page that shows it must at least take. */
export async function withBarePage<T>(picture: string, measure: (url: string) => Promise<T>): Promise<T> {
  const answer = await fetch(picture);
  const bytes = Buffer.from(await answer.arrayBuffer());
  const server = createServer(({ url }, response) => {
    if (url === "/picture")
      response.writeHead(200, { "content-type": answer.headers.get("content-type") ?? "" }).end(bytes);
    else
      response
        .writeHead(200, { "content-type": "text/html" })
        .end('<!doctype html><title>Bare</title><img src="/picture" style="width:90%">');
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  try {
    return await measure(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
