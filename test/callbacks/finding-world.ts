import { newUuid } from "../../src/base/ids.ts";
import { foldText } from "../../src/base/words.ts";
import type { ShownState } from "../../src/callbacks/log-deliveries.ts";
import { writeWords } from "../../src/storage/request-words.ts";
import type { Db, Store } from "../../src/storage/store.ts";
import { chanceOf } from "../delivery/random.ts";

/** An event of the model, with all that filters look at. */
export type Told = {
  readonly eventId: string;
  readonly at: number;
  readonly accountId: string;
  readonly type: string;
  readonly requestId: string | null;
  readonly clientId: string | null;
  readonly words: string;
  readonly deliveries: readonly { readonly endpointId: string; readonly state: ShownState }[];
};

/** Endpoints: the account's, an app's, one of an app that has paused, and two of another account, one of them its app's. */
export const endpoints = ["toAccount", "toApp", "toPaused", "toOther", "toElsewhere"] as const;

/** Those of `me`. An app acts for whoever asks with it. */
export const mine: readonly string[] = ["toAccount", "toApp", "toPaused"];

/** When the events begin. */
export const began = Date.parse("2026-09-01T00:00:00Z");
/** The time between two, more or less. */
export const stepMs = 1000;

/** The types of events that are about a request. */
export const types = ["signature_request_sent", "signature_request_viewed", "signature_request_declined", "file_error"];
/** The titles of requests. */
export const titles = [
  "Lease 100% sure",
  "Loan_agreement",
  "Договір оренди",
  "ΟΔΟΣ Reçu",
  "Agreement of Ann",
  "A\\B offer",
  "",
];
/** Who signs. */
export const people = ["Ann Lee", "Ольга Петренко", "Zoë Müller", "İstanbul Ltd"];

/** Numbers from 0 to 1, from a seed. */
export type Chance = () => number;

/** One of several, by chance. */
export function oneOf<One>(chance: Chance, all: readonly [One, ...One[]] | readonly One[]): One {
  const one = all[Math.floor(chance() * all.length)];
  if (one === undefined) throw new Error("There is one to choose");
  return one;
}

/** Writes accounts, endpoints, requests with their words, and `count` events, in the order of time; answers them as the model has them. */
export async function makeWorld(store: Store, { seed, count }: { readonly seed: number; readonly count: number }) {
  const chance = chanceOf(seed);
  return store.transact(async (tx) => {
    await writePlaces(tx);
    const requests = Array.from({ length: Math.ceil(count / 6) }, (_, n) => ({
      requestId: `request ${n}`,
      accountId: chance() < 0.8 ? "me" : "other",
      clientId: oneOf(chance, [null, "app", "paused", "elsewhere"]),
      title: oneOf(chance, titles),
      signer: { name: oneOf(chance, people), email: `person${n}@example.com` },
    }));
    for (const request of requests) await writeRequest(tx, { store, request });
    const told: Told[] = [];
    for (let n = 0; n < count; n += 1) {
      const about = chance() < 0.04 ? null : oneOf(chance, requests);
      told.push(await writeEvent(tx, { store, chance, n, about }));
    }
    return told;
  });
}

async function writePlaces(tx: Db): Promise<void> {
  const account = { password_hash: "", locale: "en-US", created_at: 0 };
  for (const account_id of ["me", "other"])
    await tx
      .insertInto("accounts")
      .values({ ...account, account_id, email: `${account_id}@example.com` })
      .execute();
  const endpoint = { url: "https://example.com/", created_at: 0, updated_at: 0 };
  await tx
    .insertInto("endpoints")
    .values([
      { ...endpoint, endpoint_id: "toAccount", account_id: "me", client_id: null, state: "active" },
      { ...endpoint, endpoint_id: "toApp", account_id: "me", client_id: "app", state: "active" },
      { ...endpoint, endpoint_id: "toPaused", account_id: "me", client_id: "paused", state: "paused" },
      { ...endpoint, endpoint_id: "toOther", account_id: "other", client_id: null, state: "active" },
      { ...endpoint, endpoint_id: "toElsewhere", account_id: "other", client_id: "elsewhere", state: "active" },
    ])
    .execute();
}

type Request = {
  readonly requestId: string;
  readonly accountId: string;
  readonly clientId: string | null;
  readonly title: string;
  readonly signer: { readonly name: string; readonly email: string };
};

/** A request's row, with without its words. */
export async function writeRequestRow(
  tx: Db,
  { requestId, accountId, clientId, title }: Omit<Request, "signer">,
): Promise<void> {
  await tx
    .insertInto("signature_requests")
    .values({
      request_id: requestId,
      account_id: accountId,
      client_id: clientId,
      state: "awaiting",
      is_embedded: 1,
      test_mode: 1,
      title,
      original_title: title,
      metadata_json: "{}",
      cc_json: "[]",
      custom_fields_json: "[]",
      options_json: "{}",
      created_at: 0,
      last_seq: 0,
    })
    .execute();
}

async function writeRequest(
  tx: Db,
  { store, request }: { readonly store: Store; readonly request: Request },
): Promise<void> {
  await writeRequestRow(tx, request);
  const nothing = { subject: null, message: null, cc: [], files: [], errorMessage: null, messages: [], metadata: {} };
  await writeWords({ tx, kind: store.kind }, [{ ...nothing, ...request, signers: [request.signer] }]);
}

type Writing = { readonly store: Store; readonly chance: Chance; readonly n: number; readonly about: Request | null };

async function writeEvent(tx: Db, { store, chance, n, about }: Writing): Promise<Told> {
  const at = began + n * stepMs + Math.floor(chance() * stepMs);
  const eventId = newUuid(at);
  const accountId = about?.accountId ?? "me";
  const type = about === null ? "callback_test" : oneOf(chance, types);
  const ids = {
    event_id: eventId,
    account_id: accountId,
    request_id: about?.requestId ?? null,
    seq: about === null ? 0 : n + 1,
  };
  const rest = { type, client_id: about?.clientId ?? null, occurred_at: at, object_json: null, message: null };
  await tx
    .insertInto("events")
    .values({ ...ids, ...rest, related_signature_id: null, position: store.position })
    .execute();

  const to = [accountId === "me" ? "toAccount" : "toOther", ...endpointsOf(about)];
  const deliveries: Told["deliveries"][number][] = [];
  for (const endpointId of to.filter(() => chance() < 0.9))
    for (let replay = 0; replay <= (chance() < 0.1 ? 1 : 0); replay += 1) {
      const [state, tries] = oneOf(chance, stored);
      const how = {
        delivery_id: newUuid(at),
        endpoint_id: endpointId,
        account_id: mine.includes(endpointId) ? "me" : "other",
        replay_no: replay,
        state,
        tries,
        single_attempt: 0,
      };
      const free = { lease_no: tries, leased: 0, worker_id: null, next_at: at, created_at: at };
      await tx
        .insertInto("deliveries")
        .values({ ...ids, ...how, ...free })
        .execute();
      deliveries.push({ endpointId, state: shownAs({ endpointId, state, tries }) });
    }
  const words = about === null ? "" : foldText([about.title, about.signer.name, about.signer.email].join("\n"));
  return { eventId, at, accountId, type, requestId: ids.request_id, clientId: rest.client_id, words, deliveries };
}

const stored = [
  ["delivered", 1],
  ["delivered", 1],
  ["delivered", 1],
  ["pending", 0],
  ["pending", 3],
  ["exhausted", 7],
  ["skipped", 0],
] as const;

function endpointsOf(about: Request | null): readonly string[] {
  if (about === null || about.clientId === null) return [];
  return [{ app: "toApp", paused: "toPaused" }[about.clientId] ?? "toElsewhere"];
}

function shownAs(row: {
  readonly endpointId: string;
  readonly state: (typeof stored)[number][0];
  readonly tries: number;
}): ShownState {
  if (row.state !== "pending") return row.state;
  if (row.endpointId === "toPaused") return "held";
  return row.tries > 0 ? "retrying" : "pending";
}
