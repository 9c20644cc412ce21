import type { FastifyReply } from "fastify";
import { countDeliveries } from "../../accounts/endpoint-state.ts";
import { findEndpoint, shownUrl } from "../../accounts/endpoints.ts";
import { webhookSecretsOf } from "../../accounts/webhook-secret.ts";
import { findEvent } from "../../callbacks/log.ts";
import { type Html, html } from "../html.ts";
import { renderEndpoint } from "./endpoint.ts";
import type { EndpointView } from "./endpoint-view.ts";
import { renderTest } from "./exchange.ts";
import { sendPage } from "./frame.ts";
import { renderQuotas } from "./quotas.ts";
import { readQuery, type Visit } from "./visit.ts";

/** What a refused form shows: what was typed, and what is wrong with it. */
export type Refused = { readonly typed: string; readonly fault: string; readonly status: number };

/** The settings of callbacks: the account's URL and all that belongs to it. */
export async function showSettings(visit: Visit, refused: Refused | null = null): Promise<FastifyReply> {
  const view = await viewEndpoint(visit, { clientId: null, refused });
  return sendPage(visit, {
    title: "Settings",
    place: "settings",
    setting: "callbacks",
    status: refused?.status ?? 200,
    body: html`<div class="head"><h1>Settings</h1><p class="soft small">All times are UTC.</p></div>
${await renderQuotas(visit)}
${renderEndpoint(view)}
<p class="soft">An app can have a callback URL of its own, which hears of the app’s requests beside this one: <a href="/app/settings/apps">Apps</a>.</p>`,
  });
}

/** Whose endpoint is shown, and the form that was refused, if one was. */
type Viewing = { readonly clientId: string | null; readonly refused: Refused | null };

/** All that is shown of the endpoint of the account, or of an app. */
export async function viewEndpoint(visit: Visit, { clientId, refused }: Viewing): Promise<EndpointView> {
  const { house, account, formKey } = visit;
  const { read } = house.store;
  const endpoint = await findEndpoint(read, { accountId: account.account_id, clientId });
  const query = readQuery(visit.request);
  const secrets =
    endpoint === null || !query.has("reveal")
      ? []
      : webhookSecretsOf(endpoint, { secret: house.secret, at: house.clock() });
  return {
    clientId,
    endpoint,
    counts: endpoint === null ? null : await countDeliveries(read, endpoint),
    secrets,
    at: house.clock(),
    formKey,
    tries: house.tries,
    done: refused === null ? (query.get("done") ?? null) : null,
    typed: refused?.typed ?? shownUrl(endpoint) ?? "",
    fault: refused?.fault ?? null,
    test: refused === null ? await viewTest(visit, query.get("test")) : null,
  };
}

async function viewTest(visit: Visit, eventId: string | undefined): Promise<Html | null> {
  if (eventId === undefined) return null;
  return renderTest(visit, await findEvent(visit.house.store, { accountId: visit.account.account_id, eventId }));
}
