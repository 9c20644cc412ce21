// Made-up lives of signature requests: what happened to each, when, and what became of the callbacks. From a seed, so that every run has the same.

import type { EventType } from "../../src/events/catalog.ts";

/** A number from 0 to 1, the next of a row that the seed settles (mulberry32). */
export type Chance = () => number;

/** Begins a row of numbers. */
export function chanceFrom(seed: number): Chance {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An event of a life: its type, and how long after the request it came, in milliseconds. */
export type Moment = { readonly type: EventType; readonly afterMs: number };

const minute = 60_000;

/** What happens to one request, in the order of time: eight events on average. */
export function lifeOf(chance: Chance): readonly Moment[] {
  const moments: Moment[] = [];
  let at = 0;
  const then = (type: EventType, withinMs: number) => {
    at += 1 + Math.floor(chance() * withinMs);
    moments.push({ type, afterMs: at });
  };
  const maybe = (share: number, type: EventType) => chance() < share && then(type, 600 * minute);

  const start = chance();
  if (start < 0.015) return [{ type: "file_error", afterMs: 900 }];
  if (start < 0.022) return [{ type: "signature_request_invalid", afterMs: 900 }];
  if (start < 0.023) return [{ type: "unknown_error", afterMs: 900 }];
  then("signature_request_sent", 500);
  maybe(0.005, "signature_request_email_bounce");
  const signers = 1 + Math.floor(chance() * 3);
  const end = chance();
  for (let signer = 0; signer < signers; signer += 1) {
    for (let views = 0; views <= chance() * 2.4; views += 1) then("signature_request_viewed", 300 * minute);
    maybe(0.15, "signature_request_remind");
    maybe(0.02, "sign_url_invalid");
    maybe(0.01, "signature_request_reassigned");
    if (signer === signers - 1 && end < 0.03) then("signature_request_declined", 60 * minute);
    else if (signer === signers - 1 && end < 0.06) then("signature_request_canceled", 60 * minute);
    else if (signer === signers - 1 && end < 0.08) then("signature_request_expired", 9000 * minute);
    else then("signature_request_signed", 60 * minute);
  }
  if (end < 0.08) return moments;
  then("signature_request_all_signed", 2000);
  moments.push({ type: "signature_request_downloadable", afterMs: at });
  maybe(0.01, "signature_request_destroyed");
  return moments;
}

const kinds = ["Lease", "Loan", "Offer", "Consent", "Mandate", "Statement of work", "Договір", "Vertrag", "Reçu"];
const names = [
  "Ada Lovelace",
  "Zoë Müller",
  "Taras Shevchenko",
  "Ольга Петренко",
  "José García",
  "Grace Hopper",
  "Anna Smith",
];

/** Words of titles by how many requests have them. */
export const searched = { frequent: "agreement", rare: "zephyr", absent: "quixotry" } as const;

/** The title of the request of this number, and who signs it. */
export function wordsOf(chance: Chance, number: number) {
  const kind = kinds[Math.floor(chance() * kinds.length)] ?? "";
  const agreement = chance() < 0.35 ? ` ${searched.frequent}` : "";
  const rare = number % 25_000 === 777 ? ` ${searched.rare}` : "";
  const name = names[Math.floor(chance() * names.length)] ?? "";
  return {
    title: `${kind}${agreement}${rare} ${2020 + (number % 7)}/${number}`,
    signer: { name, email: `person${number}@customer${number % 4000}.example` },
    order: `PO-${Math.floor(chance() * 1e9)}`,
  };
}
