import assert from "node:assert/strict";
import { createKey } from "../../src/accounts/keys.ts";
import { systemClock } from "../../src/base/clock.ts";
import { readSecret } from "../../src/server/secret.ts";
import { makeTransact } from "../../src/server/transact.ts";
import { ask } from "./ask.ts";
import type { House } from "./house.ts";

/** Somebody with an account of their own, and a key to it. */
export type Somebody = { readonly email: string; readonly accountId: string; readonly apiKey: string };

/** The account of the house's own key, as somebody. */
export async function firstOf(house: House): Promise<Somebody> {
  const { json } = await ask(house, "GET /account");
  const { account } = json as { account: { account_id: string; email_address: string } };
  return { email: account.email_address, accountId: account.account_id, apiKey: house.apiKey };
}

/** Makes an account by the API and a key to it. */
export async function makeSomebody(house: House, email: string): Promise<Somebody> {
  const { status, json } = await ask(house, "POST /account/create", { json: { email_address: email } });
  assert.equal(status, 200, JSON.stringify(json));
  return somebodyAt(house, email);
}

/** Makes a key to the account of an address, which there is already. */
async function somebodyAt({ store, dataFolder }: House, email: string): Promise<Somebody> {
  const { account_id: accountId } = await store.read
    .selectFrom("accounts")
    .select("account_id")
    .where("email", "=", email)
    .executeTakeFirstOrThrow();
  const secret = readSecret({ given: null, dataFolder });
  const transact = makeTransact({ store, clock: systemClock, secret, reactions: [], wake: () => {} });
  const { key } = await transact((work) => createKey(work, { accountId, name: "Test key" }));
  return { email, accountId, apiKey: key };
}

/** The letters to an address, the oldest first, and the path of the link in each. */
export async function lettersTo({ store, url }: House, email: string) {
  const letters = await store.read
    .selectFrom("letters")
    .selectAll()
    .where("to_email", "=", email)
    .orderBy("created_at")
    .orderBy("letter_id")
    .execute();
  return letters.map((letter) => {
    const [, path = ""] = new RegExp(`${url}(/app/[\\w/-]+)`).exec(letter.text_body) ?? [];
    return { ...letter, path };
  });
}

/** The path of the newest link that an address was sent. */
export async function newestLink(house: House, email: string): Promise<string> {
  const letter = (await lettersTo(house, email)).at(-1);
  assert.ok(letter?.path, `there is a letter to ${email}`);
  return letter.path;
}
