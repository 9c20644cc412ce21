import type { Clock } from "../base/clock.ts";
import { limits } from "../base/limits.ts";
import { storableText } from "../base/words.ts";
import type { Outbound, OutboundResult } from "../http/outbound.ts";
import type { ClaimedDelivery } from "../outbox/deliveries.ts";
import type { Settlement } from "../outbox/settle.ts";
import type { EventRow } from "../storage/promise-tables.ts";
import type { Addressee } from "./addressees.ts";
import { composeCallback } from "./compose.ts";
import { type Judgement, judge, nextDelay } from "./verdict.ts";

/** What an attempt is made with: the ladder and the deadline are milliseconds, `random` is from 0 to 1. */
export type AttemptTools = {
  readonly outbound: Outbound;
  readonly clock: Clock;
  readonly random: () => number;
  readonly schedule: readonly number[];
  readonly timeoutMs: number;
};

/** What is sent, and to whom. */
export type Attempting = {
  readonly claimed: ClaimedDelivery;
  readonly event: EventRow;
  readonly addressee: Addressee;
};

/** Posts a callback once and says how it ended and what becomes of its delivery; never throws for trouble of the network. */
export async function attemptDelivery(
  tools: AttemptTools,
  { claimed, event, addressee }: Attempting,
): Promise<Omit<Settlement, "claimed">> {
  const { outbound, clock, timeoutMs } = tools;
  const startedAt = clock();
  const callback = composeCallback({
    event,
    reportedForAppId: addressee.clientId,
    apiKey: addressee.apiKey,
    deliveryId: claimed.deliveryId,
    attempt: claimed.tries + 1,
    credentials: addressee.credentials,
    webhookSecrets: addressee.webhookSecrets,
    sentAt: startedAt,
  });
  const result = await outbound.request({
    url: addressee.url,
    method: "POST",
    headers: callback.headers,
    body: callback.body,
    deadlineMs: timeoutMs,
    maxBodyBytes: limits.outboundBodyBytes,
  });
  return settlementOf(tools, { claimed, result, startedAt, url: addressee.url });
}

/** What came of posting a callback, whoever posted it. */
export type Posted = Omit<Ended, "outcome"> & { readonly claimed: ClaimedDelivery };

/** How the attempt is written down and what becomes of its delivery. */
export function settlementOf(
  tools: Pick<AttemptTools, "clock" | "schedule" | "random">,
  { claimed, result, startedAt, url }: Posted,
): Omit<Settlement, "claimed"> {
  const judgement = judge(result, tools.clock());
  return {
    attempt: attemptColumns({ result, startedAt, url, outcome: judgement.outcome }),
    report: reportOf(result, judgement),
    becomes: whatBecomes(tools, { claimed, judgement }),
  };
}

function reportOf(result: OutboundResult, { acked }: Judgement): Settlement["report"] {
  if (acked) return "acked";
  return result.kind === "answered" || result.answer ? "wrong" : "unreachable";
}

function whatBecomes(
  { schedule, random }: Pick<AttemptTools, "schedule" | "random">,
  { claimed, judgement }: { readonly claimed: ClaimedDelivery; readonly judgement: Judgement },
): Settlement["becomes"] {
  if (judgement.acked) return { state: "delivered" };
  if (claimed.singleAttempt) return { state: "exhausted" };
  const { retryAfterMs } = judgement;
  const delayMs = nextDelay({ schedule, tries: claimed.tries + 1, retryAfterMs, random: random() });
  return delayMs === null ? { state: "exhausted" } : { state: "pending", delayMs };
}

type Ended = {
  readonly result: OutboundResult;
  readonly startedAt: number;
  readonly url: string;
  readonly outcome: string;
};

function attemptColumns({ result, startedAt, url, outcome }: Ended): Settlement["attempt"] {
  const answer = result.kind === "answered" ? result : (result.answer ?? null);
  const said = answer === null ? "" : new TextDecoder().decode(answer.body.subarray(0, limits.attemptBodyBytes));
  const words = result.kind === "failed" && said === "" ? result.message : said;
  return {
    started_at: startedAt,
    duration_ms: Math.round(result.durationMs),
    url,
    status: answer?.status ?? null,
    outcome,
    response_headers_json: answer === null ? null : JSON.stringify(answer.headers),
    // An attempt that cannot be written down would be made for ever.
    response_body: storableText(words),
  };
}
