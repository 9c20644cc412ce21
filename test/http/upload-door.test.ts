import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Readable } from "node:stream";
import { after, before, test } from "node:test";
import fastify from "fastify";
import Type from "typebox";
import { Fault } from "../../src/base/faults.ts";
import { limits } from "../../src/base/limits.ts";
import { readInput, registerBodyParsers } from "../../src/http/bodies.ts";

const megabyte = 1024 * 1024;
const announced = 500 * megabyte;
const app = fastify();
let port = 0;

async function receive(stream: Readable) {
  let bytes = 0;
  for await (const chunk of stream) bytes += chunk.length;
  return { bytes, discard: async () => {} };
}

before(async () => {
  await registerBodyParsers(app);
  app.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof Fault)) return reply.code(500).send({ bug: String(error) });
    return reply.code(error.status).send({ error_msg: error.message, error_path: error.path });
  });
  app.post("/in", async (request) => (await readInput(request, { schema: Type.Object({}), receive })).input);
  port = Number(new URL(await app.listen({ host: "127.0.0.1", port: 0 })).port);
});

after(() => app.close());

test("a file of 500 MB is refused at 100 MB: the answer comes, and the rest of it is never taken", async () => {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  let answer = "";
  socket.setEncoding("utf8").on("data", (text: string) => {
    answer += text;
  });
  socket.on("error", () => {});
  const part = 'Content-Disposition: form-data; name="files[0]"; filename="huge.pdf"\r\nContent-Type: application/pdf';
  socket.write(
    `POST /in HTTP/1.1\r\nHost: house\r\nContent-Type: multipart/form-data; boundary=edge\r\nContent-Length: ${announced}\r\n\r\n--edge\r\n${part}\r\n\r\n`,
  );
  const sent = await pour(socket, announced);
  assert.match(answer, /^HTTP\/1\.1 400 /);
  assert.match(answer, /The file huge\.pdf is larger than 100 MB\..*files\[0\]/s);
  assert.ok(sent < limits.fileBytes + 64 * megabyte, `${Math.round(sent / megabyte)} MB were taken`);
  assert.ok(socket.destroyed);
});

/** Sends as much as the other side takes, until it has all or the line is cut. Answers how many bytes went. */
async function pour(socket: Socket, most: number): Promise<number> {
  const chunk = Buffer.alloc(megabyte, 0x61);
  const closed = new Promise<void>((done) => socket.once("close", () => done()));
  while (socket.bytesWritten < most && !socket.destroyed) {
    if (!socket.write(chunk))
      await Promise.race([new Promise<void>((done) => socket.once("drain", () => done())), closed]);
  }
  await closed;
  return socket.bytesWritten;
}
