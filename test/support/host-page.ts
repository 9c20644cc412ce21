import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import type { Surface } from "./chromium.ts";

/** An integrator's website: one page that holds the official client. */
export type HostSite = {
  /** Its address under `localhost`. */
  readonly url: string;
  /** Its address under another name that leads to this machine. */
  readonly under: (host: string) => string;
  readonly close: () => Promise<void>;
};

/** The client's options for `open`, as its documentation names them. */
export type OpenOptions = Readonly<Record<string, unknown>> & { readonly clientId: string };

/** What a host page heard from the client: every event but `message`, in order. */
type HeardEvent = { readonly name: string; readonly data: unknown };

/** An integrator's page with a document open in it. */
export type OpenDocument = {
  /** The page within the iframe. */
  readonly surface: Surface;
  readonly events: () => Promise<readonly HeardEvent[]>;
  readonly eventNames: () => Promise<readonly string[]>;
  /** Waits until the client has told this event. */
  readonly heard: (name: string) => Promise<void>;
};

const client = readFileSync(
  new URL("umd/embedded.production.min.js", import.meta.resolve("hellosign-embedded/package.json")),
);
const oldClient = readFileSync(
  new URL("umd/embedded.production.min.js", import.meta.resolve("hellosign-embedded-v1/package.json")),
);
const names = [
  "open",
  "ready",
  "sign",
  "send",
  "createTemplate",
  "decline",
  "reassign",
  "cancel",
  "finish",
  "error",
  "close",
];

const html = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Host</title></head>
<body>
<h1>Our website</h1>
<script src="/client.js"></script>
<script>
window.heard = [];
window.openDocument = (url, options) => {
  const client = new HelloSign();
  for (const name of ${JSON.stringify(names)}) client.on(name, (data) => window.heard.push({ name, data }));
  client.open(url, options);
};
</script>
</body>
</html>
`;

/** The same website as it was written for version 1 of the client. */
const oldHtml = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Old host</title></head>
<body>
<h1>Our website</h1>
<script src="/old-client.js"></script>
<script>
window.heard = [];
window.openDocument = (url, { clientId, ...options }) => {
  HelloSign.init(clientId);
  const messageListener = (data) => window.heard.push({ name: data.event, data });
  HelloSign.open({ url, messageListener, ...options });
};
</script>
</body>
</html>
`;

type HostWindow = {
  readonly heard: readonly HeardEvent[];
  readonly openDocument: (url: string, options: OpenOptions) => void;
};

/** Starts an integrator's website on a free loopback port. */
export async function startHostSite(): Promise<HostSite> {
  const server = createServer((request, response) => {
    const script = { "/client.js": client, "/old-client.js": oldClient }[request.url ?? ""];
    response
      .writeHead(200, { "content-type": script ? "text/javascript" : "text/html; charset=utf-8" })
      .end(script ?? (request.url?.startsWith("/old") ? oldHtml : html));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const under = (host: string) => `http://${host}:${port}/`;
  return {
    url: under("localhost"),
    under,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Opens a signing link with the official client, in a window that shows the website's page at `at`. */
export async function openDocument(
  page: Page,
  { at, signUrl, options }: { readonly at: string; readonly signUrl: string; readonly options: OpenOptions },
): Promise<OpenDocument> {
  await page.goto(at);
  await page.evaluate(([url, given]) => (globalThis as unknown as HostWindow).openDocument(url, given), [
    signUrl,
    options,
  ] as const);
  const iframe = "iframe.x-hellosign-embedded__iframe, iframe#hsEmbeddedFrame";
  const frame = page.frameLocator(iframe);
  const events = () => page.evaluate(() => (globalThis as unknown as HostWindow).heard);
  return {
    surface: {
      getByRole: frame.getByRole.bind(frame),
      getByText: frame.getByText.bind(frame),
      locator: frame.locator.bind(frame),
      frame: async () => {
        const content = await (await page.waitForSelector(iframe)).contentFrame();
        if (!content) throw new Error("The iframe holds no page.");
        return content;
      },
    },
    events,
    eventNames: async () => (await events()).map(({ name }) => name),
    heard: async (name) => {
      await page.waitForFunction(
        (wanted) => (globalThis as unknown as HostWindow).heard.some((event) => event.name === wanted),
        name,
      );
    },
  };
}
