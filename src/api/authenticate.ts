import { findAccountByKey, noteUse } from "../accounts/keys.ts";
import { Fault } from "../base/faults.ts";
import type { AccountRow } from "../storage/tables.ts";
import type { House } from "./operation.ts";

/** The account whose API key a request carries: Basic, the key as user name, the password ignored. */
export async function authenticate(
  { store, clock }: Pick<House, "store" | "clock">,
  header: string | undefined,
): Promise<AccountRow> {
  if (!header) throw new Fault("unauthorized", "Unauthorized user. No credentials supplied.");
  const [scheme = "", value = ""] = header.split(" ");
  if (/^bearer$/i.test(scheme))
    throw new Fault(
      "unauthorized",
      "Unauthorized user. OAuth tokens are not available in this version of Countersign; use an API key.",
    );
  const key = /^basic$/i.test(scheme) ? Buffer.from(value, "base64").toString("utf8").split(":")[0] : "";
  const found = key ? await findAccountByKey(store.read, key) : null;
  if (!found) throw new Fault("unauthorized", "Unauthorized user.");
  await noteUse(store, { ...found, at: clock() });
  return found.account;
}
