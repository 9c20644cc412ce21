import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import type { Work } from "../events/work.ts";
import type { AccountRow } from "../storage/account-tables.ts";
import { endOtherSessions } from "./sessions.ts";

type NewPassword = { readonly email: string; readonly password: string; readonly again: string };

/** Throws `bad_request`, in words, unless a new password is long enough, not too long, not the e-mail address, and was typed twice alike. */
export function checkNewPassword({ email, password, again }: NewPassword): void {
  const length = [...password].length;
  if (length < limits.passwordLengthLeast)
    throw badRequest(`The new password has ${length} characters: it needs at least ${limits.passwordLengthLeast}.`);
  if (length > limits.passwordLengthMost)
    throw badRequest(`The new password has ${length} characters: at most ${limits.passwordLengthMost} are taken.`);
  if (password.trim().toLowerCase() === email.toLowerCase())
    throw badRequest("The new password is the e-mail address: choose another one.");
  if (password !== again) throw badRequest("The new password and its repetition are not the same.");
}

type Change = { readonly account: AccountRow; readonly passwordHash: string; readonly sessionHash: string };

/**
 * Gives an account another password and ends all its sessions but this one. False, changing nothing, when the password is not the
 * one any more that `account` was read with.
 */
export async function changePassword(work: Work, { account, passwordHash, sessionHash }: Change): Promise<boolean> {
  const changed = await work.tx
    .updateTable("accounts")
    .set({ password_hash: passwordHash })
    .where("account_id", "=", account.account_id)
    .where("password_hash", "=", account.password_hash)
    .executeTakeFirst();
  if (changed.numUpdatedRows !== 1n) return false;
  await endOtherSessions(work, { accountId: account.account_id, sessionHash });
  return true;
}
