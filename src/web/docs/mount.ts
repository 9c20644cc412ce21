import type { FastifyInstance } from "fastify";
import { limits } from "../../base/limits.ts";
import { html } from "../html.ts";
import { type OpenApi, operationsOf } from "./document.ts";
import { renderErrors } from "./error-page.ts";
import { renderEvents } from "./event-page.ts";
import { sendDocs } from "./frame.ts";
import { renderList } from "./list-page.ts";
import { renderOperation } from "./operation-page.ts";
import { renderTags } from "./tag-page.ts";

/** Mounts the API reference under /docs: pages made of the OpenAPI document, open to everybody. */
export function mountDocs(app: FastifyInstance, description: object): void {
  const once = <Made>(make: () => Made) => {
    let made: Made | null = null;
    return () => (made ??= make());
  };
  // As it is served: without what its schemas keep to themselves.
  const operations = once(() => operationsOf(JSON.parse(JSON.stringify(description)) as OpenApi));
  const events = once(() => renderEvents(operations()));
  const errors = once(() => renderErrors(operations()));
  const tags = once(renderTags);

  app.get("/docs", (request, reply) => {
    const { q = "" } = request.query as { readonly q?: unknown };
    const query = typeof q === "string" ? q.slice(0, limits.searchLength) : "";
    return sendDocs(reply, { title: "API reference", place: "operations", body: renderList(operations(), query) });
  });
  app.get("/docs/operations/:id", (request, reply) => {
    const { id } = request.params as { readonly id: string };
    const operation = operations().find((one) => one.id === id);
    if (operation === undefined)
      return sendDocs(reply, { title: "No such operation", place: null, status: 404, body: missing });
    return sendDocs(reply, { title: id, place: null, body: renderOperation(operation) });
  });
  app.get("/docs/events", (_, reply) => sendDocs(reply, { title: "Events", place: "events", body: events() }));
  app.get("/docs/errors", (_, reply) => sendDocs(reply, { title: "Errors", place: "errors", body: errors() }));
  app.get("/docs/text-tags", (_, reply) => sendDocs(reply, { title: "Text tags", place: "text-tags", body: tags() }));
}

const missing = html`<div class="head"><h1>No such operation</h1></div><p class="lead">This server has none of this name. <a href="/docs">All operations</a></p>`;
