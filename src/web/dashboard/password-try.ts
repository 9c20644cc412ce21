import type { FastifyRequest } from "fastify";
import { limits } from "../../base/limits.ts";
import type { AccountRow } from "../../storage/account-tables.ts";
import type { Dashboard } from "./visit.ts";

type Tried = { readonly request: FastifyRequest; readonly email: string; readonly password: string };

/**
 * Checks a password that somebody has typed, and counts the try wherever it was typed: for the e-mail address and for the network
 * address. Answers the account; or `wrong`; or `tooMany`, when one of them has failed too often lately and nothing was checked.
 */
export async function tryPassword(
  { failures, passwords }: Pick<Dashboard, "failures" | "passwords">,
  { request, email, password }: Tried,
): Promise<AccountRow | "wrong" | "tooMany"> {
  const names = {
    forgotten: `mail ${email.toLowerCase().slice(0, limits.emailLength)}`,
    excused: placeName(request),
  };
  if (!failures.admit([names.forgotten, names.excused])) return "tooMany";
  const account = await passwords.checkCredentials({ email, password });
  if (account === null) return "wrong";
  failures.forgive(names);
  return account;
}

/** What a network address is called in the table of failures. */
export function placeName({ ip }: Pick<FastifyRequest, "ip">): string {
  return `from ${ip}`;
}

/** What is said when nothing is checked any more for a while, with status 429. */
export const tooManyWords = `Too many sign-ins have failed. Wait ${limits.signInFailuresMs / 60_000} minutes, then try again.`;
