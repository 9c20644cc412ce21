import { findAccountByEmail } from "../accounts/new-account.ts";
import { checkPassword, hashPassword } from "../accounts/password.ts";
import { openGate } from "../base/gate.ts";
import { limits } from "../base/limits.ts";
import type { AccountRow } from "../storage/account-tables.ts";
import type { Db } from "../storage/store.ts";

/** What somebody says of themselves. */
export type Credentials = { readonly email: string; readonly password: string };

/**
 * Answers the account of an e-mail address and its password, or null, in the same time whether the address is known or not.
 * Throws `unavailable` when too many are waiting.
 */
export type CheckCredentials = (credentials: Credentials) => Promise<AccountRow | null>;

/** All that is done with passwords. */
export type Passwords = {
  readonly checkCredentials: CheckCredentials;
  /** The hash of a new password. Throws `unavailable` when too many are waiting. */
  readonly hashNew: (password: string) => Promise<string>;
};

/** No password has it; checking one against it takes as long as against anybody's. */
const nobodysHash = `argon2id$${"A".repeat(22)}$`;

/** A hash of a password is dear on purpose: one at a time, so that guessing neither pays nor stops the rest of the server. */
export function openPasswords(db: Db): Passwords {
  const gate = openGate({ atOnce: 1, most: limits.passwordQueue, waitMs: limits.passwordWaitMs });
  return {
    checkCredentials: async ({ email, password }) => {
      const account = email.includes("\0") ? null : await findAccountByEmail(db, email);
      const isRight = await gate(() => checkPassword(password, account?.password_hash ?? nobodysHash));
      return account && isRight ? account : null;
    },
    hashNew: (password) => gate(() => hashPassword(password)),
  };
}
