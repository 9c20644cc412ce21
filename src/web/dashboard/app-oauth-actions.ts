import type { FastifyReply } from "fastify";
import { findApp, updateApp } from "../../accounts/apps.ts";
import { oauthScopes, readOauth } from "../../accounts/oauth-member.ts";
import { Fault } from "../../base/faults.ts";
import { limits } from "../../base/limits.ts";
import { showApp } from "./app.ts";
import type { RefusedOauth, TypedOauth } from "./app-oauth.ts";
import { refusing, wordsOf } from "./refusal.ts";
import { actorOf, type Fields, idOf, type Visit } from "./visit.ts";

/** Changes how accounts let an app in. Other scopes end what they have let it do. */
export async function changeOauth(visit: Visit, form: Fields): Promise<FastifyReply> {
  const { house, account, reply } = visit;
  const of = { accountId: account.account_id, clientId: idOf(visit) };
  await findApp(house.store.read, of);
  const typed: TypedOauth = {
    url: (form.get("oauth-url") ?? "").trim(),
    scopes: oauthScopes.filter((scope) => form.has(`scope-${scope}`)),
    refreshNeedsSecret: form.has("refresh-secret"),
  };
  const changed = await refusing(async () => {
    if (typed.url.length > limits.urlLength)
      throw new Fault(
        "bad_request",
        `callback_url may have at most ${limits.urlLength} characters.`,
        "oauth[callback_url]",
      );
    const oauth = readOauth({ callback_url: typed.url, scopes: typed.scopes });
    return house.transact(
      (work) => updateApp(work, { ...of, oauth, refreshNeedsSecret: typed.refreshNeedsSecret }),
      actorOf(visit),
    );
  });
  if (changed instanceof Fault)
    return showApp(visit, { clientId: of.clientId, refusedOauth: refusedOf(changed, typed) });
  return reply.redirect(`/app/settings/apps/${of.clientId}?done=oauth`, 303);
}

function refusedOf(fault: Fault, typed: TypedOauth): RefusedOauth {
  const isScopes = fault.path === "oauth[scopes]";
  const words = isScopes
    ? "Choose what the app may ask for, or clear its OAuth callback URL."
    : typed.url === ""
      ? "Give the address to which accounts go back, or choose nothing that the app may ask for."
      : wordsOf(fault);
  return { typed, fault: { field: isScopes ? "scopes" : "oauth-url", words }, status: fault.status };
}
