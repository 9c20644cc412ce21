import { acknowledgement } from "../../src/callbacks/verdict.ts";
import type { OutboundRequest, OutboundResult } from "../../src/http/outbound.ts";
import { chanceOf } from "./random.ts";
import type { SimTime } from "./sim-time.ts";

/** How receivers behave: each POST draws one way. */
const ways = ["ack", "wrong body", "500", "302", "busy", "refused", "hang", "ack too late", "reset"] as const;
/** One of them. */
export type Way = (typeof ways)[number];

/** One POST as the receiver's ledger has it. Times are of the steady clock. */
export type Post = {
  readonly worker: string;
  readonly endpoint: string;
  readonly deliveryId: string;
  readonly attempt: number;
  /** Empty for a test. */
  readonly request: string;
  readonly seq: number;
  readonly body: string;
  readonly begun: number;
  ended: number | null;
  /** Where its begin and its end stand among those of all POSTs; what is under way ends last. */
  readonly begunAs: number;
  endedAs: number;
  readonly way: Way;
  /** The receiver acknowledged; whether the worker heard it is another matter. */
  readonly acked: boolean;
};

/**
 * A receiver with a ledger. `kind`: from now on it acknowledges everything. `dark`: until when nobody answers at an endpoint.
 */
export type SimReceiver = {
  readonly posts: Post[];
  kind: boolean;
  readonly dark: Map<string, number>;
  /** Begins and ends of POSTs until now. */
  steps: number;
};

type Receiving = {
  readonly receiver: SimReceiver;
  readonly time: SimTime;
  readonly seed: number;
  readonly worker: string;
  readonly asked: OutboundRequest;
};

/** Seconds that a busy receiver asks for. */
export const retryAfter = 1;

/** Whether somebody answered, as the engine's client sees it. */
export function isAnswered({ way }: Pick<Post, "way">): boolean {
  return ["ack", "wrong body", "500", "302", "busy"].includes(way);
}

/** Takes one POST as the chance has it and answers what the engine's client would. */
export async function receivePost({ receiver, time, seed, worker, asked }: Receiving): Promise<OutboundResult> {
  const { headers } = asked;
  const body = Buffer.from(asked.body ?? "").toString("latin1");
  const known = {
    worker,
    endpoint: new URL(asked.url).pathname.slice(1),
    deliveryId: headers["countersign-delivery-id"] ?? "",
    attempt: Number(headers["countersign-attempt"]),
    seq: Number(headers["countersign-sequence"]),
    request: /"signature_request_id":"(\w+)"/.exec(body)?.[1] ?? "",
    body,
    begun: time.now(),
  };
  const name = nameOf(receiver.posts, known);
  const chance = chanceOf(seed ^ fingerprint(name));
  const way = drawWay(chance, { ...known, receiver });
  const acked = way === "ack" || way === "ack too late" || way === "reset";
  receiver.steps += 1;
  const post: Post = { ...known, way, acked, ended: null, begunAs: receiver.steps, endedAs: Infinity };
  receiver.posts.push(post);
  const takes = 1 + Math.floor(chance() * 60);
  await time.take(way === "hang" || way === "ack too late" ? asked.deadlineMs : takes, name);
  receiver.steps += 1;
  Object.assign(post, { ended: time.now(), endedAs: receiver.steps });
  return resultOf(way, time.now() - post.begun);
}

type Drawing = Pick<Post, "endpoint" | "begun"> & { readonly receiver: SimReceiver };

function drawWay(chance: () => number, { receiver, endpoint, begun }: Drawing): Way {
  const [is, which] = [chance(), chance()];
  if (receiver.kind) return "ack";
  if ((receiver.dark.get(endpoint) ?? 0) > begun) return is < 0.9 ? "refused" : "hang";
  return is < 0.4 ? "ack" : (ways[Math.floor(which * ways.length)] ?? "ack");
}

/** Chance goes by what is posted and how often it came, not by the order in which receivers are asked: a seed then repeats itself. */
function nameOf(
  posts: readonly Post[],
  { endpoint, request, seq, attempt }: Pick<Post, "endpoint" | "request" | "seq" | "attempt">,
): string {
  const before = posts.filter((one) => one.endpoint === endpoint && one.request === request && one.seq === seq).length;
  return `${endpoint} ${request} ${seq} ${attempt} ${before}`;
}

function fingerprint(text: string): number {
  let hash = 0x811c9dc5;
  for (let n = 0; n < text.length; n += 1) hash = Math.imul(hash ^ text.charCodeAt(n), 0x01000193);
  return hash >>> 0;
}

function resultOf(way: Way, durationMs: number): OutboundResult {
  const answer = (status: number, body: string, headers: Readonly<Record<string, string>> = {}) =>
    ({
      kind: "answered",
      status,
      headers,
      body: Buffer.from(body),
      truncated: false,
      ip: "192.0.2.1",
      durationMs,
    }) as const;
  const fail = (code: "connect_refused" | "timeout_headers" | "reset") =>
    ({ kind: "failed", code, message: code, durationMs }) as const;
  switch (way) {
    case "ack":
      return answer(200, acknowledgement);
    case "wrong body":
      return answer(200, "thanks");
    case "500":
      return answer(500, acknowledgement);
    case "302":
      return answer(302, "", { location: "/" });
    case "busy":
      return answer(429, "", { "retry-after": String(retryAfter) });
    case "refused":
      return fail("connect_refused");
    case "reset":
      return fail("reset");
    default:
      return fail("timeout_headers");
  }
}
