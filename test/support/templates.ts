import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type Static, Type } from "typebox";
import { Warning } from "../../src/wire/shapes.ts";
import { TemplateShape } from "../../src/wire/template.ts";
import { type Answered, ask, readAs } from "./ask.ts";
import type { HeardHouse } from "./heard-house.ts";
import type { House } from "./house.ts";
import { formOf, onePage } from "./requests.ts";

/** A template as v3 shows it. */
export type ShownTemplate = Static<typeof TemplateShape>;

const Warnings = Type.Optional(Type.Array(Warning));

/** What answers with one template look like. */
export const OneTemplate = Type.Object({ template: TemplateShape, warnings: Warnings });

/** What answers with a new template's id look like. */
export const MadeTemplate = Type.Object({ template: Type.Object({ template_id: Type.String() }), warnings: Warnings });

/** What a template is made of, beside a title, test mode and one page: parameters of v3, and files instead of that page. */
export type NewTemplate = Readonly<Record<string, unknown>> & { readonly files?: readonly Uint8Array[] };

const place = { document_index: 0, required: true, page: 1, height: 18 };

/** A client signs and has a day, a witness signs; a company is merged in. */
export const clientAndWitness = [
  { ...place, api_id: "sign_client", type: "signature", name: "Client signs", signer: 0, x: 72, y: 60, width: 160 },
  { ...place, api_id: "day_client", type: "date_signed", name: "", signer: 0, x: 300, y: 60, width: 120 },
  { ...place, api_id: "sign_witness", type: "signature", name: "", signer: 1, x: 72, y: 120, width: 160 },
  {
    ...place,
    api_id: "company",
    type: "text-merge",
    name: "Company",
    signer: "sender",
    required: false,
    x: 72,
    y: 180,
    width: 200,
  },
];

/** Makes a template as the official SDK asks for one: of a client and a witness unless the parameters say otherwise. */
export function createTemplate(
  house: Pick<House, "url" | "apiKey">,
  { files = [onePage], ...parameters }: NewTemplate = {},
): Promise<Answered> {
  const given = {
    test_mode: true,
    title: "Agreement",
    signer_roles: [{ name: "Client" }, { name: "Witness" }],
    form_fields_per_document: clientAndWitness,
    ...parameters,
  };
  const body = files.length === 0 ? { json: given } : { form: formOf(files, given) };
  return ask(house, "POST /template/create", body);
}

/** The id of a template that was made. */
export function templateIdOf(answer: Answered): string {
  return readAs(MadeTemplate, answer).template.template_id;
}

/** Makes a template and waits until its preparation has ended, well or not. Answers its id. */
export async function makeTemplate(house: House, parameters: NewTemplate = {}): Promise<string> {
  const id = templateIdOf(await createTemplate(house, parameters));
  await untilPrepared(house, id);
  return id;
}

/** Waits until a template is not being prepared any more, and answers its state. */
export async function untilPrepared({ store }: Pick<House, "store">, id: string): Promise<string> {
  const until = Date.now() + 60_000;
  for (;;) {
    const { state } = await store.read
      .selectFrom("templates")
      .select("state")
      .where("template_id", "=", id)
      .executeTakeFirstOrThrow();
    if (state !== "processing") return state;
    assert.ok(Date.now() < until, "the template is prepared within a minute");
    await sleep(10);
  }
}

/** A template as its account sees it. */
export async function shownTemplate(house: Pick<House, "url" | "apiKey">, id: string): Promise<ShownTemplate> {
  return readAs(OneTemplate, await ask(house, `GET /template/${id}`)).template;
}

/** The two people for the two roles. */
export const cast = [
  { role: "Client", name: "Ann Lee", email_address: "ann@example.com" },
  { role: "Witness", name: "Bob Ray", email_address: "bob@example.com" },
];

/** What was heard of a template, once nothing more is owed: which types at which path, each with its object. */
export async function templateEventsOf(
  { store, receiver, quiet }: HeardHouse,
  templateId: string,
): Promise<{ readonly account: readonly string[]; readonly app: readonly string[]; readonly message: string | null }> {
  await quiet();
  const written = await store.read
    .selectFrom("events")
    .select(["type", "message", "request_id"])
    .where("template_id", "=", templateId)
    .execute();
  const heard = receiver.heard.filter(({ payload }) => payload.template?.template_id === templateId);
  const typesAt = (path: string) =>
    heard.filter((one) => one.path === path).map(({ payload }) => payload.event.event_type);
  assert.deepEqual(
    typesAt("/account"),
    written.map(({ type }) => type),
  );
  const messages = new Set(heard.map(({ payload }) => payload.event.event_metadata.event_message ?? null));
  assert.deepEqual([...messages], [...new Set(written.map(({ message }) => message))]);
  return { account: typesAt("/account"), app: typesAt("/app"), message: written[0]?.message ?? null };
}

/** Asks for signatures with templates, as JSON or, with files, as multipart: the client and the witness unless the parameters say otherwise. */
export function sendWith(
  house: Pick<House, "url" | "apiKey" | "clientId">,
  {
    files = [],
    mailed = false,
    key,
    ...parameters
  }: Readonly<Record<string, unknown>> & {
    readonly files?: readonly Uint8Array[];
    readonly mailed?: boolean;
    readonly key?: string;
  },
): Promise<Answered> {
  const given = { test_mode: true, signers: cast, ...(mailed ? {} : { client_id: house.clientId }), ...parameters };
  const on = `POST /signature_request/${mailed ? "send" : "create_embedded"}_with_template`;
  const body = files.length === 0 ? { json: given } : { form: formOf(files, given) };
  return ask(house, on, { ...body, ...(key === undefined ? {} : { key }) });
}
