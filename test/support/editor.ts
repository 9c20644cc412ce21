import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type Static, Type } from "typebox";
import type {
  EditorAnswer,
  EditorFaults,
  EditorFinished,
  EditorSave,
  EditorSaved,
  EditorSent,
  EditorView,
  PreparingView,
} from "../../src/wire/editor-view.ts";
import type { RefusalView } from "../../src/wire/session.ts";
import { Warning } from "../../src/wire/shapes.ts";
import { type Answered, ask, read, readAs } from "./ask.ts";
import type { House } from "./house.ts";
import { newTab } from "./page.ts";
import { ann, formOf, onePage } from "./requests.ts";

const Warnings = Type.Optional(Type.Array(Warning));
const Text = Type.Union([Type.String(), Type.Null()]);

/** What answers with a draft of a request look like. */
export const OneDraft = Type.Object({
  unclaimed_draft: Type.Object({
    signature_request_id: Text,
    claim_url: Type.String(),
    signing_redirect_url: Text,
    requesting_redirect_url: Text,
    expires_at: Type.Integer(),
    test_mode: Type.Boolean(),
  }),
  warnings: Warnings,
});

/** What answers with a draft of a template look like. */
export const OneTemplateDraft = Type.Object({
  template: Type.Object({ template_id: Type.String(), edit_url: Type.String(), expires_at: Type.Integer() }),
  warnings: Warnings,
});

/** What `embedded/edit_url` answers. */
export const OneEditUrl = Type.Object({
  embedded: Type.Object({ edit_url: Type.String(), expires_at: Type.Integer() }),
  warnings: Warnings,
});

/** Parameters of v3, and files instead of one page; `key`: another account's. */
export type Asked = Readonly<Record<string, unknown>> & {
  readonly files?: readonly Uint8Array[];
  readonly key?: string;
};

/** Asks for a draft of an operation, as the official SDK does: multipart with one page, unless the parameters say otherwise. */
export function draftBy(
  house: Pick<House, "url" | "apiKey" | "clientId">,
  { on, asked }: { readonly on: string; readonly asked: Asked },
): Promise<Answered> {
  const { files = [onePage], key, ...parameters } = asked;
  const given = { test_mode: true, ...parameters };
  const body = files.length === 0 ? { json: given } : { form: formOf(files, given) };
  return ask(house, `POST ${on}`, { ...body, ...(key === undefined ? {} : { key }) });
}

/** A draft for the app's iframe, of Ann's request. */
export async function embeddedDraft(
  house: House,
  asked: Asked = {},
): Promise<Static<typeof OneDraft>["unclaimed_draft"]> {
  const parameters = {
    client_id: house.clientId,
    requester_email_address: "sender@example.com",
    subject: "Agreement",
    signers: [ann],
    ...asked,
  };
  const answer = await draftBy(house, { on: "/unclaimed_draft/create_embedded", asked: parameters });
  return readAs(OneDraft, answer).unclaimed_draft;
}

/** A draft of a template of a client and a witness, for the app's iframe. */
export async function templateDraft(
  house: House,
  asked: Asked = {},
): Promise<Static<typeof OneTemplateDraft>["template"]> {
  const parameters = {
    client_id: house.clientId,
    title: "Agreement",
    signer_roles: [{ name: "Client" }, { name: "Witness" }],
    ...asked,
  };
  const answer = await draftBy(house, { on: "/template/create_embedded_draft", asked: parameters });
  return readAs(OneTemplateDraft, answer).template;
}

/** A tab of a browser at a draft: what its page's script may say, and what the server says to it. */
export type Editor = {
  readonly claim: () => Promise<EditorAnswer>;
  readonly draft: () => Promise<EditorAnswer>;
  readonly save: (save: EditorSent) => Promise<EditorSaved | RefusalView>;
  readonly finish: (save: EditorSave) => Promise<EditorFinished | EditorFaults | RefusalView>;
  readonly add: (files: readonly Uint8Array[]) => Promise<PreparingView | RefusalView>;
  readonly order: (order: readonly number[]) => Promise<PreparingView | RefusalView>;
  readonly remove: (file: number) => Promise<PreparingView | RefusalView>;
  /** Any call, with its status. */
  readonly call: (on: string, body?: object | FormData) => Promise<Answered>;
  readonly token: string;
  readonly tab: string;
};

/** How a tab comes to a draft, and what it says of itself. */
export type EditorAsk = {
  readonly link: string;
  readonly tab?: string;
  readonly clientId?: string | undefined;
  readonly parentOrigin?: string | null | undefined;
};

/** Opens a tab at a draft's link: nothing is said to the server yet. */
export function openEditor(house: Pick<House, "url" | "clientId">, asked: EditorAsk): Editor {
  const { link, tab = newTab() } = asked;
  const parentOrigin = "parentOrigin" in asked ? asked.parentOrigin : "http://localhost:9000";
  const clientId = "clientId" in asked ? asked.clientId : house.clientId;
  const token = new URL(link).searchParams.get("token") ?? "";
  const call = async (on: string, body?: object | FormData): Promise<Answered> => {
    const [method = "", path = ""] = on.split(" ");
    const isForm = body instanceof FormData;
    const response = await fetch(`${house.url}/editor-api${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}.${tab}`,
        ...(body === undefined || isForm ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    });
    return read(response);
  };
  const say = async <T>(on: string, body?: object | FormData): Promise<T> => {
    const { status, json } = await call(on, body);
    assert.equal(status, 200, JSON.stringify(json));
    return json as T;
  };
  return {
    token,
    tab,
    call,
    claim: () => say("POST /claim", { token, tab, clientId, parentOrigin }),
    draft: () => say("GET /draft"),
    save: (save) => say("PUT /draft", save),
    finish: (save) => say("POST /finish", save),
    add: (files) => say("POST /files", uploadOf(files)),
    order: (order) => say("POST /files/order", { order }),
    remove: (file) => say("POST /files/remove", { file }),
  };
}

/** Documents as the page's script sends them. */
function uploadOf(files: readonly Uint8Array[]): FormData {
  const form = new FormData();
  for (const [index, bytes] of files.entries())
    form.append("file", new Blob([Buffer.from(bytes)], { type: "application/pdf" }), `added-${index + 1}.pdf`);
  return form;
}

/** Claims and waits until the documents are ready: the draft as it is then shown. */
export async function edit(editor: Editor): Promise<EditorView> {
  return untilOpen(editor, await editor.claim());
}

/** Asks again while the documents are being prepared. */
export async function untilOpen(editor: Editor, first: EditorAnswer): Promise<EditorView> {
  const until = Date.now() + 60_000;
  let view = first;
  while (view.ok && "state" in view && view.state === "preparing") {
    assert.ok(Date.now() < until, "the draft is prepared within a minute");
    await sleep(20);
    view = await editor.draft();
  }
  assert.ok(view.ok && "state" in view && view.state === "open", JSON.stringify(view));
  return view;
}

/** What a page sends of what it shows. */
export function saveOf(view: EditorView): EditorSave {
  const { revision, title, subject, message, signers, ccs, mergeFields, fields } = view;
  return { revision, title, subject, message, signers, ccs, mergeFields, fields };
}

/** A signature field of a signer at a place of its own on the first page. */
export function signatureField(
  signer: number,
  more: Partial<EditorSave["fields"][number]> = {},
): EditorSave["fields"][number] {
  const place = { page: 1, x: 72, y: 60 + 40 * signer, width: 160, height: 24 };
  return { apiId: `sign_${signer}`, type: "signature", name: "", signer, required: true, ...place, ...more };
}

/** Makes a draft whose request is held, and finishes it as it is. */
export async function prepareHeld(house: House, asked: Asked): Promise<void> {
  const { claim_url: link } = await embeddedDraft(house, { ...asked, hold_request: true });
  const editor = openEditor(house, { link });
  const done = await editor.finish(saveOf(await edit(editor)));
  assert.ok(done.ok, JSON.stringify(done));
}

/** A draft of a request by an operation of `/unclaimed_draft`. */
export async function unclaimedDraft(
  house: House,
  { on, asked }: { readonly on: string; readonly asked: Asked },
): Promise<Static<typeof OneDraft>["unclaimed_draft"]> {
  return readAs(OneDraft, await draftBy(house, { on: `/unclaimed_draft/${on}`, asked })).unclaimed_draft;
}

/** What somebody makes of a draft that they see. */
export type Change = (view: EditorView) => object;

/** Opens a draft and finishes it as this says; answers the request's id. */
export async function finishDraft(
  house: House,
  { link, change = () => ({}) }: { readonly link: string; readonly change?: Change },
): Promise<string> {
  const editor = openEditor(house, { link });
  const view = await edit(editor);
  const done = await editor.finish({ ...saveOf(view), ...change(view) });
  assert.ok(done.ok, JSON.stringify(done));
  assert.equal(done.state, "done");
  return done.requestId ?? assert.fail();
}
