import { Type } from "typebox";
import { findEndpoint, setCallbackUrl, shownUrl } from "../accounts/endpoints.ts";
import { notFound } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { Account, renderAccount } from "../wire/account.ts";
import { type Call, operation } from "./operation.ts";

const Answer = Type.Object({ account: Account });

export const accountGet = operation({
  id: "accountGet",
  on: "GET /account",
  says: "Answers the caller's account.",
  input: Type.Object({ account_id: Type.Optional(Type.String()), email_address: Type.Optional(Type.String()) }),
  output: Answer,
  faults: ["unauthorized", "not_found"],

  async handle(call, { account_id, email_address }) {
    const { account } = call;
    const mine =
      account_id !== undefined
        ? account_id === account.account_id
        : email_address === undefined || email_address.toLowerCase() === account.email.toLowerCase();
    if (!mine) throw notFound();
    return showAccount(call);
  },
});

export const accountUpdate = operation({
  id: "accountUpdate",
  on: "PUT /account",
  events: ["callback_test"],
  example: { callback_url: "https://example.com/callbacks" },
  says: "Changes the account's callback URL or locale. A changed URL gets a callback_test; an empty one clears it.",
  input: Type.Object({
    account_id: Type.Optional(Type.String()),
    callback_url: Type.Optional(Type.String({ maxLength: limits.urlLength })),
    locale: Type.Optional(Type.String({ pattern: "^[a-z]{2}([-_][A-Za-z]{2})?$" })),
  }),
  output: Answer,
  faults: ["unauthorized", "bad_request", "not_found"],

  async handle(call, { account_id, callback_url, locale }) {
    const { account, house, actor } = call;
    if (account_id !== undefined && account_id !== account.account_id) throw notFound();
    await house.transact(async (work) => {
      if (callback_url !== undefined)
        await setCallbackUrl(work, { owner: { accountId: account.account_id, clientId: null }, url: callback_url });
      if (locale)
        await work.tx
          .updateTable("accounts")
          .set({ locale: locale.replace("_", "-") })
          .where("account_id", "=", account.account_id)
          .execute();
    }, actor);
    return showAccount(call);
  },
});

export const accountVerify = operation({
  id: "accountVerify",
  on: "POST /account/verify",
  says: "Tells whether an account of this address exists.",
  input: Type.Object({ email_address: Type.String({ format: "email", minLength: 1, maxLength: limits.emailLength }) }),
  output: Type.Object({ account: Type.Optional(Type.Object({ email_address: Type.String() })) }),
  faults: ["unauthorized", "bad_request"],

  async handle({ house }, { email_address }) {
    const found = await house.store.read
      .selectFrom("accounts")
      .select("email")
      .where((eb) => eb(eb.fn<string>("lower", ["email"]), "=", email_address.toLowerCase()))
      .executeTakeFirst();
    return found ? { account: { email_address: found.email } } : {};
  },
});

async function showAccount({ house, account }: Call): Promise<Type.Static<typeof Answer>> {
  const row = await house.store.read
    .selectFrom("accounts")
    .selectAll()
    .where("account_id", "=", account.account_id)
    .executeTakeFirstOrThrow();
  const endpoint = await findEndpoint(house.store.read, { accountId: account.account_id, clientId: null });
  return { account: renderAccount(row, shownUrl(endpoint)) };
}
