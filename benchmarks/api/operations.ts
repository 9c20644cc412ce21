// The operations of v3 that are called most, as they are asked for over HTTP.

import { makeClientTemplate } from "../../test/support/bulk.ts";
import { lookAt, waitForQuiet } from "../../test/support/house.ts";
import { startTestServer, type TestServer } from "../../test/support/server.ts";
import { formOf } from "../answers.ts";
import { searched } from "../events/lives.ts";
import { makePaper } from "../papers.ts";
import { fillRequests } from "../requests/fill.ts";

/** One call as it goes over the line. */
export type Asked = {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
};

/** An operation in words, and its call. `isWork`: the house has work to do behind the answer. */
export type Operation = { readonly words: string; readonly asked: Asked; readonly isWork: boolean };

/** A server with requests and a template, what is asked of it, and how to wait until nothing is under way. */
export type Stand = {
  readonly server: TestServer;
  readonly operations: readonly Operation[];
  readonly quiet: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Starts a server, on PostgreSQL where there is an address, and fills it with so many requests and a template. */
export async function openStand(databaseUrl: string | null, requests: number): Promise<Stand> {
  const server = await startTestServer(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl });
  const store = await lookAt({ dataFolder: server.dataFolder, databaseUrl });
  const { account_id: accountId } = await store.read
    .selectFrom("accounts")
    .select("account_id")
    .executeTakeFirstOrThrow();
  await fillRequests(store, { accountId, count: requests, until: Date.now() });
  const quiet = () => waitForQuiet(store);
  const close = async () => {
    await store.close();
    await server.stop();
  };
  const template = await makeClientTemplate({ ...server, store, databaseUrl, quiet, close });
  const form = await embeddedForm(server);
  const { requestId, signatureId } = await makeOne(server, form);
  await quiet();
  return { server, operations: operationsOf({ server, template, form, requestId, signatureId }), quiet, close };
}

type Form = { readonly body: Buffer; readonly type: string };

async function embeddedForm({ clientId }: TestServer): Promise<Form> {
  const encoded = new Response(formOf(new Blob([makePaper(2000)]), clientId));
  return { body: Buffer.from(await encoded.arrayBuffer()), type: encoded.headers.get("content-type") ?? "" };
}

async function makeOne(server: TestServer, { body, type }: Form) {
  const answer = await fetch(`${server.url}/v3/signature_request/create_embedded`, {
    method: "POST",
    headers: { ...authOf(server), "content-type": type },
    body: new Uint8Array(body),
  });
  if (!answer.ok) throw new Error(`create_embedded answered ${answer.status}: ${await answer.text()}`);
  const { signature_request: made } = (await answer.json()) as {
    readonly signature_request: {
      readonly signature_request_id: string;
      readonly signatures: readonly { readonly signature_id: string }[];
    };
  };
  return { requestId: made.signature_request_id, signatureId: made.signatures[0]?.signature_id ?? "" };
}

function authOf({ apiKey }: TestServer) {
  return { authorization: `Basic ${Buffer.from(`${apiKey}:`).toString("base64")}` };
}

type Parts = {
  readonly server: TestServer;
  readonly template: string;
  readonly form: Form;
  readonly requestId: string;
  readonly signatureId: string;
};

function operationsOf({ server, template, form, requestId, signatureId }: Parts): readonly Operation[] {
  const auth = authOf(server);
  const get = (words: string, path: string): Operation => ({
    words,
    asked: { method: "GET", path: `/v3${path}`, headers: auth },
    isWork: false,
  });
  const post = (words: string, path: string, { body, type }: Form): Operation => ({
    words,
    asked: { method: "POST", path: `/v3${path}`, headers: { ...auth, "content-type": type }, body },
    isWork: true,
  });
  const sending = JSON.stringify({
    template_ids: [template],
    signers: [{ role: "Client", name: "Ann Lee", email_address: "ann@example.com" }],
    custom_fields: [{ name: "Company", value: "Acme" }],
    test_mode: true,
  });
  return [
    get("account get", "/account"),
    get("signature_request get", `/signature_request/${requestId}`),
    get("signature_request list, first page of 20", "/signature_request/list"),
    get("the same, of a query that a third answers", `/signature_request/list?query=${searched.frequent}`),
    get("template get", `/template/${template}`),
    get("embedded sign_url", `/embedded/sign_url/${signatureId}`),
    post("create_embedded, one page", "/signature_request/create_embedded", form),
    post("send_with_template", "/signature_request/send_with_template", {
      body: Buffer.from(sending),
      type: "application/json",
    }),
  ];
}
