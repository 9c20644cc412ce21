import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { findSession, touchSession } from "../../accounts/sessions.ts";
import type { Clock } from "../../base/clock.ts";
import { Fault, notFound } from "../../base/faults.ts";
import type { Gate } from "../../base/gate.ts";
import { limits } from "../../base/limits.ts";
import type { Log } from "../../base/log.ts";
import type { Quotas } from "../../base/quotas.ts";
import { type Secret, sameText } from "../../base/secrets.ts";
import type { Workshop } from "../../documents/workshop.ts";
import type { Actor, Transact } from "../../events/work.ts";
import type { Body } from "../../http/bodies.ts";
import { clientOf } from "../../http/client.ts";
import type { News } from "../../outbox/news.ts";
import type { FaxProviders } from "../../providers/fax.ts";
import type { AccountRow } from "../../storage/account-tables.ts";
import type { Blobs } from "../../storage/blobs.ts";
import type { Store } from "../../storage/store.ts";
import type { Passwords } from "../credentials.ts";
import type { ScriptFiles } from "../page-assets.ts";
import { readToken } from "./cookie.ts";
import type { Failures } from "./failures.ts";
import { isOwnOrigin } from "./origin.ts";
import { type Posted, readPosted } from "./posted.ts";

/** What the dashboard is built on. */
export type Dashboard = {
  readonly store: Store;
  /** Where documents and pictures that come from a page go. */
  readonly blobs: Pick<Blobs, "receive" | "put">;
  readonly workshop: Pick<Workshop, "warm" | "logo">;
  readonly desk: Gate;
  /** Who carries faxes and sells their numbers. */
  readonly fax: FaxProviders;
  readonly transact: Transact;
  readonly news: News;
  readonly secret: Secret;
  readonly clock: Clock;
  readonly log: Log;
  readonly publicUrl: string;
  /** How many bytes one file may have. */
  readonly fileBytes: number;
  /** What accounts may use. */
  readonly quotas: Quotas;
  /** How callbacks are tried: the ladder of waits, and the deadline of one attempt, in milliseconds. */
  readonly tries: { readonly schedule: readonly number[]; readonly timeoutMs: number };
  readonly passwords: Passwords;
  /** The failed sign-ins of this process. */
  readonly failures: Failures;
  /** The script that makes pages live; they work without it. */
  readonly script: ScriptFiles;
  /** Sends the PDF of an account's request. */
  readonly sendDocument: SendFile;
  /** Sends the PDF of an account's fax. */
  readonly sendFax: (
    reply: FastifyReply,
    asked: { readonly accountId: string; readonly faxId: string },
  ) => Promise<FastifyReply>;
  /** Sends everything that is kept about an account's request, as a zip. */
  readonly sendExport: SendFile;
  readonly sealing: () => Promise<Sealing>;
};

/** What the house seals with, as it may be shown: certificates as PEM, never a key. */
export type Sealing = {
  readonly certificatePem: string;
  /** Given by the settings rather than made by the house. */
  readonly isGiven: boolean;
  readonly testCertificatePem: string;
  /** The host of the time-stamp authority; null without one. */
  readonly timeStamps: string | null;
};

type SendFile = (
  reply: FastifyReply,
  asked: { readonly accountId: string; readonly requestId: string; readonly actor: Actor },
) => Promise<FastifyReply>;

/** One request of somebody who is signed in. */
export type Visit = {
  readonly house: Dashboard;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly account: AccountRow;
  /** The SHA-256 of the session's token. */
  readonly sessionHash: string;
  /** What the session's forms bring along. */
  readonly formKey: string;
  /** When it was last shown who this is: at the sign-in, or when the password was given again. */
  readonly confirmedAt: number;
};

/** The fields of a form or of a query string; of several with one name the last counts. */
export type Fields = ReadonlyMap<string, string>;

/** What the dashboard answers, by path below `/app`: pages on GET, actions on POST; `uploads` are actions whose forms bring files. */
export type Routes = {
  readonly pages: Readonly<Record<string, (visit: Visit) => Promise<FastifyReply>>>;
  readonly actions: Readonly<Record<string, (visit: Visit, form: Fields) => Promise<FastifyReply>>>;
  readonly uploads?: Readonly<Record<string, (visit: Visit, posted: Posted) => Promise<FastifyReply>>>;
};

/** Mounts pages and actions for those who are signed in; others are led to the sign-in and back. */
export function mountRoutes(
  scope: FastifyInstance,
  { house, routes }: { readonly house: Dashboard; readonly routes: Routes },
): void {
  for (const [path, show] of Object.entries(routes.pages)) {
    scope.get(path, async (request, reply) => {
      const visit = await visitOf(house, { request, reply });
      return visit === null ? leadToSignIn({ request, reply }) : show(visit);
    });
  }
  for (const [path, act] of Object.entries(routes.actions)) {
    scope.post(path, { bodyLimit: limits.formBytes }, async (request, reply) => {
      refuseForeign(house, request);
      const visit = await visitOf(house, { request, reply });
      if (visit === null) return reply.redirect("/app/sign-in", 303);
      const form = readForm(request);
      if (!sameText(form.get("key") ?? "", visit.formKey)) throw staleForm();
      return act(visit, form);
    });
  }
  for (const [path, take] of Object.entries(routes.uploads ?? {})) {
    scope.post(path, { bodyLimit: limits.pageBodyBytes }, async (request, reply) => {
      refuseForeign(house, request);
      const visit = await visitOf(house, { request, reply });
      if (visit === null) return reply.redirect("/app/sign-in", 303);
      const isOwn = (key: string) => sameText(key, visit.formKey);
      const posted = await readPosted(request, { receive: house.blobs.receive, isOwn, stale: staleForm });
      try {
        return await take(visit, posted);
      } finally {
        await posted.discard();
      }
    });
  }
}

/** Throws `forbidden` when a form was sent from another site's page. */
export function refuseForeign({ publicUrl }: Pick<Dashboard, "publicUrl">, request: FastifyRequest): void {
  if (!isOwnOrigin(request.headers, publicUrl))
    throw new Fault("forbidden", "This form was sent from another site, so nothing was done.");
}

/** The fields of a posted form. Text that holds NUL, which no database column takes, is refused. */
export function readForm(request: FastifyRequest): Fields {
  const body = request.body as Body | undefined | null;
  return fieldsOf(body?.kind === "form" ? body.entries : []);
}

/** The fields of the query string that say something. */
export function readQuery(request: FastifyRequest): Fields {
  const start = request.url.indexOf("?");
  const entries = start < 0 ? [] : [...new URLSearchParams(request.url.slice(start + 1))];
  return fieldsOf(entries.filter(([, value]) => value !== ""));
}

/** An id of the path. Throws `not_found` for what cannot be one. */
export function idOf({ request }: Pick<Visit, "request">): string {
  const { id = "" } = request.params as { readonly id?: string };
  if (!/^[\w-]{1,64}$/.test(id)) throw notFound();
  return id;
}

/** Who acts, for the audit trail. */
export function actorOf({ request, account }: Pick<Visit, "request" | "account">): Actor {
  return { who: account.email, ...clientOf(request) };
}

type Exchange = { readonly request: FastifyRequest; readonly reply: FastifyReply };

/** Who is signed in, with the request that they make; null for a stranger. */
export async function visitOf(house: Dashboard, { request, reply }: Exchange): Promise<Visit | null> {
  const token = readToken(request, house.publicUrl);
  const at = house.clock();
  const found = token === null ? null : await findSession(house.store.read, { token, at });
  if (token === null || found === null) return null;
  if (at - found.seenAt >= limits.sessionTouchMs && !isByItself(request))
    await house.transact((work) => touchSession(work, token));
  const { account, sessionHash, formKey, confirmedAt } = found;
  return { house, request, reply, account, sessionHash, formKey, confirmedAt };
}

/** A page that keeps itself live asks without anybody being there: a session that only does so ends as an idle one. */
function isByItself({ headers, routeOptions }: FastifyRequest): boolean {
  return headers["countersign-live"] !== undefined || routeOptions.url === "/app/live";
}

/** Leads a stranger to the sign-in, and from there back to this address. */
export function leadToSignIn({ request, reply }: Exchange): FastifyReply {
  const isStart = request.url === "/app/";
  return reply.redirect(isStart ? "/app/sign-in" : `/app/sign-in?next=${encodeURIComponent(request.url)}`, 303);
}

function staleForm(): Fault {
  return new Fault("forbidden", "This form is from an earlier sign-in, so nothing was done. Open its page again.");
}

function fieldsOf(entries: readonly (readonly [string, unknown])[]): Fields {
  const texts = entries.map(([name, value]) => [name, typeof value === "string" ? value : ""] as const);
  if (texts.some(([, value]) => value.includes("\0")))
    throw new Fault("bad_request", "A value contains a NUL character.");
  return new Map(texts);
}
