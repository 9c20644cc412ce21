// The editor's HTML: it never consumes a link, whoever fetches it.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { hashOf } from "../base/secrets.ts";
import type { EditorBootFacts } from "../wire/editor-view.ts";
import { localeOf } from "./locale.ts";
import { framePolicy, pagePolicy, preloads } from "./page-assets.ts";
import { renderEditorPage } from "./sign-page.ts";
import { firstOf, type ShellDoors } from "./sign-shells.ts";

/** Mounts the addresses of drafts: of requests, and of templates. */
export function mountEditorShells(app: FastifyInstance, doors: ShellDoors): void {
  app.get("/prep-and-send/embedded-request", (request, reply) => show(doors, { request, reply, kind: "request" }));
  app.get("/editor/embeddedTemplate", (request, reply) => show(doors, { request, reply, kind: "template" }));
}

type Exchange = {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly kind: "request" | "template";
};

async function show(doors: ShellDoors, { request, reply, kind }: Exchange): Promise<FastifyReply> {
  const query = request.query as Readonly<Record<string, unknown>>;
  const token = firstOf(query.token);
  const found = await doors.store.read
    .selectFrom("drafts")
    .leftJoin("api_apps", "api_apps.client_id", "drafts.client_id")
    .select(["tab_hash", "is_embedded", "test_mode", "domains_json", "white_labeling_json"])
    .where("token_hash", "=", hashOf(token))
    .where("kind", "=", kind)
    .executeTakeFirst();
  const domains = JSON.parse(found?.domains_json ?? "[]") as string[];
  const isEmbedded = found?.is_embedded === 1;
  const maySkipDomainCheck = isEmbedded && found.test_mode === 1;
  const skips = maySkipDomainCheck && firstOf(query.skip_domain_verification) === "1";
  const boot: EditorBootFacts = {
    locale: localeOf(request),
    token,
    kind: found ? kind : null,
    isEmbedded: isEmbedded || !found,
    maySkipDomainCheck,
    domains: isEmbedded ? domains : [],
    colours: JSON.parse(found?.white_labeling_json ?? "null") as EditorBootFacts["colours"],
  };
  // A request's draft is claimed once, then its address is none. Its own tab may still reload: the script of this very page shows it.
  const isClaimed = kind === "request" && typeof found?.tab_hash === "string";
  const { assets } = doors;
  // A link that is none has no app to ask: its page, which only says so, may be framed by anybody.
  const frames = found && !isEmbedded ? "'none'" : found && !skips ? framePolicy(domains, doors.publicUrl) : "*";
  return reply
    .code(found && !isClaimed ? 200 : 404)
    .type("text/html; charset=utf-8")
    .header("content-security-policy", pagePolicy(frames))
    .header("referrer-policy", "no-referrer")
    .header("cache-control", "no-store")
    .header("link", preloads(assets.editor, boot.locale))
    .send(renderEditorPage({ boot, ...assets.editor }));
}
