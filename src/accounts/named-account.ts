import { badRequest } from "../base/faults.ts";
import type { Db } from "../storage/store.ts";
import { findAccount } from "./new-account.ts";

/** An account as a caller names it; the id wins over the address. */
export type NamedAccount = { readonly id: string | null; readonly email: string | null };

/** The account of this server that is named. Throws `bad_request` that names the parameter where there is none. */
export async function findNamedAccount(db: Db, named: NamedAccount): Promise<{ readonly account_id: string }> {
  const path = pathOfNamed(named);
  const { id, email } = named;
  const person = id !== null ? { accountId: id } : email !== null ? { email } : null;
  if (person === null)
    throw badRequest("account_id is required: name the account by its id, or by its email_address.", "account_id");
  const account = await findAccount(db, person);
  if (!account) throw badRequest(`${path} not valid: this server has no such account`, path);
  return account;
}

/** The parameter by which it is named. */
export function pathOfNamed({ id }: NamedAccount): "account_id" | "email_address" {
  return id === null ? "email_address" : "account_id";
}
