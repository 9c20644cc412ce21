import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { line, paper } from "../documents/papers.ts";
import { ask } from "./ask.ts";
import type { Surface } from "./chromium.ts";
import { type OpenDocument, type OpenOptions, openDocument } from "./host-page.ts";
import { formOf } from "./requests.ts";
import type { Stage } from "./stage.ts";

/** Two files of a page each, to place fields on. */
const leasePapers = [
  paper({ content: line(72, 720, "Lease of a flat") + line(72, 180, "Tenant") }),
  paper({ content: line(72, 720, "House rules") }),
];

/** A draft of a template or of a request: its ids and its address, as v3 answers them. */
export type MadeDraft = { readonly id: string; readonly url: string };

type Parameters = Readonly<Record<string, unknown>>;

/** Begins a template of a tenant and a landlord, unless the parameters say otherwise. */
export async function draftTemplate({ house }: Stage, parameters: Parameters = {}): Promise<MadeDraft> {
  const given = {
    client_id: house.clientId,
    test_mode: true,
    title: "Lease of a flat",
    subject: "Please sign",
    message: "Hello",
    signer_roles: [{ name: "Tenant" }, { name: "Owner" }],
    ...parameters,
  };
  const answer = await ask(house, "POST /template/create_embedded_draft", { form: formOf(leasePapers, given) });
  const { template } = answer.json as { template?: { template_id: string; edit_url: string } };
  assert.ok(template, answer.bytes.toString());
  return { id: template.template_id, url: template.edit_url };
}

/** Drafts a request of Ann that is prepared in an iframe, or alone in a window, unless the parameters say otherwise. */
export async function draftRequest(
  { house }: Stage,
  { isAlone = false, ...parameters }: Parameters & { readonly isAlone?: boolean } = {},
): Promise<MadeDraft> {
  const given = {
    ...(isAlone ? {} : { client_id: house.clientId, requester_email_address: "office@example.com" }),
    type: "request_signature",
    test_mode: true,
    subject: "Please sign",
    message: "Hello",
    signers: [{ name: "Ann Lee", email_address: "ann@example.com" }],
    ...parameters,
  };
  const on = `POST /unclaimed_draft/create${isAlone ? "" : "_embedded"}`;
  const answer = await ask(house, on, { form: formOf(leasePapers, given) });
  const { unclaimed_draft: draft } = answer.json as {
    unclaimed_draft?: { signature_request_id: string | null; claim_url: string };
  };
  assert.ok(draft, answer.bytes.toString());
  return { id: draft.signature_request_id ?? "", url: draft.claim_url };
}

/** Opens a draft with the official client. */
export function openEditor(
  { house, site }: Stage,
  { page, url, options = {} }: { readonly page: Page; readonly url: string; readonly options?: Partial<OpenOptions> },
): Promise<OpenDocument> {
  return openDocument(page, { at: site.url, signUrl: url, options: { clientId: house.clientId, ...options } });
}

/** A field on its page, as it is read out. */
export function fieldNamed(surface: Surface, name: RegExp) {
  return surface.locator("main.paper").getByRole("button", { name });
}

/** What stands in a number's box of the pane of properties. */
export async function numberIn(surface: Surface, label: "Left" | "Top" | "Width" | "Height"): Promise<number> {
  return Number(await surface.getByRole("textbox", { name: label, exact: true }).inputValue());
}

/** Waits until everything is kept on the server. */
export async function kept(surface: Surface): Promise<void> {
  await surface.locator(".keeping", { hasText: "Saved" }).waitFor();
}

/** Where the middle of something stands in the window. */
export async function middleOf(
  target: ReturnType<Surface["locator"]>,
): Promise<{ readonly x: number; readonly y: number; readonly width: number; readonly height: number }> {
  const box = await target.boundingBox();
  assert.ok(box);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2, width: box.width, height: box.height };
}
