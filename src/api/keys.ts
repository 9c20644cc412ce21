// API keys of an account: several at once, so that callers change over one after the other.

import { type Static, Type } from "typebox";
import { createKey, keyIdOf, listKeys, makePrimary, revokeKey } from "../accounts/keys.ts";
import { toSeconds } from "../base/clock.ts";
import { limits } from "../base/limits.ts";
import type { ApiKeyRow } from "../storage/account-tables.ts";
import { Nullable, Seconds } from "../wire/shapes.ts";
import { operation } from "./operation.ts";

const Key = Type.Object({
  key_id: Type.String(),
  name: Type.String(),
  is_primary: Type.Boolean({ description: "It signs callbacks: event_hash and Content-Sha256" }),
  created_at: Seconds,
  last_used_at: Nullable(Type.Integer({ description: "Unix seconds, to ten minutes" })),
});
const ById = Type.Object({ key_id: Type.String() });

export const keyList = operation({
  id: "keyList",
  on: "GET /keys",
  says: "Lists the API keys of the account, without the keys themselves.",
  input: Type.Object({}),
  output: Type.Object({ keys: Type.Array(Key) }),
  faults: ["unauthorized"],

  async handle({ house, account }) {
    return { keys: (await listKeys(house.store.read, account.account_id)).map(show) };
  },
});

export const keyCreate = operation({
  id: "keyCreate",
  on: "POST /keys",
  says: "Makes another API key. It is shown this once; those before go on.",
  input: Type.Object({ name: Type.String({ minLength: 1, maxLength: limits.nameLength }) }),
  output: Type.Object({ key: Type.String(), ...Key.properties }),
  faults: ["unauthorized", "bad_request"],
  status: 201,

  async handle({ house, account, actor }, { name }) {
    const { key, row } = await house.transact(
      (work) => createKey(work, { accountId: account.account_id, name: name.trim() }),
      actor,
    );
    return { key, ...show(row) };
  },
});

export const keyMakePrimary = operation({
  id: "keyMakePrimary",
  on: "POST /keys/{key_id}/primary",
  says: "Makes a key the one that signs callbacks, from the next attempt on: receivers that verify event_hash need it then.",
  input: ById,
  output: Type.Object({ keys: Type.Array(Key) }),
  faults: ["unauthorized", "not_found"],

  async handle({ house, account, actor }, { key_id: keyId }) {
    const { account_id: accountId } = account;
    await house.transact((work) => makePrimary(work, { accountId, keyId }), actor);
    return { keys: (await listKeys(house.store.read, accountId)).map(show) };
  },
});

export const keyRevoke = operation({
  id: "keyRevoke",
  on: "DELETE /keys/{key_id}",
  says: "Revokes a key at once. The primary one stays until another is made primary.",
  input: ById,
  output: "nothing",
  faults: ["unauthorized", "not_found", "conflict"],
  status: 204,

  async handle({ house, account, actor }, { key_id: keyId }) {
    await house.transact((work) => revokeKey(work, { accountId: account.account_id, keyId }), actor);
  },
});

function show(row: ApiKeyRow): Static<typeof Key> {
  return {
    key_id: keyIdOf(row),
    name: row.name,
    is_primary: row.is_primary === 1,
    created_at: toSeconds(row.created_at),
    last_used_at: row.last_used_at === null ? null : toSeconds(row.last_used_at),
  };
}
