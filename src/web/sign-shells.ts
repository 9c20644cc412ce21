// The signing page's HTML: it never consumes a link, whoever fetches it.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { logoOf } from "../accounts/app-logo.ts";
import { hashOf } from "../base/secrets.ts";
import type { Store } from "../storage/store.ts";
import type { BootFacts } from "../wire/session.ts";
import { localeOf } from "./locale.ts";
import { framePolicy, type PageAssets, pagePolicy, preloads } from "./page-assets.ts";
import { sendPlain } from "./plain-page.ts";
import { linkInMail, renderSignPage } from "./sign-page.ts";

/** What the shells need. */
export type ShellDoors = { readonly store: Store; readonly publicUrl: string; readonly assets: PageAssets };

/** Mounts the addresses of signing links: in an integrator's iframe, and from a mail. */
export function mountShells(app: FastifyInstance, doors: ShellDoors): void {
  app.get("/editor/embeddedSign", (request, reply) => showEmbedded(doors, { request, reply }));
  app.get("/sign/:token", (request, reply) => showMailed(doors, { request, reply }));
}

type Exchange = { readonly request: FastifyRequest; readonly reply: FastifyReply };

async function showEmbedded(doors: ShellDoors, { request, reply }: Exchange): Promise<FastifyReply> {
  const query = request.query as Readonly<Record<string, unknown>>;
  const token = firstOf(query.token);
  const found = await doors.store.read
    .selectFrom("sign_links")
    .innerJoin("signature_requests", "signature_requests.request_id", "sign_links.request_id")
    .leftJoin("api_apps", "api_apps.client_id", "signature_requests.client_id")
    .select(["test_mode", "domains_json", "white_labeling_json", "logo_blob", "name"])
    .where("token_hash", "=", hashOf(token))
    .where("kind", "=", "embedded")
    .executeTakeFirst();
  const domains = JSON.parse(found?.domains_json ?? "[]") as string[];
  const maySkipDomainCheck = found?.test_mode === 1;
  const skips = maySkipDomainCheck && firstOf(query.skip_domain_verification) === "1";
  const locale = localeOf(request);
  const colours = coloursOf(found);
  const boot: BootFacts = {
    kind: "embedded",
    locale,
    token,
    maySkipDomainCheck,
    domains,
    colours,
    logo: logoOf(found),
  };
  // A link that is none has no app to ask: its page, which only says so, may be framed by anybody.
  const frames = found && !skips ? framePolicy(domains, doors.publicUrl) : "*";
  return sendPage(doors, { reply, boot, frames });
}

async function showMailed(doors: ShellDoors, { request, reply }: Exchange): Promise<FastifyReply> {
  const { token } = request.params as { readonly token: string };
  // `signing_url` of the API names the request, not a link: the link is in the mail alone.
  if (/^[0-9a-f]{40}$/.test(token)) return sendPlain(reply, { title: "Sign a document", body: linkInMail });
  const found = await doors.store.read
    .selectFrom("sign_links")
    .innerJoin("signature_requests", "signature_requests.request_id", "sign_links.request_id")
    .innerJoin("api_apps", "api_apps.client_id", "signature_requests.client_id")
    .select(["white_labeling_json", "logo_blob", "name"])
    .where("token_hash", "=", hashOf(token))
    .where("kind", "=", "mail")
    .executeTakeFirst();
  const colours = coloursOf(found);
  return sendPage(doors, {
    reply,
    boot: { ...mailed, locale: localeOf(request), token, colours, logo: logoOf(found) },
    frames: "'none'",
  });
}

/** What every page says that is reached from a mail. */
const mailed = { kind: "mail", maySkipDomainCheck: false, domains: [] } as const;

function coloursOf(
  app: { readonly white_labeling_json: string | null } | null | undefined,
): NonNullable<BootFacts["colours"]> | null {
  return JSON.parse(app?.white_labeling_json ?? "null") as BootFacts["colours"];
}

function sendPage(
  { assets }: ShellDoors,
  { reply, boot, frames }: { readonly reply: FastifyReply; readonly boot: BootFacts; readonly frames: string },
): FastifyReply {
  return reply
    .type("text/html; charset=utf-8")
    .header("content-security-policy", pagePolicy(frames))
    .header("referrer-policy", "no-referrer")
    .header("cache-control", "no-store")
    .header("link", preloads(assets.sign, boot.locale))
    .send(renderSignPage({ boot, ...assets.sign }));
}

/** The first value of a query parameter: our own comes first, the client library appends its own behind. Empty where there is none. */
export function firstOf(value: unknown): string {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === "string" ? first : "";
}
