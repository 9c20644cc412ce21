import type { FastifyInstance } from "fastify";
import { sendPlain } from "./inbox.ts";

/** Mounts the start page, and the words for dashboard pages that do not exist yet. */
export function mountHome(app: FastifyInstance): void {
  app.get("/", (_, reply) => sendPlain(reply, { title: "Countersign", body: home }));
  app.get("/app/*", (_, reply) => sendPlain(reply.code(404), { title: "Not available yet", body: noDashboard }));
}

const home = `<h1>Countersign is running</h1>
<p>Send signature requests to the API, and the callbacks will tell how they fare.</p>
<ul>
<li><a href="/openapi.json">The API as an OpenAPI document</a></li>
<li><a href="/inbox">Inbox</a>: the mail that signers would get</li>
</ul>
<p class="soft">The dashboard is not part of this version yet. Callback URLs are set with <code>PUT /v3/account</code> and <code>PUT /v3/api_app/{client_id}</code>.</p>`;

const noDashboard = `<h1>Not available yet</h1>
<p>The dashboard is not part of this version of Countersign. The request can be read with <code>GET /v3/signature_request/{signature_request_id}</code>.</p>
<p><a href="/">Back to the start page</a></p>`;
