import type { FastifyInstance } from "fastify";
import { sendPlain } from "./inbox.ts";

/** Mounts the start page, the icon of all pages, and the words for dashboard pages that do not exist yet. */
export function mountHome(app: FastifyInstance): void {
  app.get("/favicon.svg", (_, reply) =>
    reply.type("image/svg+xml").header("cache-control", "public, max-age=86400").send(icon),
  );
  app.get("/", (_, reply) => sendPlain(reply, { title: "Countersign", body: home }));
  app.get("/app/*", (_, reply) => sendPlain(reply.code(404), { title: "Not available yet", body: noDashboard }));
}

/** A pen stroke that ends as a tick, white on the house's green. */
const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0b6b60"/><path d="M6 22c3-9 6-9 6-3s3 4 5 0 5-9 9-11" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>`;

const home = `<h1>Countersign is running</h1>
<p>Send signature requests to the API under <code>/v3</code>, with an API key as the user name; the callbacks tell how they fare.</p>
<ul>
<li><a href="/openapi.json">The API as an OpenAPI document</a></li>
<li><a href="/inbox">Inbox</a>: the mail that signers would get</li>
</ul>
<p class="soft">The dashboard is not part of this version yet. Callback URLs are set with <code>PUT /v3/account</code> and <code>PUT /v3/api_app/{client_id}</code>.</p>`;

const noDashboard = `<h1>Not available yet</h1>
<p>The dashboard is not part of this version of Countersign. The request can be read with <code>GET /v3/signature_request/{signature_request_id}</code>.</p>
<p><a href="/">Back to the start page</a></p>`;
