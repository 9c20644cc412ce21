import { Type } from "typebox";
import { welcome } from "../accounts/account-links.ts";
import { findEndpoint, setCallbackUrl, shownUrl } from "../accounts/endpoints.ts";
import { findAccountByEmail, findOrMakeAccount } from "../accounts/new-account.ts";
import { authenticateApp } from "../accounts/oauth-app.ts";
import { oauthOf } from "../accounts/oauth-member.ts";
import { grantTo } from "../accounts/oauth-tokens.ts";
import { findLeft, type Left } from "../accounts/quotas.ts";
import { findStanding } from "../accounts/teams.ts";
import { countFaxPagesSent } from "../accounts/usage.ts";
import { badRequest, notFound } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import type { ApiAppRow } from "../storage/account-tables.ts";
import { OwnAccount, renderOwnAccount } from "../wire/account.ts";
import { OauthToken, renderTokens } from "../wire/oauth-token.ts";
import { type Call, type House, operation } from "./operation.ts";

const Answer = Type.Object({ account: OwnAccount });

const Email = Type.String({ format: "email", minLength: 1, maxLength: limits.emailLength });
const Locale = Type.Optional(Type.String({ pattern: "^[a-z]{2}([-_][A-Za-z]{2})?$" }));

export const accountCreate = operation({
  id: "accountCreate",
  on: "POST /account/create",
  says: "Makes an account. Its holder gets a letter with a link that sets a password. With an app's client_id and client_secret the app gets tokens for it, and hears account_confirmed once the password is set.",
  input: Type.Object({
    email_address: Email,
    locale: Locale,
    client_id: Type.Optional(Type.String({ maxLength: 64 })),
    client_secret: Type.Optional(Type.String({ maxLength: 200 })),
  }),
  output: Type.Object({ account: OwnAccount, oauth_data: Type.Optional(OauthToken) }),
  faults: ["unauthorized", "bad_request"],

  async handle(call, { email_address: email, locale, client_id, client_secret }) {
    const { house, account: caller, actor } = call;
    const app = await findMakingApp(call, { clientId: client_id ?? "", clientSecret: client_secret ?? "" });
    const { account, tokens } = await house.transact(async (work) => {
      const madeFor = app?.client_id ?? null;
      const asked = { email, madeBy: caller.account_id, madeFor, ...(locale ? { locale } : {}) };
      const made = await findOrMakeAccount(work, asked);
      if (!made.isNew)
        throw badRequest("email_address not valid: there is an account with this address already", "email_address");
      await welcome(work, made.account);
      const { account_id: accountId } = made.account;
      const scopes = app === null ? [] : (oauthOf(app)?.scopes ?? []);
      const granted = app && (await grantTo(work, { app, accountId, scopes, tokenMs: house.tokenMs }));
      return { account: made.account, tokens: granted };
    }, actor);
    const shown = renderOwnAccount(account, {
      callbackUrl: null,
      place: null,
      faxPagesSent: 0,
      left: await findOwnLeft(house, account.account_id),
    });
    return tokens === null ? { account: shown } : { account: shown, oauth_data: renderTokens(tokens) };
  },
});

/** The caller's own app, for which an account is made; null where none is named. */
async function findMakingApp(
  { house, account }: Call,
  { clientId, clientSecret }: { readonly clientId: string; readonly clientSecret: string },
): Promise<ApiAppRow | null> {
  if (clientId === "" && clientSecret === "") return null;
  const missing = clientId === "" ? "client_id" : clientSecret === "" ? "client_secret" : null;
  if (missing !== null)
    throw badRequest(
      `${missing} is required: an app that makes accounts gives its client_id and its client_secret.`,
      missing,
    );
  const app = await authenticateApp(house.store.read, { clientId, clientSecret, secret: house.secret });
  if (app === null || app.account_id !== account.account_id)
    throw badRequest(
      "client_id not valid: you have no app with this client_id, this client_secret and an oauth member",
      "client_id",
    );
  return app;
}

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
    locale: Locale,
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
  input: Type.Object({ email_address: Email }),
  output: Type.Object({ account: Type.Optional(Type.Object({ email_address: Type.String() })) }),
  faults: ["unauthorized", "bad_request"],

  async handle({ house }, { email_address }) {
    const found = await findAccountByEmail(house.store.read, email_address);
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
  const standing = await findStanding(house.store.read, account.account_id);
  const place = standing && { teamId: standing.team.team_id, role: standing.role };
  const left = await findOwnLeft(house, account.account_id);
  const faxPagesSent = await countFaxPagesSent(house.store.read, { accountId: account.account_id, at: house.clock() });
  return { account: renderOwnAccount(row, { callbackUrl: shownUrl(endpoint), place, left, faxPagesSent }) };
}

async function findOwnLeft({ store, quotas, clock }: House, accountId: string): Promise<Left> {
  return (await findLeft(store.read, { quotas, at: clock(), accountIds: [accountId] }))(accountId);
}
