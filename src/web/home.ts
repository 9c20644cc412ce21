import type { FastifyInstance } from "fastify";

/** Mounts the way from the server's address to its dashboard, and the icon of all pages. */
export function mountHome(app: FastifyInstance): void {
  app.get("/favicon.svg", (_, reply) =>
    reply.type("image/svg+xml").header("cache-control", "public, max-age=86400").send(icon),
  );
  // Browsers ask for it where a page, such as the API's JSON, names no icon.
  app.get("/favicon.ico", (_, reply) =>
    reply.header("cache-control", "public, max-age=86400").redirect("/favicon.svg"),
  );
  app.get("/", (_, reply) => reply.redirect("/app/", 303));
}

/** A pen stroke that ends as a tick, white on the house's green. */
const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0b6b60"/><path d="M6 22c3-9 6-9 6-3s3 4 5 0 5-9 9-11" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>`;
