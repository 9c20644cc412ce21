import { parseArgs } from "node:util";
import { type EventType, eventKinds } from "../events/catalog.ts";
import { triggerConfirmed } from "./account-scene.ts";
import type { Command } from "./command.ts";
import { ask, type Made, makeTemplate, openPage, type Person } from "./drive.ts";
import { prepareHeld } from "./drive-draft.ts";
import { type FaxEvent, isFaxEvent, triggerFax } from "./fax-scenes.ts";
import { type Server, serverHelp, serverOptions } from "./server.ts";
import { personOf, speak } from "./spoken.ts";
import { type Found, untilEvent } from "./until-event.ts";

const types = Object.keys(eventKinds) as readonly EventType[];
const help = `Makes a real event happen, through the public API and the signing page alone: a test request is sent, opened, signed, declined …
and the callback goes out as it does for any other.

Usage: countersign trigger EVENT_TYPE [--client-id ID] [--signer "NAME <E-MAIL>"]

  --client-id ID    the app of the request (the account's first app)
  --signer WHO      who is asked to sign
  --json            prints the event as JSON
${serverHelp}
Events: ${types.join(", ")}

An event that only the reader of a letter brings (account_confirmed, where letters go out by mail) is prepared: the command says when
it comes.
Exit code: 0 the event happened, 3 it is prepared, 1 it did not happen, 2 an option cannot be used.

Examples
  countersign trigger signature_request_all_signed
  countersign trigger signature_request_declined --signer "Ann Lee <ann@example.com>"
  countersign trigger callback_test
`;

/** `countersign trigger`. */
export const triggerCommand: Command = {
  name: "trigger",
  says: "make a real event happen, to test a handler",
  help,
  run,
};

function run(words: readonly string[]): Promise<number> {
  return speak("trigger", () => {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        ...serverOptions,
        "client-id": { type: "string" },
        signer: { type: "string", default: "Test Signer <signer@example.com>" },
        json: { type: "boolean", default: false },
      },
    });
    const type = types.find((one) => one === positionals[0]);
    if (type === undefined) return `Name one of these events: ${types.join(", ")}.`;
    const wanted = { type, signer: personOf(values.signer), clientId: values["client-id"] ?? null };
    return {
      given: values,
      act: async (server) => {
        const outcome = await trigger(server, wanted);
        if ("prepared" in outcome) return { text: `${outcome.prepared}\n`, code: 3 };
        if (values.json) return `${JSON.stringify(outcome, null, 2)}\n`;
        return `${type}  event ${outcome.event_id}, ${aboutOf(outcome)}\n`;
      },
    };
  });
}

function aboutOf({
  event_type: type,
  signature_request_id: request,
  template_id: template,
  fax_id: fax,
}: Found): string {
  if (fax !== null) return `fax ${fax}`;
  if (type === "account_confirmed") return "an account made for the app";
  return template === null ? `request ${request ?? "none"}` : `template ${template}`;
}

type Wanted = { readonly type: EventType; readonly signer: Person; readonly clientId: string | null };

/** The event, or when it will come. */
async function trigger(
  server: Server,
  { type, signer, clientId }: Wanted,
): Promise<Found | { readonly prepared: string }> {
  if (type === "callback_test") return testCallback(server);
  if (isFaxEvent(type)) return triggerFax(server, type);
  const app = clientId ?? (await firstApp(server));
  if (type === "account_confirmed") return triggerConfirmed(server, app);
  const made = await scenes[type]({ server, signer, app });
  return untilEvent(server, { id: made.id, type });
}

type Scene = (stage: { readonly server: Server; readonly signer: Person; readonly app: string }) => Promise<Made>;

/** What brings each event about. */
const scenes: Readonly<Record<Exclude<EventType, "callback_test" | "account_confirmed" | FaxEvent>, Scene>> = {
  signature_request_sent: ({ server, signer, app }) => ask(server, { signers: [signer], clientId: app }),
  signature_request_prepared: ({ server, signer, app }) => prepareHeld(server, { signer, clientId: app }),
  signature_request_viewed: (stage) => opened(stage, async () => undefined),
  signature_request_signed: (stage) => opened(stage, (page) => page.sign(), { signers: 2 }),
  signature_request_all_signed: (stage) => opened(stage, (page) => page.sign()),
  signature_request_downloadable: (stage) => opened(stage, (page) => page.sign()),
  signature_request_declined: (stage) =>
    opened(stage, (page) => page.decline("A test"), { more: { allow_decline: "1" } }),
  signature_request_reassigned: (stage) =>
    opened(stage, (page) => page.reassign({ name: "Somebody Else", email: "else@example.com" }), {
      more: { allow_reassign: "1" },
    }),
  signature_request_signer_removed: async ({ server, signer, app }) => {
    const made = await sent({ server, signer: { name: "Left Out", email: "left-out@example.com" }, app });
    return ask(server, { signers: [signer], clientId: app, edits: made.id });
  },
  signature_request_canceled: async ({ server, signer, app }) => {
    const made = await sent({ server, signer, app });
    await server.call("POST", `/v3/signature_request/cancel/${made.id}`);
    return made;
  },
  signature_request_expired: async ({ server, signer, app }) => {
    const made = await sent({ server, signer, app });
    await server.call("POST", `/api/signature_requests/${made.id}/expire`);
    return made;
  },
  signature_request_remind: async ({ server, signer }) => {
    const made = await ask(server, { signers: [signer], clientId: null });
    await untilEvent(server, { id: made.id, type: "signature_request_sent" });
    await server.call("POST", `/v3/signature_request/remind/${made.id}`, { body: { email_address: signer.email } });
    return made;
  },
  signature_request_invalid: ({ server, signer, app }) =>
    ask(server, {
      signers: [signer],
      clientId: app,
      more: { form_fields_per_document: JSON.stringify([fieldBeyond]) },
    }),
  file_error: ({ server, signer, app }) =>
    ask(server, { signers: [signer], clientId: app, file: Buffer.from("%PDF-1.4\nbroken on purpose\n") }),
  // In test mode this address of a signer makes processing fail so.
  unknown_error: ({ server, app }) =>
    ask(server, { signers: [{ name: "Test Signer", email: "signer+unknownerror@hellosign.com" }], clientId: app }),
  signature_request_email_bounce: ({ server, signer }) => ask(server, { signers: [signer], clientId: null }),
  signature_request_destroyed: async ({ server, signer, app }) => {
    const made = await sent({ server, signer, app });
    await server.call("POST", `/v3/signature_request/cancel/${made.id}`);
    await untilEvent(server, { id: made.id, type: "signature_request_canceled" });
    await server.call("DELETE", `/api/signature_requests/${made.id}/data`);
    return made;
  },
  signature_request_incomplete_qes: (stage) =>
    opened(stage, (page) => page.failIdentification(), { more: { is_eid: "1", test_mode: "0" } }),
  sign_url_invalid: (stage) => opened(stage, (page) => page.openElsewhere()),
  template_created: ({ server, app }) => makeTemplate(server, { clientId: app, page: 1 }),
  template_error: ({ server, app }) => makeTemplate(server, { clientId: app, page: 99 }),
};

/** A field on a page that the document does not have. */
const fieldBeyond = {
  document_index: 0,
  api_id: "beyond",
  type: "signature",
  name: "Beyond",
  signer: 0,
  required: true,
  page: 99,
  x: 72,
  y: 72,
  width: 200,
  height: 40,
};

type Stage = Parameters<Scene>[0];

async function sent({ server, signer, app }: Stage, more: Readonly<Record<string, string>> = {}): Promise<Made> {
  const made = await ask(server, { signers: [signer], clientId: app, more });
  await untilEvent(server, { id: made.id, type: "signature_request_sent" });
  return made;
}

type Opening = { readonly signers?: 1 | 2; readonly more?: Readonly<Record<string, string>> };

async function opened(
  { server, signer, app }: Stage,
  act: (page: Awaited<ReturnType<typeof openPage>>) => Promise<void>,
  { signers = 1, more = {} }: Opening = {},
): Promise<Made> {
  const other = { name: "Second Signer", email: "second@example.com" };
  const made = await ask(server, { signers: signers === 1 ? [signer] : [signer, other], clientId: app, more });
  await untilEvent(server, { id: made.id, type: "signature_request_sent" });
  await act(await openPage(server, { signatureId: made.signatureIds[0] ?? "", clientId: app }));
  return made;
}

async function firstApp(server: Server): Promise<string> {
  type Apps = { readonly api_apps: readonly { readonly client_id: string }[] };
  const { api_apps: apps } = await server.call<Apps>("GET", "/v3/api_app/list");
  const app = apps.at(-1)?.client_id;
  if (app === undefined) throw new Error("The account has no API app: make one, or name one with --client-id.");
  return app;
}

async function testCallback(server: Server): Promise<Found> {
  type Endpoints = { readonly endpoints: readonly { readonly endpoint_id: string; readonly url: string | null }[] };
  const { endpoints } = await server.call<Endpoints>("GET", "/api/endpoints");
  const endpoint = endpoints.find(({ url }) => url !== null);
  if (!endpoint)
    throw new Error("No callback URL is set, so there is nothing to test: PUT /v3/account with callback_url.");
  const { event_id } = await server.call<{ event_id: string }>("POST", `/api/endpoints/${endpoint.endpoint_id}/test`);
  return { event_id, event_type: "callback_test", signature_request_id: null, template_id: null, fax_id: null };
}
