import { limits } from "../base/limits.ts";
import type { Work } from "../events/work.ts";
import { note } from "./letters.ts";
import { type MailWay, post } from "./post.ts";

/** Which endpoint failed since when (milliseconds); `publicUrl` is where its owner finds the dashboard. */
export type Alert = {
  readonly endpointId: string;
  readonly since: number;
  readonly publicUrl: string;
  readonly way: MailWay;
};

/**
 * Tells the owner of an endpoint, by mail, how many of its callbacks were given up since the last letter, how many wait for another
 * try, and what the last answer was. Writes nothing when all has gone well meanwhile.
 */
export async function writeAlert(work: Work, { endpointId, since, publicUrl, way }: Alert): Promise<void> {
  const endpoint = await work.tx
    .selectFrom("endpoints")
    .innerJoin("accounts", "accounts.account_id", "endpoints.account_id")
    .select(["endpoints.account_id as accountId", "accounts.email as email", "url", "failing_since"])
    .where("endpoint_id", "=", endpointId)
    .executeTakeFirst();
  if (!endpoint) return;
  const exhausted = await countExhausted(work, { endpointId, since });
  const retrying = await countRetrying(work, endpointId);
  if (exhausted + retrying === 0) return;

  const letter = note({
    subject:
      exhausted > 0
        ? `${countOf(exhausted)} given up: ${hostOf(endpoint.url)}`
        : `Callbacks fail: ${hostOf(endpoint.url)}`,
    paragraphs: [
      `Callbacks to ${endpoint.url ?? "a URL that is cleared by now"} are not acknowledged.`,
      `${countOf(exhausted)} given up after the last try; ${countOf(retrying)} waiting for another try.`,
      "Nothing is lost: given up callbacks are kept and can be sent again, one by one or all of a time at once.",
    ],
    action: {
      button: "See what went wrong",
      link: `${publicUrl}/app/events?endpoint=${endpointId}&state=${exhausted > 0 ? "exhausted" : "retrying"}`,
    },
    end: "You get this mail because the callback URL belongs to your account. At most one an hour comes for each URL.",
  });
  const to = { name: endpoint.email, email: endpoint.email };
  const { accountId } = endpoint;
  await post(work, { accountId, requestId: null, signatureId: null, kind: "callbacks_failing", to, letter, way });
}

/** Those that ended since then: the end of the last attempt is what next_at was left at. */
async function countExhausted(
  work: Work,
  { endpointId, since }: { readonly endpointId: string; readonly since: number },
): Promise<number> {
  const rows = await work.tx
    .selectFrom("deliveries")
    .select("delivery_id")
    .where("endpoint_id", "=", endpointId)
    .where("state", "=", "exhausted")
    .where("single_attempt", "=", 0)
    .where("next_at", ">", since)
    .limit(limits.alertCount + 1)
    .execute();
  return rows.length;
}

async function countRetrying(work: Work, endpointId: string): Promise<number> {
  const rows = await work.tx
    .selectFrom("deliveries")
    .select("delivery_id")
    .where("endpoint_id", "=", endpointId)
    .where("state", "=", "pending")
    .where("tries", ">", 0)
    .limit(limits.alertCount + 1)
    .execute();
  return rows.length;
}

function countOf(count: number): string {
  if (count > limits.alertCount) return `More than ${limits.alertCount} callbacks are`;
  return count === 1 ? "1 callback is" : `${count} callbacks are`;
}

function hostOf(url: string | null): string {
  return (url === null ? null : URL.parse(url)?.host) ?? "a cleared URL";
}
