import { acknowledgement } from "../../src/callbacks/verdict.ts";
import type { OutboundRequest, OutboundResult } from "../../src/http/outbound.ts";
import { chanceOf } from "./random.ts";
import type { SimTime } from "./sim-time.ts";

/** One POST as the receiver's ledger has it. Times are of the steady clock. */
export type Post = {
  readonly worker: string;
  readonly endpoint: string;
  readonly eventId: string;
  readonly deliveryId: string;
  readonly attempt: number;
  readonly request: string;
  readonly seq: number;
  readonly body: string;
  readonly begun: number;
  ended: number | null;
  /** The receiver acknowledged; whether the worker heard it is another matter. */
  acked: boolean;
};

/** How receivers behave: each POST draws one way. */
const ways = ["ack", "wrong body", "500", "302", "busy", "refused", "hang", "ack too late", "reset"] as const;
type Way = (typeof ways)[number];

/** A receiver with a ledger. `kind`: from now on it acknowledges everything. */
export type SimReceiver = { readonly posts: Post[]; kind: boolean; readonly drawn: Map<Way, number> };

type Receiving = {
  readonly receiver: SimReceiver;
  readonly time: SimTime;
  readonly seed: number;
  readonly worker: string;
  readonly asked: OutboundRequest;
};

/** Takes one POST as the chance has it and answers what the engine's client would. */
export async function receivePost({ receiver, time, seed, worker, asked }: Receiving): Promise<OutboundResult> {
  const { headers } = asked;
  const body = Buffer.from(asked.body ?? "").toString("latin1");
  const post: Post = {
    worker,
    endpoint: new URL(asked.url).pathname.slice(1),
    eventId: headers["countersign-event-id"] ?? "",
    deliveryId: headers["countersign-delivery-id"] ?? "",
    attempt: Number(headers["countersign-attempt"]),
    seq: Number(headers["countersign-sequence"]),
    request: /"signature_request_id":"(\w+)"/.exec(body)?.[1] ?? "",
    body,
    begun: time.now(),
    ended: null,
    acked: false,
  };
  const chance = chanceOf(seed ^ fingerprint(receiver.posts, post));
  receiver.posts.push(post);
  const way = receiver.kind || chance() < 0.45 ? "ack" : (ways[Math.floor(chance() * ways.length)] ?? "ack");
  receiver.drawn.set(way, (receiver.drawn.get(way) ?? 0) + 1);
  const takes = 1 + Math.floor(chance() * 60);
  const late = way === "hang" || way === "ack too late";
  post.acked = way === "ack" || way === "ack too late" || way === "reset";
  await time.pause(late ? asked.deadlineMs : takes);
  post.ended = time.now();
  return resultOf(way, post.ended - post.begun);
}

/** Chance goes by what is posted and how often it came, not by the order in which receivers are asked: a seed then repeats itself. */
function fingerprint(posts: readonly Post[], { endpoint, request, seq, attempt }: Post): number {
  const before = posts.filter((one) => one.endpoint === endpoint && one.request === request && one.seq === seq).length;
  const text = `${endpoint} ${request} ${seq} ${attempt} ${before}`;
  return [...text].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01000193), 0x811c9dc5) >>> 0;
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
      return answer(429, "", { "retry-after": "1" });
    case "refused":
      return fail("connect_refused");
    case "reset":
      return fail("reset");
    default:
      return fail("timeout_headers");
  }
}
