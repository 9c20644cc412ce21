import type { RawBuilder } from "kysely";
import type { Quotas } from "../base/quotas.ts";
import type { Secret } from "../base/secrets.ts";
import type { Db, Store } from "../storage/store.ts";
import type { EventType } from "./catalog.ts";

/** Who makes a change, and from where: what the audit trail tells. */
export type Actor = {
  /** A name or an e-mail address, or "Countersign" for the house itself. */
  readonly who: string;
  readonly ip: string | null;
  readonly userAgent: string | null;
  /** The call of the API by which it is made; left out: none. */
  readonly callId?: string;
};

/** Something that happened in this transaction; its object is rendered and frozen before the commit. */
export type Happening = {
  readonly eventId: string;
  readonly type: EventType;
  readonly accountId: string;
  readonly clientId: string | null;
  readonly requestId: string | null;
  readonly templateId: string | null;
  readonly faxId: string | null;
  /** The account that is told of, where it is neither of these. */
  readonly subjectId: string | null;
  /** Gapless per request and per fax, from 1; 0 where there is neither. */
  readonly seq: number;
  readonly at: number;
  readonly relatedSignatureId: string | null;
  readonly message: string | null;
  /** Accounts of signers that are told too; null: those of the signers that the request has when the change is made. */
  readonly hearers: readonly string[] | null;
};

/** A letter about a request that goes by mail: asks a signer, or tells somebody that nothing is asked of them any more. */
export type OwedLetter =
  | { readonly kind: "ask"; readonly requestId: string; readonly signatureId: string }
  | {
      readonly kind: "release";
      readonly requestId: string;
      readonly to: { readonly name: string; readonly email: string; readonly locale: string | null };
      /** What the request said when they were asked. */
      readonly was: { readonly title: string; readonly subject: string | null };
    };

/** A letter that is owed to the holder of an account, apart from any event: its link holds the token, which only the letter tells. */
export type Notice = {
  readonly email: string;
  readonly token: string;
  /** In whose inbox the letter is kept where there is no mail server. */
  readonly keptFor: string;
} & (
  | { readonly kind: "welcome" | "password" }
  | { readonly kind: "invitation"; readonly by: string; readonly team: string; readonly role: string }
);

/** The open transaction: where domain code reads and writes, what time it is, who acts, what happened so far. */
export type Work = {
  readonly tx: Db;
  /** Which database it is: where one statement can do what takes two elsewhere. */
  readonly kind: Store["kind"];
  /** UTC milliseconds at which the change is made. */
  readonly at: number;
  /** The database's clock, for due times. */
  readonly now: RawBuilder<number>;
  /** Where an event that is written now stands among all: see Store.position. */
  readonly position: RawBuilder<number>;
  readonly secret: Secret;
  /** What accounts may use. */
  readonly quotas: Quotas;
  /** When it is told that a document can be downloaded: at the end, or after each signature. */
  readonly downloadable: "end" | "each";
  readonly actor: Actor;
  readonly happened: Happening[];
  /** Accounts that are told of it beside those whose it is. */
  readonly heard: Set<string>;
  /** Letters that are owed although no event says so. */
  readonly letters: OwedLetter[];
  /** Letters to holders of accounts, written in the same commit. */
  readonly notices: Notice[];
  /** Which loops to wake after the commit. */
  readonly wakes: Set<"jobs" | "deliveries">;
};

/** Runs a change in one transaction, with its events and what they owe, and resolves after the commit. */
export type Transact = <T>(change: (work: Work) => Promise<T>, actor?: Actor) => Promise<T>;

/** The house itself, as an actor. */
export const theHouse: Actor = Object.freeze({ who: "Countersign", ip: null, userAgent: null });
