import { type Stand, signUrlOf } from "./stand.ts";

/** From the client's open() to its `ready`, and the bytes of script and style that came before it, as sent. */
export type Opening = { readonly readyMs: number; readonly bytes: number };

type Host = {
  HelloSign: new () => { on: (name: string, hear: () => void) => void; open: (...given: unknown[]) => void };
};

/** Opens a fresh link in a new window of the browser, nothing kept from before. */
export async function openOnce(stand: Stand, signatureId: string): Promise<Opening> {
  const signUrl = await signUrlOf(stand, signatureId);
  const context = await stand.browser.newContext({ locale: "en-US" });
  const page = await context.newPage();
  await page.goto(stand.site.url);
  let isReady = false;
  const counting: Promise<number>[] = [];
  page.on("requestfinished", (request) => {
    if (isReady || !["script", "stylesheet"].includes(request.resourceType())) return;
    counting.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
  });
  const readyMs = await page.evaluate(
    ([url, clientId]) =>
      new Promise<number>((resolve) => {
        const client = new (globalThis as unknown as Host).HelloSign();
        const began = performance.now();
        client.on("ready", () => resolve(performance.now() - began));
        client.open(url, { clientId });
      }),
    [signUrl, stand.server.clientId] as const,
  );
  isReady = true;
  const bytes = (await Promise.all(counting)).reduce((sum, size) => sum + size, 0);
  await context.close();
  return { readyMs, bytes };
}
