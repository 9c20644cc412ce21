import { sql } from "kysely";
import { writeWords } from "../../src/storage/request-words.ts";
import { type ColumnType, rowsAs } from "../../src/storage/rows.ts";
import type { Store } from "../../src/storage/store.ts";
import { type Chance, chanceFrom, wordsOf } from "../events/lives.ts";

const batch = 2000;
const minute = 60_000;

const columns = {
  request_id: "text",
  account_id: "text",
  state: "text",
  title: "text",
  at: "bigint",
  metadata: "text",
  signature_id: "text",
  name: "text",
  email: "text",
  signed: "text",
} as const satisfies Readonly<Record<string, ColumnType>>;

/** Fills a house with so many requests of one account, a minute apart, each with one signer and its words. */
export async function fillRequests(
  store: Store,
  { accountId, count, until }: { readonly accountId: string; readonly count: number; readonly until: number },
): Promise<void> {
  const chance = chanceFrom(20_261_130);
  for (let from = 0; from < count; from += batch) {
    const some = Array.from({ length: Math.min(batch, count - from) }, (_, index) => {
      const number = from + index;
      return { ...wordsOf(chance, number), number, state: stateOf(chance), at: until - (count - number) * minute };
    });
    const rows = some.map(({ number, state, title, at, order, signer }) => ({
      request_id: idOf(number),
      account_id: accountId,
      state,
      title,
      at,
      metadata: JSON.stringify({ order }),
      signature_id: number.toString(16).padStart(32, "0"),
      name: signer.name,
      email: signer.email,
      signed: state === "complete" ? "signed" : "awaiting_signature",
    }));
    await store.transact(async (tx) => {
      await sql`
        insert into signature_requests (request_id, account_id, client_id, state, is_embedded, test_mode, title,
          original_title, metadata_json, cc_json, custom_fields_json, options_json, created_at, last_seq)
        select request_id, account_id, null, state, 1, 0, title, title, metadata, '[]', '[]', '{"fields":[]}', at, 9
        from ${rowsAs(store, { columns, rows })}`.execute(tx);
      await sql`
        insert into signatures (signature_id, request_id, position, name, email, state)
        select signature_id, request_id, 0, name, email, signed from ${rowsAs(store, { columns, rows })}`.execute(tx);
      await writeWords(
        { tx, kind: store.kind },
        some.map(({ number, title, signer, order }) => ({
          ...nothing,
          requestId: idOf(number),
          accountId,
          title,
          signers: [signer],
          metadata: { order },
        })),
      );
    });
  }
}

const nothing = { subject: null, message: null, cc: [], errorMessage: null, messages: [], files: ["contract.pdf"] };

/** Ids are as good as random in life: the digits are turned round, so that the parts of the count are even. */
function idOf(number: number): string {
  return [...number.toString(16).padStart(40, "0")].toReversed().join("");
}

function stateOf(chance: Chance): string {
  const luck = chance();
  if (luck < 0.01) return "declined";
  if (luck < 0.02) return "error";
  return luck < 0.1 ? "awaiting" : luck < 0.12 ? "canceled" : "complete";
}
