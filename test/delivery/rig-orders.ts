import type { Ordering } from "../../src/accounts/endpoint-state.ts";

/** What a transaction of the engine is for. */
export type Deed = "an event" | "a claim" | "a settlement" | "a give-back" | "a replay's step" | "a pause";

/** Where the rig's process kills itself. */
export type OwnPoint = `${"before" | "after"} the commit of ${Deed}` | "after the answer, before the settlement";

/** Where the receiver kills it. */
export type ReceiverPoint = "after connect" | "after the request is sent";

/** A named kill point. */
export type Point = OwnPoint | ReceiverPoint;

/** What the rig's process is started with. */
export type Setting = {
  readonly database:
    | { readonly kind: "sqlite"; readonly file: string }
    | { readonly kind: "postgres"; readonly url: string };
  /** The file that it appends to. */
  readonly ledger: string;
  /** Milliseconds. */
  readonly schedule: readonly number[];
  readonly timeoutMs: number;
};

/** A change of the business: a new signature request with events, or more events of one that is there. */
export type Change = {
  readonly change: string;
  readonly request: string;
  readonly client: string | null;
  readonly isNew: boolean;
  readonly events: number;
  /** It is undone at its end, with its events and deliveries written. */
  readonly isDoomed: boolean;
};

/** What the rig's process is asked to do. */
export type Order =
  | ({ readonly order: "change" } & Change)
  | { readonly order: "arm"; readonly point: OwnPoint; readonly skip: number }
  | { readonly order: "pause" | "resume" | "replay"; readonly endpoint: string }
  | { readonly order: "shift clock"; readonly by: number };

/** What it says of an order; `undone`: rolled back on purpose. */
export type Answer = {
  readonly number: number;
  readonly became: "done" | "undone" | "failed";
  readonly words?: string;
};

/** What the rig's process writes down, each line before it goes on. */
export type Line =
  | ({ readonly tell: "begun" } & Change)
  | { readonly tell: "committed"; readonly change: string; readonly seqs: readonly number[] }
  | { readonly tell: "undone"; readonly change: string }
  | { readonly tell: "hit"; readonly point: OwnPoint; readonly change: string | null }
  | { readonly tell: "settled"; readonly pid: number };

/** The account of every rig, its API key and its secret. */
export const account = { id: "me", key: "5".repeat(64), secret: new Uint8Array(32) } as const;

/** Another account, which hears of each request as that of a signer. */
export const signer = { id: "signer", key: "6".repeat(64) } as const;

/** The account's endpoint has no client, nor has the signer's account's; the others are those of apps. */
export type RigEndpoint = {
  readonly id: string;
  readonly isSigners?: boolean;
  readonly client: string | null;
  readonly url: string;
  readonly ordering: Ordering;
};
