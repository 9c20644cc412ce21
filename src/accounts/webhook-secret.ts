import { randomBytes } from "node:crypto";
import { badRequest, notFound } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { decrypt, encrypt, type Secret } from "../base/secrets.ts";
import type { Work } from "../events/work.ts";
import type { EndpointRow } from "../storage/account-tables.ts";

/** What an endpoint's encrypted signing secret is bound to. */
export const webhookSecretPurpose = "endpoint_webhook_secret";
const secretBytes = 32;

/** An endpoint of an account. */
export type EndpointOf = { readonly accountId: string; readonly endpointId: string };

/** A new secret as Standard Webhooks writes them: `whsec_` and the base64 of 32 random bytes. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(secretBytes).toString("base64")}`;
}

/** A webhook secret as the column `secret_cipher` keeps it. */
export function sealWebhookSecret(text: string, secret: Secret): string {
  return encrypt(secret, { purpose: webhookSecretPurpose, text });
}

/**
 * The secrets that sign an endpoint's callbacks at that time (`at` in milliseconds), newest first: none, one, or during an
 * overlap two.
 */
export function webhookSecretsOf(
  endpoint: Pick<EndpointRow, "secret_cipher" | "old_secret_cipher" | "old_secret_until">,
  { secret, at }: { readonly secret: Secret; readonly at: number },
): readonly string[] {
  const overlaps = endpoint.old_secret_until !== null && at < endpoint.old_secret_until;
  return [endpoint.secret_cipher, overlaps ? endpoint.old_secret_cipher : null]
    .filter((sealed) => sealed !== null)
    .map((sealed) => decrypt(secret, { purpose: webhookSecretPurpose, sealed }));
}

/**
 * The secret of an endpoint, `whsec_…`; one that has none yet gets it now, and signs with it from then on. Throws
 * `not_found` for what is not the account's.
 */
export async function readWebhookSecret(work: Work, owner: EndpointOf): Promise<string> {
  await work.tx
    .updateTable("endpoints")
    .set({ secret_cipher: sealWebhookSecret(newWebhookSecret(), work.secret), updated_at: work.at })
    .where("endpoint_id", "=", owner.endpointId)
    .where("account_id", "=", owner.accountId)
    .where("secret_cipher", "is", null)
    .execute();
  const endpoint = await work.tx
    .selectFrom("endpoints")
    .select(["secret_cipher", "old_secret_cipher", "old_secret_until"])
    .where("endpoint_id", "=", owner.endpointId)
    .where("account_id", "=", owner.accountId)
    .executeTakeFirst();
  const [newest] = endpoint === undefined ? [] : webhookSecretsOf(endpoint, { secret: work.secret, at: work.at });
  if (newest === undefined) throw notFound();
  work.wakes.add("deliveries");
  return newest;
}

/**
 * Gives an endpoint a new secret and answers it. The one before goes on signing beside it for `overlapMs`, 0 to seven days;
 * an older one, from a rotation whose overlap still runs, ends at once. Throws `bad_request` for another overlap and
 * `not_found` for what is not the account's.
 */
export async function rotateWebhookSecret(
  work: Work,
  { accountId, endpointId, overlapMs }: EndpointOf & { readonly overlapMs: number },
): Promise<string> {
  if (!Number.isSafeInteger(overlapMs) || overlapMs < 0 || overlapMs > limits.webhookOverlapMs)
    throw badRequest(`The overlap must be between 0 and ${limits.webhookOverlapMs / 1000} seconds`);

  const fresh = newWebhookSecret();
  const rotated = await work.tx
    .updateTable("endpoints")
    .set((eb) => ({
      secret_cipher: sealWebhookSecret(fresh, work.secret),
      old_secret_cipher: overlapMs === 0 ? null : eb.ref("secret_cipher"),
      old_secret_until: overlapMs === 0 ? null : work.at + overlapMs,
      updated_at: work.at,
    }))
    .where("endpoint_id", "=", endpointId)
    .where("account_id", "=", accountId)
    .executeTakeFirst();
  if (rotated.numUpdatedRows !== 1n) throw notFound();
  work.wakes.add("deliveries");
  return fresh;
}
