/** A house to be fuzzed: two accounts with something of everything, and a look at how much there is. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { keyIdOf } from "../../src/accounts/keys.ts";
import { jsonApi, v3 } from "../../src/api/catalogue.ts";
import { readConfig } from "../../src/server/config.ts";
import { startServer } from "../../src/server/start.ts";
import { ask, basic } from "../support/ask.ts";
import type { Ground, House } from "../support/house.ts";
import { open, pageOf, sign } from "../support/page.ts";
import { ann, bob, type NewRequest, requestOf, send, signatureOf, untilState } from "../support/requests.ts";
import { makeSecondAccount } from "../support/second-account.ts";
import { freePort } from "../support/server.ts";

/** The house, the ids that each of its accounts knows, and their keys. */
export type FuzzedHouse = {
  readonly house: House;
  readonly own: Map<string, string[]>;
  readonly other: Map<string, string[]>;
  readonly keys: { readonly own: string; readonly other: string };
  /** Takes down the ids in an answer to an account, but for the keys that the run calls with. */
  readonly learn: (who: "own" | "other", answer: unknown) => void;
  /** How many rows each table has that nothing but a call changes. */
  readonly countRows: () => Promise<Readonly<Record<string, number>>>;
  /** Resolves once no accepted request waits to be processed; rejects, with their ids, after a minute. */
  readonly workOff: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/**
 * Opens a house and fills it. On PostgreSQL it does no work of its own while it is fuzzed, so that every row is a call's doing; the
 * embedded database has one process that does both, and what its work writes is not counted.
 */
export async function openFuzzedHouse(ground: Ground): Promise<FuzzedHouse> {
  const isSqlite = ground.name === "SQLite";
  const house = await ground.open({ ...patient, ...(isSqlite ? {} : { COUNTERSIGN_ROLE: "api" }) });
  try {
    return await furnish(house, isSqlite ? inBackground : onlyNotes);
  } catch (error) {
    await house.close();
    throw error;
  }
}

async function furnish(house: House, left: ReadonlySet<string>): Promise<FuzzedHouse> {
  const second = await makeSecondAccount(house);
  const keys = { own: house.apiKey, other: second.apiKey };
  const stopWork = await startWork(house);
  const [own, other] = [new Map<string, string[]>(), new Map<string, string[]>()];
  await fill(house, { ...house, ids: own });
  await fill(house, { ...second, url: house.url, ids: other });
  await stopWork();
  // The keys that the run calls with must outlive it.
  const rows = await house.store.read.selectFrom("api_keys").select("key_hash").where("is_primary", "=", 1).execute();
  const needed = new Set(rows.map(keyIdOf));
  const learn: FuzzedHouse["learn"] = (who, answer) => {
    const ids = who === "own" ? own : other;
    gather(ids, answer);
    ids.set("key_id", ids.get("key_id")?.filter((id) => !needed.has(id)) ?? []);
  };
  for (const who of ["own", "other"] as const) for (const answer of await listAll(house, keys[who])) learn(who, answer);
  const countRows = await counter(house, left);
  return { house, own, other, keys, learn, countRows, workOff: () => workOff(house), close: house.close };
}

/** Nobody hears its callbacks: they are not tried twice. */
const patient = { COUNTERSIGN_CALLBACK_SCHEDULE: "86400" };

/** Tables that the log of calls fills. */
const onlyNotes = new Set(["api_calls"]);

/** Tables that work behind the calls fills, beside them. */
const inBackground = new Set(
  ["answers", "attempts", "deliveries", "events", "fields", "jobs", "letters", "paces", "request_words"].concat(
    ["settings", "sign_links", "trail"],
    [...onlyNotes],
  ),
);

/** Where this process does no work: starts one that does, and answers how to stop it. */
async function startWork({ databaseUrl, dataFolder }: House): Promise<() => Promise<void>> {
  if (databaseUrl === null) return async () => {};
  const { stop } = await startServer(
    readConfig({
      PORT: String(await freePort()),
      COUNTERSIGN_DATA: dataFolder,
      COUNTERSIGN_ROLE: "worker",
      COUNTERSIGN_LOG: "error",
      ...patient,
      DATABASE_URL: databaseUrl,
    }),
  );
  return stop;
}

type Owner = {
  readonly url: string;
  readonly apiKey: string;
  readonly clientId: string;
  readonly ids: Map<string, string[]>;
};

/** Requests in every state, an endpoint with events, an app, a key and a listener. */
async function fill(house: House, owner: Owner): Promise<void> {
  const json = { callback_url: "http://127.0.0.1:9/account" };
  assert.equal((await ask(owner, "PUT /account", { json })).status, 200);
  const app = { name: "Fuzzed", domains: ["example.com"], callback_url: "http://127.0.0.1:9/app" };
  assert.equal((await ask(owner, "POST /api_app", { json: app })).status, 201);
  for (const [path, body] of [
    ["/api/keys", { name: "Another key" }],
    ["/api/listeners", { name: "desk" }],
    ["/api/events/replays", {}],
  ] as const)
    gather(owner.ids, await callBeside(owner, path, body));
  const made = async (more: NewRequest = {}) => {
    const { signature_request_id: id } = requestOf(await send(owner, more));
    return untilState({ ...house, apiKey: owner.apiKey }, { id, not: ["processing"] });
  };
  await made({ signers: [ann, bob], mailed: true });
  await made({ allow_decline: true });
  const canceled = await made();
  await ask(owner, `POST /signature_request/cancel/${canceled.signature_request_id}`);
  if (owner.apiKey !== house.apiKey) return;
  const declined = await made({ allow_decline: true });
  const page = await pageOf(house, signatureOf(declined).signature_id);
  await open(page);
  await page.decline("No.");
  const signed = await made();
  await sign(house, signatureOf(signed).signature_id);
  await untilState(house, { id: signed.signature_request_id, not: ["awaiting", "sealing"] });
  await send(owner, { files: [Buffer.from("no document")] });
}

async function callBeside(
  { url, apiKey }: Pick<Owner, "url" | "apiKey">,
  path: string,
  body?: object,
): Promise<unknown> {
  const answer = await fetch(url + path, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: basic(apiKey), "content-type": "application/json" },
    body: body === undefined ? null : JSON.stringify(body),
  });
  return answer.headers.get("content-type")?.startsWith("application/json") ? answer.json() : answer.text();
}

/** What every operation answers that lists something. */
function listAll({ url }: House, apiKey: string): Promise<readonly unknown[]> {
  const lists = [v3, jsonApi].flatMap(({ base, operations }) =>
    operations.filter(({ on }) => on.startsWith("GET ") && !on.includes("{")).map(({ on }) => base + on.slice(4)),
  );
  return Promise.all(lists.map((path) => callBeside({ url, apiKey }, path)));
}

/** Takes down the ids in an answer under their names: `client_id`, and the same for a list `client_ids`. */
function gather(ids: Map<string, string[]>, answer: unknown): void {
  if (typeof answer !== "object" || answer === null) return;
  for (const [name, value] of Object.entries(answer)) {
    if (typeof value === "string" && /(^|_)(id|guid)$/.test(name)) {
      const known = ids.get(name) ?? [];
      if (!known.includes(value) && known.length < 200) ids.set(name, [...known, value]);
    } else gather(ids, value);
  }
}

async function counter({ store }: House, left: ReadonlySet<string>): Promise<FuzzedHouse["countRows"]> {
  const names =
    store.kind === "sqlite"
      ? sql<{ name: string }>`select name from sqlite_master where type = 'table' and name not like 'sqlite_%'`
      : sql<{ name: string }>`select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition`;
  const tables = (await names.execute(store.read)).rows
    .map(({ name }) => name)
    .filter((name) => !left.has(name.replace(/_index.*$/, "")));
  assert.ok(tables.includes("signature_requests"), "the tables were found");
  const counts = sql.raw<{ name: string; rows: number | string }>(
    tables.map((name) => `select '${name}' as name, (select count(*) from ${name}) as rows`).join(" union all "),
  );
  return async () =>
    Object.fromEntries((await counts.execute(store.read)).rows.map(({ name, rows }) => [name, Number(rows)]));
}

async function workOff(house: House): Promise<void> {
  const stopWork = await startWork(house);
  const until = Date.now() + 60_000;
  for (;;) {
    const left = await house.store.read
      .selectFrom("signature_requests")
      .select(["request_id", "title"])
      .where("state", "=", "processing")
      .execute();
    if (left.length === 0) break;
    assert.ok(Date.now() < until, `still processing after a minute: ${JSON.stringify(left)}`);
    await sleep(50);
  }
  await stopWork();
}
