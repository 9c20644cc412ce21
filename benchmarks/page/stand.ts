import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Browser, chromium } from "playwright-core";
import { type HostSite, startHostSite } from "../../test/support/host-page.ts";
import { startTestServer, type TestServer } from "../../test/support/server.ts";
import { densePaper } from "../documents/dense.ts";

/** What the page is measured on: a server in a process of its own, an integrator's website, a browser. */
export type Stand = { readonly server: TestServer; readonly site: HostSite; readonly browser: Browser };

/** Sets it up, lets `measure` work with it, and takes it down. */
export async function withStand<T>(measure: (stand: Stand) => Promise<T>): Promise<T> {
  const server = await startTestServer();
  const site = await startHostSite();
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
  });
  try {
    return await measure({ server, site, browser });
  } finally {
    await browser.close();
    await site.close();
    await server.stop();
  }
}

/** A document with so many pages and text fields beside its signature. */
export type Asked = { readonly pages: number; readonly fields: number };

/** Sends a document to be signed in an iframe and waits until it can be; answers the signature's id. */
export async function sendEmbedded({ server }: Stand, asked: Asked): Promise<string> {
  const form = formOf(asked, "Embedded");
  form.append("client_id", server.clientId);
  const { status, body } = await server.call("POST", "/signature_request/create_embedded", form);
  if (status !== 200) throw new Error(`create_embedded answered ${status}: ${JSON.stringify(body)}`);
  const { signatures } = body.signature_request as unknown as {
    readonly signatures: readonly { readonly signature_id: string }[];
  };
  const signatureId = signatures[0]?.signature_id ?? "";
  await patiently(async () => (await linkOf(server, signatureId)) ?? null);
  return signatureId;
}

/** A fresh link for an iframe. */
export function signUrlOf({ server }: Stand, signatureId: string): Promise<string> {
  return patiently(() => linkOf(server, signatureId));
}

/** Sends a document by mail; answers the link of its invitation, out of the inbox. */
export async function sendMailed({ server }: Stand, asked: Asked): Promise<string> {
  const title = `Mailed ${randomUUID()}`;
  const { status, body } = await server.call("POST", "/signature_request/send", formOf(asked, title));
  if (status !== 200) throw new Error(`send answered ${status}: ${JSON.stringify(body)}`);
  return patiently(async () => {
    const inbox = await (await fetch(`${server.url}/inbox`)).text();
    const letter = new RegExp(`href="(/inbox/[^"]+)"><strong>${title}`).exec(inbox)?.[1];
    if (letter === undefined) return null;
    const link = /\/sign\/[0-9a-f]{64}/.exec(await (await fetch(server.url + letter)).text())?.[0];
    return link === undefined ? null : server.url + link;
  });
}

async function linkOf(server: TestServer, signatureId: string): Promise<string | null> {
  const { status, body } = await server.call("GET", `/embedded/sign_url/${signatureId}`);
  return status === 200 ? (body.embedded as unknown as { readonly sign_url: string }).sign_url : null;
}

async function patiently<T>(look: () => Promise<T | null>): Promise<T> {
  const end = Date.now() + 120_000;
  while (Date.now() < end) {
    const found = await look();
    if (found !== null) return found;
    await sleep(100);
  }
  throw new Error("The document was not ready within two minutes.");
}

function formOf({ pages, fields }: Asked, title: string): FormData {
  const form = new FormData();
  form.append("test_mode", "1");
  form.append("title", title);
  form.append("signers[0][name]", "Ann Lee");
  form.append("signers[0][email_address]", "ann@example.com");
  form.append("files[0]", new Blob([Buffer.from(densePaper(pages))], { type: "application/pdf" }), "dense.pdf");
  form.append("form_fields_per_document", JSON.stringify(fieldsOn(pages, fields)));
  return form;
}

function fieldsOn(pages: number, fields: number): readonly object[] {
  const perPage = Math.ceil(fields / pages);
  const signature = { document_index: 0, api_id: "sig", type: "signature", signer: 0, required: true, page: 1 };
  return [
    ...Array.from({ length: fields }, (_, n) => ({
      document_index: 0,
      api_id: `f${n}`,
      type: "text",
      name: `Field ${n}`,
      signer: 0,
      required: n % 2 === 0,
      page: Math.floor(n / perPage) + 1,
      x: 40 + (n % 5) * 110,
      y: 40 + Math.floor((n % perPage) / 5) * 24,
      width: 100,
      height: 16,
    })),
    { ...signature, x: 60, y: 740, width: 150, height: 30 },
  ];
}
