import type { Page } from "playwright-core";
import { line, paper } from "../documents/papers.ts";
import { patienceMs, type Windows } from "./chromium.ts";
import { type HeardHouse, openHeardHouse } from "./heard-house.ts";
import { type HostSite, type OpenDocument, type OpenOptions, openDocument, startHostSite } from "./host-page.ts";
import { grounds } from "./house.ts";
import { signUrlOf } from "./page.ts";
import { ann, type NewRequest, type Shown, sendAndWait, signatureOf } from "./requests.ts";

/** What a test in the browser stands on: a house that calls back, and an integrator's website. */
export type Stage = { readonly house: HeardHouse; readonly site: HostSite; readonly close: () => Promise<void> };

/** Opens a house on SQLite and a website beside it; `close` closes the browser first, whose lines the house would wait for. */
export async function openStage(windows: Windows): Promise<Stage> {
  const [ground] = grounds();
  if (!ground) throw new Error("There is no ground to stand on.");
  const [house, site] = await Promise.all([openHeardHouse(ground), startHostSite()]);
  const close = async () => {
    await windows.close();
    await Promise.all([house.close(), site.close()]);
  };
  return { house, site, close };
}

const field = { document_index: 0, signer: 0, page: 1, required: true };

/** The fields of `lease`: the city and an e-mail address, both needed, and a signature; x, y in points. */
const leaseFields = [
  { ...field, api_id: "city", type: "text", name: "City", x: 160, y: 120, width: 200, height: 20 },
  {
    ...field,
    api_id: "mail",
    type: "text",
    name: "E-mail",
    validation_type: "email_address",
    x: 160,
    y: 170,
    width: 200,
    height: 20,
  },
  { ...field, api_id: "tenant", type: "signature", name: "Tenant", x: 160, y: 600, width: 200, height: 40 },
] as const;

/** What a lease is asked for with: one page with three fields, one signer who may decline. */
export const lease: NewRequest = {
  title: "Lease of a flat",
  files: [
    paper({
      content:
        line(72, 720, "Lease of a flat") + line(72, 660, "City") + line(72, 610, "E-mail") + line(72, 180, "Tenant"),
    }),
  ],
  form_fields_per_document: leaseFields,
  allow_decline: true,
  signers: [ann],
};

/** A request, its first signer's link, and the page in the iframe of a host. */
type Opened = { readonly request: Shown; readonly signUrl: string; readonly document: OpenDocument };

/** Asks for a signature on a lease and opens it in the window with the official client. */
export async function openLease(
  { house, site }: Stage,
  {
    page,
    parameters = {},
    at = site.url,
    options = {},
  }: {
    readonly page: Page;
    readonly parameters?: NewRequest;
    readonly at?: string;
    readonly options?: Partial<OpenOptions>;
  },
): Promise<Opened> {
  const request = await sendAndWait(house, { ...lease, ...parameters });
  const { sign_url: signUrl } = await signUrlOf(house, signatureOf(request).signature_id);
  const document = await openDocument(page, { at, signUrl, options: { clientId: house.clientId, ...options } });
  return { request, signUrl, document };
}

/** Waits until something has become true of a page, asking again and again. Rejects after a minute with `words`. */
export async function until(words: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + patienceMs;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`It has not come true within a minute: ${words}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
