import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { CallToWrite } from "../../src/accounts/write-calls.ts";
import { newUuid } from "../../src/base/ids.ts";
import type { ApiCallRow } from "../../src/storage/account-tables.ts";
import { ask, basic } from "./ask.ts";
import type { House } from "./house.ts";

/**
 * Every call that a house has written down until now, the oldest first. Calls are written in the order in which they ended, so that a last
 * call of its own, which is left out of the answer, tells when all are there.
 */
export async function writtenCalls(house: House): Promise<readonly ApiCallRow[]> {
  const mark = `/v3/mark/${newUuid(Date.now())}`;
  await ask(house, `GET ${mark.slice("/v3".length)}`);
  const until = Date.now() + 60_000;
  for (;;) {
    const rows = await house.store.read.selectFrom("api_calls").selectAll().orderBy("call_id").execute();
    if (rows.some(({ path }) => path === mark)) return rows.filter(({ path }) => !path.startsWith("/v3/mark/"));
    assert.ok(Date.now() < until, "the call is written down within a minute");
    await sleep(50);
  }
}

/** The calls that were written down while something was done. */
export async function callsDuring(house: House, act: () => Promise<unknown>): Promise<readonly ApiCallRow[]> {
  const before = new Set((await writtenCalls(house)).map(({ call_id: id }) => id));
  await act();
  return (await writtenCalls(house)).filter(({ call_id: id }) => !before.has(id));
}

/** The account whose key a house's tests use. */
export async function accountOf({ store }: Pick<House, "store">): Promise<string> {
  const row = await store.read
    .selectFrom("accounts")
    .select("account_id")
    .where("email", "=", "admin@localhost")
    .executeTakeFirstOrThrow();
  return row.account_id;
}

/** A call of an account at a time, to be written: a GET that went well unless `given` says otherwise. */
export function callAt(at: number, given: Partial<CallToWrite> & { readonly account_id: string }): CallToWrite {
  return {
    call_id: newUuid(at),
    called_at: at,
    method: "GET",
    path: "/v3/account",
    operation: "accountGet",
    status: 200,
    error_name: null,
    error_message: null,
    error_path: null,
    duration_ms: 1,
    key_id: "0".repeat(16),
    client_id: null,
    ip: "127.0.0.1",
    user_agent: null,
    bytes_in: null,
    bytes_out: null,
    request_id: null,
    signature_id: null,
    fax_id: null,
    made_id: null,
    ...given,
  };
}

/** Calls an address as it stands, with the house's key. */
export function callHouse(house: House, on: string, init: RequestInit = {}): Promise<Response> {
  const [method = "", path = ""] = on.split(" ");
  const headers = { authorization: basic(house.apiKey), ...(init.headers as Record<string, string> | undefined) };
  return fetch(house.url + path, { method, ...init, headers });
}
