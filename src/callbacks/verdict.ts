import { unreachable } from "../base/assert.ts";
import type { OutboundResult } from "../http/outbound.ts";

/** What the receiver must answer, with status 200. Contract: events.md section 3. */
export const acknowledgement = "Hello API Event Received";

/** Whether an attempt was acknowledged; else why not, and what the receiver asked to wait (milliseconds). */
export type Judgement = { readonly outcome: string; readonly acked: boolean; readonly retryAfterMs: number | null };

/** Judges what came back: only 200 with the phrase, in its case, is an acknowledgement; a body need not end after it. */
export function judge(result: OutboundResult, at: number): Judgement {
  switch (result.kind) {
    case "failed":
      return result.answer && isAcknowledged(result.answer)
        ? acked
        : { outcome: result.code, acked: false, retryAfterMs: null };
    case "answered":
      return isAcknowledged(result) ? acked : judgeRefusal(result, at);
    default:
      return unreachable(result);
  }
}

const acked: Judgement = Object.freeze({ outcome: "acked", acked: true, retryAfterMs: null });

type Answered = Extract<OutboundResult, { kind: "answered" }>;

function isAcknowledged({ status, body }: Pick<Answered, "status" | "body">): boolean {
  return status === 200 && new TextDecoder().decode(body).includes(acknowledgement);
}

function judgeRefusal({ status, headers }: Answered, at: number): Judgement {
  const mayAsk = status === 429 || status === 503;
  return {
    outcome: nameFailure(status),
    acked: false,
    retryAfterMs: mayAsk ? readRetryAfter(headers["retry-after"], at) : null,
  };
}

function nameFailure(status: number): string {
  if (status === 200) return "ack_body_missing";
  if (status < 300) return "http_2xx_not_200";
  if (status < 400) return "redirect";
  return status < 500 ? "http_4xx" : "http_5xx";
}

/** Retry-After (RFC 9110, section 10.2.3): seconds or a date; null when it is neither. */
function readRetryAfter(value: string | undefined, at: number): number | null {
  if (value === undefined) return null;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - at);
}

/** What the ladder says after so many finished tries: milliseconds to wait, or null when it has ended. */
export type Ladder = {
  readonly schedule: readonly number[];
  readonly tries: number;
  readonly retryAfterMs: number | null;
  readonly random: number;
};

/**
 * The wait before the next try: the schedule's step, 0 to 10 % later so that a crowd spreads out, never earlier.
 * A Retry-After counts within [delay, 2 x delay]. `random` is from 0 to 1.
 */
export function nextDelay({ schedule, tries, retryAfterMs, random }: Ladder): number | null {
  const step = schedule[tries - 1];
  if (step === undefined) return null;
  const asked = Math.min(retryAfterMs ?? 0, 2 * step);
  return Math.round(Math.max(step * (1 + random / 10), asked));
}
