import { findAccountByKey } from "../accounts/keys.ts";
import { Fault } from "../base/faults.ts";
import type { Db } from "../storage/store.ts";
import type { AccountRow } from "../storage/tables.ts";

/** The account whose API key a request carries: Basic, the key as user name, the password ignored. */
export async function authenticate(db: Db, header: string | undefined): Promise<AccountRow> {
  if (!header) throw new Fault("unauthorized", "Unauthorized user. No credentials supplied.");
  const [scheme = "", value = ""] = header.split(" ");
  if (/^bearer$/i.test(scheme))
    throw new Fault(
      "unauthorized",
      "Unauthorized user. OAuth tokens are not available in this version of Countersign; use an API key.",
    );
  const key = /^basic$/i.test(scheme) ? Buffer.from(value, "base64").toString("utf8").split(":")[0] : "";
  const account = key ? await findAccountByKey(db, key) : null;
  if (!account) throw new Fault("unauthorized", "Unauthorized user.");
  return account;
}
