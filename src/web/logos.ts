import type { FastifyInstance } from "fastify";
import { isLogo } from "../accounts/app-logo.ts";
import { notFound } from "../base/faults.ts";
import type { Blobs } from "../storage/blobs.ts";
import type { Store } from "../storage/store.ts";

/** Mounts the logos of apps, each under the hash of its bytes: the address never changes what it gives, to pages and to readers of letters alike. */
export function mountLogos(
  app: FastifyInstance,
  { store, blobs }: { readonly store: Store; readonly blobs: Blobs },
): void {
  app.get("/logos/:name", async (request, reply) => {
    const { name } = request.params as { readonly name: string };
    const hash = /^([0-9a-f]{64})\.png$/.exec(name)?.[1];
    if (hash === undefined || !(await isLogo(store.read, hash))) throw notFound();
    const bytes = await blobs.read(hash);
    return reply
      .type("image/png")
      .header("cache-control", "public, max-age=31536000, immutable")
      .header("content-security-policy", "default-src 'none'; sandbox")
      .header("x-content-type-options", "nosniff")
      .header("cross-origin-resource-policy", "cross-origin")
      .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  });
}
