/** The peer of the answer benchmark: takes the same multipart, writes the file, syncs file and folder, answers. Prints its port. */
import { mkdtempSync } from "node:fs";
import { open } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import multipart from "@fastify/multipart";
import { fastify } from "fastify";

const folder = mkdtempSync(join(tmpdir(), "countersign-bare-"));
const app = fastify();
await app.register(multipart);
let count = 0;

app.post("/", async (request) => {
  for await (const part of request.parts()) {
    if (part.type !== "file") continue;
    const handle = await open(join(folder, String(count++)), "w");
    for await (const chunk of part.file) await handle.write(chunk);
    await handle.sync();
    await handle.close();
    const parent = await open(folder, "r");
    await parent.sync();
    await parent.close();
  }
  return { ok: true };
});

await app.listen({ host: "127.0.0.1", port: 0 });
console.log((app.server.address() as AddressInfo).port);
