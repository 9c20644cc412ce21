import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { line, paper } from "../documents/papers.ts";
import type { Ground, House } from "../support/house.ts";
import { openPen, type Pen } from "../support/pen.ts";
import { type Heard, type Receiver, startReceiver } from "../support/receiver.ts";

/** A house whose account and app call back to one receiver, at `/account` and `/app`. */
export type Desk = {
  readonly house: House;
  readonly receiver: Receiver;
  readonly close: () => Promise<void>;
};

/** A signature request as v3 shows it, as far as these tests look. */
export type Shown = {
  readonly signature_request_id: string;
  readonly title: string;
  readonly signatures: readonly { readonly signature_id: string; readonly status_code: string }[];
} & Readonly<Record<string, unknown>>;

/** Opens a house with both URLs set, once the tests of these URLs are over; `env` adds to its settings. */
export async function openDesk(ground: Ground, env: Readonly<Record<string, string>> = {}): Promise<Desk> {
  const receiver = await startReceiver();
  const house = await ground.open(env);
  const close = async () => {
    await house.close();
    await receiver.close();
  };
  await setUrl({ house, to: `${receiver.url}/account` });
  await setUrl({ house, to: `${receiver.url}/app`, clientId: house.clientId });
  await house.quiet();
  return { house, receiver, close };
}

/** Sets the callback URL of the account, or of an app. */
export async function setUrl({
  house,
  to,
  clientId,
}: {
  readonly house: Pick<House, "call">;
  readonly to: string;
  readonly clientId?: string;
}): Promise<void> {
  const path = clientId === undefined ? "/account" : `/api_app/${clientId}`;
  const { status, body } = await house.call("PUT", path, { callback_url: to });
  assert.equal(status, 200, JSON.stringify(body));
}

/** What is asked for, beside a title: one signer and one page unless it says otherwise. */
export type Asking = {
  readonly title?: string;
  readonly emails?: readonly string[];
  /** Without an app the request is sent by mail. */
  readonly withApp?: boolean;
  readonly document?: Uint8Array;
  readonly fields?: Readonly<Record<string, string>>;
};

/** An address that makes a request fail at once in test mode: an event in no time. */
export const failing = "x+overlayerror@hellosign.com";

/** Asks for signatures and answers the new request. */
export async function ask({ house }: Pick<Desk, "house">, asking: Asking = {}): Promise<Shown> {
  const { title = randomUUID(), emails = ["ann@example.com"], withApp = true, fields = {} } = asking;
  const form = new FormData();
  form.set("title", title);
  form.set("test_mode", "1");
  if (withApp) form.set("client_id", house.clientId);
  emails.forEach((email, index) => {
    form.set(`signers[${index}][name]`, `Signer ${index + 1}`);
    form.set(`signers[${index}][email_address]`, email);
  });
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const document = asking.document ?? paper({ content: line(72, 700, title) });
  form.set("files[0]", new Blob([Buffer.from(document)]), "paper.pdf");

  const path = withApp ? "/signature_request/create_embedded" : "/signature_request/send";
  const { status, body } = await house.call("POST", path, form);
  assert.equal(status, 200, JSON.stringify(body));
  return body.signature_request as unknown as Shown;
}

/** Opens the signing page of a signature as its signer would. */
export async function take({ house }: Pick<Desk, "house">, signatureId: string): Promise<Pen> {
  const { status, body } = await house.call("GET", `/embedded/sign_url/${signatureId}`);
  assert.equal(status, 200, JSON.stringify(body));
  const { sign_url: link } = body.embedded as unknown as { readonly sign_url: string };
  return openPen({ url: house.url, link, clientId: house.clientId });
}

/** What was heard about a request at a path, in the order of arrival. */
export function heardOf({ heard }: Pick<Receiver, "heard">, { id, path }: About): readonly Heard[] {
  return heard.filter(
    (one) => one.payload.signature_request?.signature_request_id === id && (path === undefined || one.path === path),
  );
}

type About = { readonly id: string; readonly path?: string };

/** The deliveries of a request with their event and endpoint, in sequence. */
export async function deliveriesOf({ store }: Pick<House, "store">, requestId: string) {
  return store.read
    .selectFrom("deliveries")
    .innerJoin("events", "events.event_id", "deliveries.event_id")
    .innerJoin("endpoints", "endpoints.endpoint_id", "deliveries.endpoint_id")
    .select([
      "delivery_id",
      "deliveries.state as state",
      "tries",
      "type",
      "endpoints.client_id as app",
      "deliveries.seq as seq",
    ])
    .where("deliveries.request_id", "=", requestId)
    .orderBy("deliveries.seq")
    .execute();
}

/** The attempts of a delivery, in order. */
export async function attemptsOf({ store }: Pick<House, "store">, deliveryId: string) {
  return store.read.selectFrom("attempts").selectAll().where("delivery_id", "=", deliveryId).orderBy("n").execute();
}
