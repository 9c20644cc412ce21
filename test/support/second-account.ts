import { createApp } from "../../src/accounts/apps.ts";
import { keyColumns } from "../../src/accounts/keys.ts";
import { systemClock } from "../../src/base/clock.ts";
import { newId } from "../../src/base/ids.ts";
import { readSecret } from "../../src/server/secret.ts";
import { makeTransact } from "../../src/server/transact.ts";
import { ask } from "./ask.ts";
import type { House } from "./house.ts";

/** Another account of a house: its key and its app. */
export type SecondAccount = { readonly apiKey: string; readonly clientId: string; readonly email: string };

/** Makes a second account, as the first start makes the first one. */
export async function makeSecondAccount({ store, dataFolder }: House): Promise<SecondAccount> {
  const secret = readSecret({ given: null, dataFolder });
  const transact = makeTransact({ store, clock: systemClock, secret, reactions: [], wake: () => {} });
  const made = { apiKey: "7".repeat(64), clientId: "d".repeat(32), email: "second@example.com" };
  await transact(async (work) => {
    const account_id = newId();
    await work.tx
      .insertInto("accounts")
      .values({ account_id, email: made.email, password_hash: "none", locale: "en-US", created_at: work.at })
      .execute();
    const key = { key: made.apiKey, accountId: account_id, name: "Second key", isPrimary: true, at: work.at };
    await work.tx.insertInto("api_keys").values(keyColumns(secret, key)).execute();
    await createApp(work, {
      accountId: account_id,
      clientId: made.clientId,
      name: "Second app",
      domains: ["localhost"],
    });
  });
  return made;
}

/** Makes a team of the first account, with a team below it, and puts another account, by its address, into the one below. */
export async function joinFirst(house: House, email: string): Promise<void> {
  const { store } = house;
  await ask(house, "POST /team/create", { json: { name: "Team" } });
  const top = await store.read.selectFrom("teams").select("team_id").executeTakeFirstOrThrow();
  await ask(house, "POST /team/create", { json: { name: "Below", parent_team_id: top.team_id } });
  const place = store.read
    .selectFrom(["accounts", "teams"])
    .where("email", "=", email)
    .where("parent_id", "=", top.team_id);
  const { account_id, team_id } = await place.select(["account_id", "team_id"]).executeTakeFirstOrThrow();
  const row = { account_id, team_id, role: "Member", joined_at: 0 };
  await store.transact((tx) => tx.insertInto("team_members").values(row).execute());
}
