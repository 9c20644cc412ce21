import { findAccountByKey, keyIdOf, noteUse } from "../accounts/keys.ts";
import { Fault } from "../base/faults.ts";
import type { AccountRow } from "../storage/tables.ts";
import type { House } from "./operation.ts";

/** Who calls: the account, and which of its keys it brings (`keyIdOf`). */
export type Caller = { readonly account: AccountRow; readonly keyId: string };

type Asked = Pick<House, "store" | "clock">;

/** The account whose API key a request carries: Basic, the key as user name, the password ignored. */
export async function authenticate({ store, clock }: Asked, header: string | undefined): Promise<Caller> {
  if (!header) throw new Fault("unauthorized", "Unauthorized user. No credentials supplied.");
  if (/^bearer /i.test(`${header} `))
    throw new Fault(
      "unauthorized",
      "Unauthorized user. OAuth tokens are not available in this version of Countersign; use an API key.",
    );
  const found = await findByHeader(store, header);
  if (!found) throw new Fault("unauthorized", "Unauthorized user.");
  await noteUse(store, { ...found, at: clock() });
  return callerOf(found);
}

/** Who calls an address that asks for no key, if a request carries one all the same; else null. */
export async function recognise({ store }: Asked, header: string | undefined): Promise<Caller | null> {
  const found = header ? await findByHeader(store, header) : null;
  return found && callerOf(found);
}

function findByHeader(store: House["store"], header: string): ReturnType<typeof findAccountByKey> {
  const [scheme = "", value = ""] = header.split(" ");
  const key = /^basic$/i.test(scheme) ? Buffer.from(value, "base64").toString("utf8").split(":")[0] : "";
  return key ? findAccountByKey(store.read, key) : Promise.resolve(null);
}

function callerOf({ account, hash }: { readonly account: AccountRow; readonly hash: string }): Caller {
  return { account, keyId: keyIdOf({ key_hash: hash }) };
}
