// What brings `account_confirmed` about: an account made for an app, whose holder sets a password by the link in the letter.

import { randomBytes } from "node:crypto";
import type { Server } from "./server.ts";
import { type Found, newestEvents, untilEvent } from "./until-event.ts";

/**
 * Makes an account for the app and sets its password by the letter in the server's own inbox. Where its letters go out by mail, or the
 * inbox cannot be read from here, answers what is left to do.
 */
export async function triggerConfirmed(
  server: Server,
  clientId: string,
): Promise<Found | { readonly prepared: string }> {
  const type = "account_confirmed";
  const known = new Set((await newestEvents(server, { id: null, type })).map(({ event_id: id }) => id));
  const email = `test-${randomBytes(6).toString("hex")}@example.com`;
  const secret = await secretOf(server, clientId);
  const body = { email_address: email, client_id: clientId, client_secret: secret };
  await server.call("POST", "/v3/account/create", { body });
  const link = await linkTo(server, email);
  if (link === null)
    return {
      prepared: `An account for ${email} was made: account_confirmed comes when its holder sets a password by the link in the letter.`,
    };
  const password = randomBytes(24).toString("base64url");
  const response = await fetch(link, {
    method: "POST",
    headers: { origin: new URL(link).origin },
    body: new URLSearchParams({ new: password, again: password }),
    redirect: "manual",
    signal: AbortSignal.timeout(30_000),
  });
  if (response.status !== 303) throw new Error(`The link of the letter answers ${response.status}.`);
  return untilEvent(server, { id: null, type, known });
}

async function secretOf(server: Server, clientId: string): Promise<string> {
  type App = { readonly api_app: { readonly oauth: { readonly secret: string } | null } };
  const { api_app: app } = await server.call<App>("GET", `/v3/api_app/${clientId}`);
  if (app.oauth === null)
    throw new Error(
      `The app ${clientId} does not take part in OAuth, which account/create needs: give it a callback URL for OAuth and scopes at ${server.url}/app/settings/apps/${clientId}, or name an app that has them with --client-id.`,
    );
  return app.oauth.secret;
}

/** The link in the newest letter to an address; null where the inbox does not show one. */
async function linkTo({ url }: Server, email: string): Promise<string | null> {
  const list = await textOf(`${url}/inbox`);
  const item = list?.split("<li>").find((one) => one.includes(email));
  const [, letter] = /href="\/inbox\/([^"]+)"/.exec(item ?? "") ?? [];
  const text = letter === undefined ? null : await textOf(`${url}/inbox/${letter}`);
  const [, path] = /(\/app\/welcome\/[0-9a-f]+)/.exec(text ?? "") ?? [];
  return path === undefined ? null : url + path;
}

async function textOf(address: string): Promise<string | null> {
  const response = await fetch(address, { redirect: "manual", signal: AbortSignal.timeout(30_000) });
  const text = await response.text();
  return response.status === 200 ? text : null;
}
