import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type Static, Type } from "typebox";
import { Warning } from "../../src/wire/shapes.ts";
import { SignatureRequest } from "../../src/wire/signature-request.ts";
import { line, paper } from "../documents/papers.ts";
import { type Answered, ask, type Callee, readAs } from "./ask.ts";
import type { House } from "./house.ts";

/** A signature request as v3 shows it. */
export type Shown = Static<typeof SignatureRequest>;

/** What answers with one request look like. */
export const OneRequest = Type.Object({
  signature_request: SignatureRequest,
  warnings: Type.Optional(Type.Array(Warning)),
});

/** One page that says "Agreement". */
export const onePage = paper({ content: line(72, 700, "Agreement") });

/** The first of two people who sign. */
export const ann = { name: "Ann Lee", email_address: "ann@example.com" };
/** The second of them. */
export const bob = { name: "Bob Ray", email_address: "bob@example.com" };

/** What a request is made of, beside a title, test mode and one page: parameters of v3, and files instead of that page. */
export type NewRequest = Readonly<Record<string, unknown>> & {
  readonly files?: readonly Uint8Array[];
  /** Sent by mail rather than embedded. */
  readonly mailed?: boolean;
};

/**
 * Asks for signatures: multipart as the official SDK writes it, or JSON where there are no files. On that one page each
 * signer signs and has a day, which is quicker than to append a page for it; who brings files says what is on them.
 */
export async function send(house: Callee & { readonly clientId: string }, asked: NewRequest = {}): Promise<Answered> {
  return bring(house, { on: `POST /signature_request/${asked.mailed ? "send" : "create_embedded"}`, asked });
}

/** Asks for signatures in the place of a request that is there, in the same way. */
export async function edit(
  house: Callee & { readonly clientId: string },
  { id, ...asked }: NewRequest & { readonly id: string },
): Promise<Answered> {
  return bring(house, { on: `PUT /signature_request/${asked.mailed ? "edit" : "edit_embedded"}/${id}`, asked });
}

async function bring(
  house: Callee & { readonly clientId: string },
  { on, asked }: { readonly on: string; readonly asked: NewRequest },
): Promise<Answered> {
  const { files: brought, mailed = false, ...parameters } = asked;
  const files = brought ?? [onePage];
  const given = {
    test_mode: true,
    title: "Agreement",
    signers: [ann],
    ...(mailed ? {} : { client_id: house.clientId }),
    ...parameters,
  };
  if (brought === undefined)
    Object.assign(given, { form_fields_per_document: fieldsFor(given.signers), ...parameters });
  return files.length === 0 ? ask(house, on, { json: given }) : ask(house, on, { form: formOf(files, given) });
}

function fieldsFor(signers: unknown): readonly object[] | undefined {
  if (!Array.isArray(signers)) return undefined;
  return signers.flatMap((_, signer) => {
    const place = { document_index: 0, signer, required: true, page: 1, y: 60 + 24 * (signer % 28), height: 18 };
    return [
      { ...place, api_id: `signature_${signer}`, type: "signature", x: 72, width: 160 },
      { ...place, api_id: `day_${signer}`, type: "date_signed", x: 300, width: 120 },
    ];
  });
}

/** A multipart body as the official SDK writes it: files first, objects and lists as JSON. */
export function formOf(files: readonly Uint8Array[], parameters: Readonly<Record<string, unknown>>): FormData {
  const form = new FormData();
  files.forEach((bytes, index) => {
    form.set(`files[${index}]`, new Blob([Buffer.from(bytes)], { type: "application/pdf" }), `paper-${index + 1}.pdf`);
  });
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== null)
      form.set(name, typeof value === "object" ? JSON.stringify(value) : `${value as string | number | boolean}`);
  }
  return form;
}

/** The request of an answer that went well. */
export function requestOf(answer: Answered): Shown {
  return readAs(OneRequest, answer).signature_request;
}

/** Makes a request and waits until its processing has ended, well or not. */
export async function sendAndWait(house: House, parameters: NewRequest = {}): Promise<Shown> {
  const { signature_request_id: id } = requestOf(await send(house, parameters));
  return untilState(house, { id, not: ["processing"] });
}

/** Waits until a request has left these states, and answers it as v3 shows it then. */
export async function untilState(
  house: Callee & Pick<House, "store">,
  { id, not }: { readonly id: string; readonly not: readonly string[] },
): Promise<Shown> {
  const until = Date.now() + 60_000;
  while (not.includes(await stateOf(house, id))) {
    assert.ok(Date.now() < until, `the request has left ${not.join(" and ")} within a minute`);
    await sleep(10);
  }
  return requestOf(await ask(house, `GET /signature_request/${id}`));
}

/** The state of a request in the database. */
export async function stateOf({ store }: Pick<House, "store">, id: string): Promise<string> {
  const { state } = await store.read
    .selectFrom("signature_requests")
    .select("state")
    .where("request_id", "=", id)
    .executeTakeFirstOrThrow();
  return state;
}

/** The first signature of a request, or the one at the index. */
export function signatureOf({ signatures }: Shown, index = 0): Shown["signatures"][number] {
  const signature = signatures[index];
  assert.ok(signature, `there is a signature ${index}`);
  return signature;
}

/** Lets an open request's time run out: its end is moved into the past, and its expiry is due at once. */
export async function expireNow(house: House, id: string): Promise<Shown> {
  await house.store.transact(async (tx) => {
    const past = Date.now() - 60_000;
    await tx.updateTable("signature_requests").set({ expires_at: past }).where("request_id", "=", id).execute();
    await tx
      .updateTable("jobs")
      .set({ next_at: past })
      .where("request_id", "=", id)
      .where("kind", "=", "expire")
      .execute();
  });
  return untilState(house, { id, not: ["awaiting"] });
}

/** Unix seconds, so many days from now. */
export function inDays(days: number): number {
  return Math.floor(Date.now() / 1000) + days * 24 * 3600;
}

/** A request as its account sees it now. */
export async function shownRequest(house: Callee, id: string): Promise<Shown> {
  return requestOf(await ask(house, `GET /signature_request/${id}`));
}
