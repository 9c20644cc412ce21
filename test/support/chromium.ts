import { existsSync } from "node:fs";
import { after } from "node:test";
import { type Browser, type BrowserContextOptions, chromium, type Frame, type Page } from "playwright-core";

const executable = "/usr/bin/chromium";

/** How long a test waits for what must come: a page, a button, an answer. Never how fast it has to be. */
export const patienceMs = 60_000;

/** Options of a test or suite that looks at pages: skipped, by name, where Chromium is missing. */
export const needingChromium: { readonly skip: string | false; readonly timeout: number } = {
  skip: existsSync(executable) ? false : `${executable} is not installed`,
  timeout: 4 * patienceMs,
};

/** A browser that opens windows with nothing in common: no storage, no cookies. */
export type Windows = {
  readonly open: (options?: BrowserContextOptions) => Promise<Page>;
  /** Closes them all; a later `open` starts the browser again. */
  readonly close: () => Promise<void>;
};

/**
 * Chromium for a test file, started when its first window opens and closed after the file at the latest. `hosts` are
 * names that lead to this machine; every other name leads nowhere.
 */
export function windowsOf({ hosts = [] }: { readonly hosts?: readonly string[] } = {}): Windows {
  let starting: Promise<Browser> | null = null;
  const close = async () => {
    const browser = await starting;
    starting = null;
    await browser?.close();
  };
  after(close);

  const open = async (options: BrowserContextOptions = {}): Promise<Page> => {
    starting ??= startChromium(hosts);
    const browser = await starting;
    const context = await browser.newContext({ locale: "en-US", timezoneId: "Europe/Kyiv", ...options });
    context.setDefaultTimeout(patienceMs);
    return context.newPage();
  };
  return { open, close };
}

/** Where roles are looked for: a window, or a frame in it. */
export type Surface = Pick<Page, "getByRole" | "getByText" | "locator"> & { readonly frame: () => Promise<Frame> };

/** A window as a surface. */
export function surfaceOf(page: Page): Surface {
  return {
    getByRole: page.getByRole.bind(page),
    getByText: page.getByText.bind(page),
    locator: page.locator.bind(page),
    frame: async () => page.mainFrame(),
  };
}

function startChromium(hosts: readonly string[]): Promise<Browser> {
  const rules = [...hosts.map((host) => `MAP ${host} 127.0.0.1`), "MAP * ~NOTFOUND", "EXCLUDE localhost"];
  return chromium.launch({
    executablePath: executable,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      `--host-resolver-rules=${[...rules, "EXCLUDE 127.0.0.1"].join(", ")}`,
    ],
    timeout: patienceMs,
  });
}
