import { randomBytes } from "node:crypto";
import { limits } from "../base/limits.ts";
import { hashOf, macOf, type Secret, sameText } from "../base/secrets.ts";
import type { Work } from "../events/work.ts";

/** What a challenge is good for: to add a passkey or to sign in, by whom it was asked for (a session, or a browser's cookie), on which host. */
export type ChallengeUse = {
  readonly purpose: "add" | "sign-in";
  readonly holder: string;
  readonly rpId: string;
};

const randomLength = 16;
const timeLength = 6;
const headLength = randomLength + timeLength;
const form = /^[\w-]{72}$/;

/**
 * A challenge for `navigator.credentials`, 54 bytes in base64url, good for `limits.challengeMs`. It carries its own end and a MAC
 * under the house's secret, so that asking for one writes nothing, and every process of a house knows it again.
 */
export function makeChallenge(secret: Secret, { at, ...use }: ChallengeUse & { readonly at: number }): string {
  const time = Buffer.alloc(timeLength);
  time.writeUIntBE(at + limits.challengeMs, 0, timeLength);
  const head = Buffer.concat([randomBytes(randomLength), time]);
  return Buffer.concat([head, Buffer.from(macFor(secret, { head, use }), "hex")]).toString("base64url");
}

/** Whether a challenge was made for this use and has not expired. Whether it was answered before, `spendChallenge` knows. */
export function isGoodChallenge(
  secret: Secret,
  { challenge, at, ...use }: ChallengeUse & { readonly challenge: string; readonly at: number },
): boolean {
  // Of another length some bits would be free, and one challenge would have many spellings.
  if (!form.test(challenge)) return false;
  const bytes = Buffer.from(challenge, "base64url");
  const head = bytes.subarray(0, headLength);
  const isOurs = sameText(bytes.subarray(headLength).toString("hex"), macFor(secret, { head, use }));
  return isOurs && head.readUIntBE(randomLength, timeLength) > at;
}

/** Notes that a challenge is answered; false when it was already. Those that have expired are removed on the way. */
export async function spendChallenge(work: Work, challenge: string): Promise<boolean> {
  // Processes' clocks differ a little: none forgets what another would still take.
  await work.tx
    .deleteFrom("spent_challenges")
    .where("expires_at", "<=", work.at - limits.challengeMs)
    .execute();
  const spent = await work.tx
    .insertInto("spent_challenges")
    .values({ challenge_hash: hashOf(challenge), expires_at: work.at + limits.challengeMs })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return spent.numInsertedOrUpdatedRows === 1n;
}

function macFor(secret: Secret, { head, use }: { readonly head: Buffer; readonly use: ChallengeUse }): string {
  return macOf(secret, `passkey ${use.purpose} ${use.rpId} ${use.holder} ${head.toString("hex")}`);
}
