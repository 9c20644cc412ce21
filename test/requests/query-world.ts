import { newId, newShortId } from "../../src/base/ids.ts";
import { fill } from "../../src/storage/migrations/031-request-templates.ts";
import { rememberRequests } from "../../src/storage/request-words.ts";
import type { Db, Store } from "../../src/storage/store.ts";
import type { Dice, Known } from "./query-model.ts";

/** The account whose requests are searched. */
export const me = { accountId: "me", email: "me@house.example" };

const titles = [
  "Lease of the North Wind",
  "Über die Straße",
  "Угода",
  "50% k:v",
  "a_b",
  'They say "yes"',
  "release -5",
  "axb",
];
const people = [
  "Lea <lea@lease.example>",
  "Über <u@straße.example>",
  "Угода <x@zzz.example>",
  "North Wind <me@house.example>",
];
const states = [
  "awaiting",
  "awaiting",
  "complete",
  "declined",
  "error",
  "processing",
  "canceled",
  "destroyed",
] as const;

/** Writes so many requests of any kind, a few hours apart, and as many of somebody else's; answers those of the list, newest first. */
export async function makeWorld(
  { transact, kind }: Store,
  { dice, count }: { readonly dice: Dice; readonly count: number },
): Promise<readonly Known[]> {
  return transact(async (tx) => {
    for (const accountId of [me.accountId, "other"])
      await tx
        .insertInto("accounts")
        .values({
          account_id: accountId,
          email: `${accountId}@house.example`,
          password_hash: "",
          locale: "en",
          created_at: 0,
        })
        .execute();
    const made: Known[] = [];
    for (let n = 0; n < count; n += 1) {
      const known = await writeOne(tx, { kind, dice, n, accountId: me.accountId });
      if (known !== null) made.unshift(known);
      await writeOne(tx, { kind, dice, n, accountId: "other" });
    }
    await fill(tx, kind);
    return made;
  });
}

type Writing = { readonly kind: Store["kind"]; readonly dice: Dice; readonly n: number; readonly accountId: string };

async function writeOne(tx: Db, { kind, dice, n, accountId }: Writing): Promise<Known | null> {
  const one = <T>(from: readonly T[]): T => from[dice(from.length)] as T;
  const id = newId();
  const createdAt = Date.parse("2026-01-01T00:00Z") + n * 5 * 3_600_000;
  const state = one(states);
  const said = {
    title: one(titles),
    subject: dice(3) === 0 ? one(titles) : "",
    message: dice(3) === 0 ? one(titles) : "",
  };
  const metadata = dice(2) === 0 ? [one(titles)] : [];
  const filename = [`${one(titles)}.pdf`];
  const testMode = dice(2) === 0;
  const templates = one([[], ["a1"], ["b2", "a1"], ["b2"]]);
  const isRemoved = state === "complete" && dice(4) === 0;
  await tx
    .insertInto("signature_requests")
    .values({
      request_id: id,
      account_id: accountId,
      client_id: null,
      is_embedded: 1,
      ...said,
      original_title: said.title,
      metadata_json: JSON.stringify(Object.fromEntries(metadata.map((value) => ["key", value]))),
      cc_json: "[]",
      custom_fields_json: "[]",
      options_json: "{}",
      created_at: createdAt,
      last_seq: 0,
      state: "processing",
      test_mode: testMode ? 1 : 0,
      template_ids_json: templates.length === 0 ? null : JSON.stringify(templates),
    })
    .execute();
  await tx
    .insertInto("request_files")
    .values({ request_id: id, position: 0, name: filename[0] ?? "", blob: null, bytes: 0, file_url: null })
    .execute();
  const signers = [one(people), one(people)].map((person, order) => ({ person, order, isSigned: dice(3) === 0 }));
  for (const signer of signers) await writeSigner(tx, { id, ...signer });
  await rememberRequests({ tx, kind }, { ids: [id] });
  // As it goes in life: the state changes later, and the database counts on.
  await tx
    .updateTable("signature_requests")
    .set({ state, removed_at: isRemoved ? 1 : null })
    .where("request_id", "=", id)
    .execute();
  if (state === "destroyed") await tx.deleteFrom("request_words").where("request_id", "=", id).execute();
  if (state === "canceled" || state === "destroyed" || isRemoved) return null;
  const next = signers.find(({ isSigned }) => !isSigned);
  const waitsForMe = state === "awaiting" && next?.person === people[3];
  const to = signers.flatMap(({ person }) => partsOf(person));
  return { id, ...said, to, filename, metadata, rest: [], state, testMode, templates, waitsForMe, createdAt };
}

type Signer = { readonly id: string; readonly person: string; readonly order: number; readonly isSigned: boolean };

async function writeSigner(tx: Db, { id, person, order, isSigned }: Signer): Promise<void> {
  const [name = "", email = ""] = partsOf(person);
  const state = isSigned ? "signed" : "awaiting_signature";
  await tx
    .insertInto("signatures")
    .values({ signature_id: newShortId(), request_id: id, position: order, name, email, sign_order: order, state })
    .execute();
}

function partsOf(person: string): readonly string[] {
  return person.slice(0, -1).split(" <");
}
