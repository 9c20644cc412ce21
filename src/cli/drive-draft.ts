// Drives a draft as an integrator and a sender would, through the public API and the editor's own calls.

import { randomBytes } from "node:crypto";
import { pause } from "../base/clock.ts";
import { limits } from "../base/limits.ts";
import type { EditorAnswer } from "../wire/editor-view.ts";
import { type Made, onePage, type Person } from "./drive.ts";
import type { Server } from "./server.ts";

/** Makes a draft in test mode whose request is held back, and finishes it in the editor. */
export async function prepareHeld(
  server: Server,
  { signer, clientId }: { readonly signer: Person; readonly clientId: string },
): Promise<Made> {
  const form = new FormData();
  const given = {
    test_mode: "1",
    client_id: clientId,
    requester_email_address: "sender@example.com",
    subject: "A test of callbacks",
    hold_request: "1",
    "signers[0][name]": signer.name,
    "signers[0][email_address]": signer.email,
  };
  for (const [name, value] of Object.entries(given)) form.append(name, value);
  form.append("files[0]", new Blob([Buffer.from(onePage())]), "test.pdf");
  type Answer = { readonly unclaimed_draft: { readonly claim_url: string; readonly signature_request_id: string } };
  const { unclaimed_draft: draft } = await server.call<Answer>("POST", "/v3/unclaimed_draft/create_embedded", { form });
  const token = new URL(draft.claim_url).searchParams.get("token") ?? "";
  const tab = randomBytes(32).toString("hex");
  const claim = { token, tab, clientId, parentOrigin: null };
  let view = await say(server, { on: "POST claim", body: claim });
  const end = Date.now() + limits.triggerMs;
  while (view.ok && "state" in view && view.state === "preparing" && Date.now() < end) {
    await pause(limits.listenerPollMs);
    view = await say(server, { on: "POST claim", body: claim });
  }
  if (!(view.ok && "state" in view) || view.state !== "open")
    throw new Error(`The editor does not open: ${JSON.stringify(view)}`);
  const { revision, title, subject, message, signers, ccs, mergeFields, fields } = view;
  const save = { revision, title, subject, message, signers, ccs, mergeFields, fields };
  const done = await say(server, { on: "POST finish", body: save, bearer: `${token}.${tab}` });
  if (!done.ok) throw new Error(`The editor refuses: ${JSON.stringify(done)}`);
  return { id: draft.signature_request_id, signatureIds: [] };
}

type Saying = { readonly on: string; readonly body: object; readonly bearer?: string };

async function say({ url }: Server, { on, body, bearer }: Saying): Promise<EditorAnswer> {
  const [method = "", path = ""] = on.split(" ");
  const response = await fetch(`${url}/editor-api/${path}`, {
    method,
    headers: {
      "content-type": "application/json",
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  return (await response.json()) as EditorAnswer;
}
