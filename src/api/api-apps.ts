import { Type } from "typebox";
import { type AppChanges, appSecret, createApp, deleteApp, findApp, listApps, updateApp } from "../accounts/apps.ts";
import { findEndpoint, shownUrl } from "../accounts/endpoints.ts";
import { readOauth } from "../accounts/oauth-member.ts";
import { logoField, takeLogo } from "../documents/keep-logo.ts";
import type { ApiAppRow } from "../storage/account-tables.ts";
import { ApiApp, ApiAppChanges, ApiAppInput, renderApiApp } from "../wire/api-app.ts";
import { readDomains } from "../wire/app-domains.ts";
import { ListInfo, renderListInfo, Warning, withWarnings } from "../wire/shapes.ts";
import { trimName } from "../wire/trim-name.ts";
import { type Call, operation } from "./operation.ts";
import { readPaging } from "./paging.ts";

const Answer = Type.Object({ api_app: ApiApp, warnings: Type.Optional(Type.Array(Warning)) });
const ById = Type.Object({ client_id: Type.String() });

export const apiAppCreate = operation({
  id: "apiAppCreate",
  on: "POST /api_app",
  file: logoField,
  events: ["callback_test"],
  example: { name: "Bicycle shop", domains: ["shop.example.com"], callback_url: "https://example.com/callbacks" },
  says: "Makes an API app. A callback URL gets a callback_test; in a multipart body custom_logo_file may come along, a PNG or JPEG.",
  input: ApiAppInput,
  output: Answer,
  faults: ["unauthorized", "bad_request"],
  status: 201,

  async handle(call, { name, domains, ...given }) {
    const { house, account, actor } = call;
    const asked = {
      ...readChanges(given),
      accountId: account.account_id,
      name: trimName(name, "name"),
      domains: readDomains(domains),
    };
    const logo = await readLogo(call, given);
    const app = await house.transact((work) => createApp(work, { ...asked, ...logo }), actor);
    return { api_app: await show(call, app) };
  },
});

export const apiAppUpdate = operation({
  id: "apiAppUpdate",
  on: "PUT /api_app/{client_id}",
  file: logoField,
  events: ["callback_test"],
  example: { callback_url: "https://example.com/callbacks" },
  says: "Changes the members of an API app that are given; an empty callback_url clears it, reset_to_default the colours and the logo.",
  input: ApiAppChanges,
  output: Answer,
  faults: ["unauthorized", "bad_request", "not_found"],

  async handle(call, { client_id, name, domains, ...given }) {
    const { house, account, actor } = call;
    const changes = {
      ...readChanges(given),
      ...(name === undefined ? {} : { name: trimName(name, "name") }),
      ...(domains === undefined ? {} : { domains: readDomains(domains) }),
    };
    const owned = { accountId: account.account_id, clientId: client_id };
    await findApp(house.store.read, owned);
    const logo = await readLogo(call, given);
    const { app, revoked } = await house.transact((work) => updateApp(work, { ...changes, ...logo, ...owned }), actor);
    return withWarnings({ api_app: await show(call, app) }, revokedWarnings(revoked));
  },
});

export const apiAppGet = operation({
  id: "apiAppGet",
  on: "GET /api_app/{client_id}",
  says: "Answers one API app.",
  input: ById,
  output: Answer,
  faults: ["unauthorized", "not_found"],

  async handle(call, { client_id }) {
    const app = await findApp(call.house.store.read, { accountId: call.account.account_id, clientId: client_id });
    return { api_app: await show(call, app) };
  },
});

export const apiAppList = operation({
  id: "apiAppList",
  on: "GET /api_app/list",
  says: "Lists the account's API apps, newest first.",
  input: Type.Object({ page: Type.Optional(Type.Integer()), page_size: Type.Optional(Type.Integer()) }),
  output: Type.Object({ api_apps: Type.Array(ApiApp), list_info: ListInfo }),
  faults: ["unauthorized", "bad_request"],

  async handle(call, input) {
    const paging = readPaging(input);
    const { rows, count } = await listApps(call.house.store.read, { accountId: call.account.account_id, ...paging });
    return {
      api_apps: await Promise.all(rows.map((row) => show(call, row))),
      list_info: renderListInfo({ ...paging, count }),
    };
  },
});

export const apiAppDelete = operation({
  id: "apiAppDelete",
  on: "DELETE /api_app/{client_id}",
  says: "Deletes an API app; requests made with it live on.",
  input: ById,
  output: "nothing",
  faults: ["unauthorized", "not_found"],
  status: 204,

  async handle({ house, account, actor }, { client_id }) {
    await house.transact((work) => deleteApp(work, { accountId: account.account_id, clientId: client_id }), actor);
  },
});

type Given = Omit<Type.Static<typeof ApiAppChanges>, "client_id" | "name" | "domains">;

function readChanges({ callback_url, oauth, options, white_labeling_options }: Given): AppChanges {
  const { reset_to_default, ...colours } = white_labeling_options ?? {};
  return {
    ...(callback_url === undefined ? {} : { callbackUrl: callback_url }),
    ...(oauth === undefined ? {} : { oauth: readOauth(oauth) }),
    ...(options === undefined ? {} : { options: { can_insert_everywhere: options.can_insert_everywhere ?? false } }),
    ...(white_labeling_options === undefined ? {} : { whiteLabeling: reset_to_default ? null : colours }),
  };
}

/** A reset takes the logo away with the colours, unless a new one comes with it. */
async function readLogo(call: Call, { white_labeling_options: look }: Given): Promise<AppChanges> {
  const logoBlob = await takeLogo(call.house, call.files);
  return logoBlob !== null || look?.reset_to_default ? { logoBlob } : {};
}

function revokedWarnings(grants: number): readonly Warning[] {
  return grants === 0
    ? []
    : [
        {
          warning_name: "oauth_grants_revoked",
          warning_msg: `The scopes are other ones: ${grants} grants of accounts were revoked, which must let the app in anew.`,
        },
      ];
}

async function show({ house, account }: Call, app: ApiAppRow): Promise<Type.Static<typeof ApiApp>> {
  const endpoint = await findEndpoint(house.store.read, { accountId: account.account_id, clientId: app.client_id });
  return renderApiApp(app, { callbackUrl: shownUrl(endpoint), secret: appSecret(app, house.secret), owner: account });
}
