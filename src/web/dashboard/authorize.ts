import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { makeCode } from "../../accounts/oauth-codes.ts";
import { type Html, html } from "../html.ts";
import { type Authorization, type ReadAuthorization, readAuthorization, withAnswer } from "./authorize-request.ts";
import { keyField, sendConsent } from "./frame.ts";
import { wordsOfScope } from "./scope-words.ts";
import { actorOf, type Dashboard, type Fields, leadToSignIn, mountRoutes, type Visit, visitOf } from "./visit.ts";

/** Mounts `/oauth/authorize`: asks who is signed in whether an app may act for the account, and sends the browser back to the app with the answer. */
export function mountAuthorize(scope: FastifyInstance, house: Dashboard): void {
  scope.get("/authorize", async (request, reply) => {
    const read = await readAuthorization(house.store.read, queryOf(request));
    if (read.kind !== "good") return refuse(reply, read);
    const visit = await visitOf(house, { request, reply });
    return visit === null ? leadToSignIn({ request, reply }) : showConsent(visit, read.authorization);
  });
  mountRoutes(scope, { house, routes: { pages: {}, actions: { "/authorize": decide } } });
}

async function decide(visit: Visit, form: Fields): Promise<FastifyReply> {
  const { house, account, reply } = visit;
  const read = await readAuthorization(house.store.read, form);
  if (read.kind !== "good") return refuse(reply, read);
  const { app, redirectUri, scopes, state, challenge } = read.authorization;
  const said = state === null ? {} : { state };
  if (form.get("decision") !== "allow")
    return sendBack(reply, withAnswer(redirectUri, { error: "access_denied", ...said }));
  const allowing = { accountId: account.account_id, clientId: app.client_id, scopes, redirectUri, state, challenge };
  const code = await house.transact((work) => makeCode(work, allowing), actorOf(visit));
  return sendBack(reply, withAnswer(redirectUri, { code, ...said }));
}

/** Every parameter, so that one that comes twice is seen. */
function queryOf({ url }: FastifyRequest): Iterable<readonly [string, string]> {
  const start = url.indexOf("?");
  return start < 0 ? [] : new URLSearchParams(url.slice(start + 1));
}

function refuse(reply: FastifyReply, read: Exclude<ReadAuthorization, { readonly kind: "good" }>): FastifyReply {
  if (read.kind === "back") return sendBack(reply, read.to);
  return sendConsent(reply, {
    title: "This cannot be allowed",
    status: 400,
    body: html`<section class="card"><h1>This cannot be allowed</h1><p>${read.words}</p>
<p>Nothing was given to anybody. Go back to the app, and tell those who run it what stands here.</p></section>`,
  });
}

/** To the app, with its answer in the address: no page that follows may learn it. */
function sendBack(reply: FastifyReply, to: string): FastifyReply {
  return reply.header("referrer-policy", "no-referrer").redirect(to, 303);
}

async function showConsent({ house, reply, account, formKey }: Visit, shown: Authorization): Promise<FastifyReply> {
  const { app, redirectUri, scopes, asked } = shown;
  const owner = await house.store.read
    .selectFrom("accounts")
    .select("email")
    .where("account_id", "=", app.account_id)
    .executeTakeFirstOrThrow();
  const isOwn = app.account_id === account.account_id;
  return sendConsent(reply, {
    title: `Allow ${app.name}?`,
    formTo: new URL(redirectUri).protocol,
    body: html`<section class="card" aria-labelledby="asks"><h1 id="asks">${app.name} asks for access</h1>
<p>It wants to act for the account <strong>${account.email}</strong> on this server. The app belongs to <strong>${isOwn ? "you" : owner.email}</strong>.</p>
<h2>It could</h2>
<ul class="may">${scopes.map((scope) => html`<li>${wordsOfScope(scope)}</li>`)}</ul>
<p class="soft">You go on to <strong>${new URL(redirectUri).host}</strong> afterwards. What you allow can be ended at any time: Settings, Connected apps.</p>
<form method="post" action="/oauth/authorize" class="acts">${keyField(formKey)}${fieldsOf(asked)}<button class="main" name="decision" value="allow">Allow</button><button name="decision" value="refuse">Refuse</button></form></section>
<form method="post" action="/app/sign-out" class="row soft small">${keyField(formKey)}<span>Another account? Sign out, then follow the app’s link again.</span><button>Sign out</button></form>`,
  });
}

function fieldsOf(asked: ReadonlyMap<string, string>): readonly Html[] {
  return [...asked].map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
}
