/** The limit: a fastify that answers a JSON text of so many bytes. Prints its port. */
import type { AddressInfo } from "node:net";
import { fastify } from "fastify";

const body = JSON.stringify({ hello: "x".repeat(Number(process.argv[2] ?? "1000")) });
const app = fastify();
app.get("/", (_, reply) => reply.type("application/json").send(body));
await app.listen({ host: "127.0.0.1", port: 0 });
console.log((app.server.address() as AddressInfo).port);
