import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createTcpServer, type Socket } from "node:net";
import { test } from "node:test";
import { answered, ends, failed, listen, open, post, serve } from "./wires.ts";

/** Answers the first request of each connection; what it does with the second is the test's. */
async function listenTwice(second: (socket: Socket) => void) {
  const calls: string[] = [];
  const connections = { count: 0 };
  const port = await listen(
    createTcpServer((socket) => {
      connections.count += 1;
      let seen = 0;
      socket.on("data", (bytes) => {
        calls.push(bytes.toString());
        seen += 1;
        if (seen === 1) socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
        else second(socket);
      });
    }),
  );
  return { url: `http://127.0.0.1:${port}`, calls, connections };
}

test("a connection is used again", async () => {
  const { url, connections } = await listenTwice((socket) =>
    socket.write("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nagain"),
  );
  const outbound = open();
  assert.equal(answered(await post(url, { outbound })).text, "ok");
  assert.equal(answered(await post(url, { outbound })).text, "again");
  assert.equal(connections.count, 1);
});

test("a reset of a reused connection before any byte of an answer is met by one resend", async () => {
  const { url, calls, connections } = await listenTwice((socket) => socket.resetAndDestroy());
  const outbound = open();
  assert.equal(answered(await post(url, { outbound })).text, "ok");
  assert.equal(answered(await post(url, { outbound })).text, "ok");
  assert.deepEqual([calls.length, connections.count], [3, 2]);
  assert.equal(calls[1], calls[2]);
});

test("a reset of a reused connection after the first byte of an answer is not sent again", async () => {
  const { url, calls } = await listenTwice((socket) => {
    socket.write("HTTP/1.1 2");
    setTimeout(() => socket.resetAndDestroy(), 50);
  });
  const outbound = open();
  assert.equal(answered(await post(url, { outbound })).text, "ok");
  assert.equal(failed(await post(url, { outbound })).code, "reset");
  assert.equal(calls.length, 2);
});

test("a name that changes its address does not go out on the connection to the old one", async () => {
  const [first, second] = [
    createServer((_, response) => response.end("first")),
    createServer((_, response) => response.end("second")),
  ];
  const port = await listen(first, "127.0.0.1");
  second.listen(port, "127.0.0.2");
  await once(second, "listening");
  ends.push(() => second.close().closeAllConnections());
  let address = "127.0.0.1";
  const outbound = open({ lookup: () => Promise.resolve([address]) });
  const url = `http://name.example:${port}/`;
  assert.equal(answered(await post(url, { outbound })).text, "first");
  address = "127.0.0.2";
  const got = answered(await post(url, { outbound }));
  assert.deepEqual([got.text, got.ip], ["second", "127.0.0.2"]);
  address = "10.0.0.1";
  assert.equal(failed(await post(url, { outbound })).code, "address_refused");
});

test("nothing is sent to a loopback literal without an allowance, nor to a name that leads there", async () => {
  let calls = 0;
  const url = await serve((_, response) => {
    calls += 1;
    response.end();
  });
  const { port } = new URL(url);
  const outbound = open({ allow: [], lookup: () => Promise.resolve(["1.1.1.1", "127.0.0.1"]) });
  for (const host of [
    "127.0.0.1",
    "2130706433",
    "0x7f.1",
    "127.1",
    "[::ffff:127.0.0.1]",
    "[::1]",
    "localhost",
    "mixed.example",
  ]) {
    assert.equal(failed(await post(`http://${host}:${port}/`, { outbound })).code, "address_refused", host);
  }
  assert.equal(calls, 0);
});

test("the server's own port is refused even where loopback is allowed", async () => {
  let calls = 0;
  const url = await serve((_, response) => {
    calls += 1;
    response.end();
  });
  const port = Number(new URL(url).port);
  const outbound = open({ refuseTargets: [{ port }] });
  for (const host of ["127.0.0.1", "localhost", "127.0.0.1.", "[::ffff:127.0.0.1]", "2130706433"]) {
    assert.equal(failed(await post(`http://${host}:${port}/`, { outbound })).code, "address_refused", host);
  }
  assert.equal(calls, 0);
});

test("a port where nobody listens refuses", async () => {
  const server = createTcpServer();
  const port = await listen(server);
  server.close();
  await once(server, "close");
  assert.equal(failed(await post(`http://127.0.0.1:${port}/`)).code, "connect_refused");
});

test("the next address of a name is tried when the first refuses", async () => {
  const url = await serve((_, response) => response.end("here"));
  const outbound = open({ lookup: () => Promise.resolve(["127.0.0.9", "127.0.0.1"]) });
  const got = answered(await post(`http://name.example:${new URL(url).port}/`, { outbound }));
  assert.deepEqual([got.text, got.ip], ["here", "127.0.0.1"]);
});

test("many calls at once to one receiver all come back", async () => {
  const url = await serve((request, response) => response.end(request.url));
  const outbound = open();
  const got = await Promise.all(Array.from({ length: 60 }, (_, i) => post(`${url}/${i}`, { outbound })));
  assert.deepEqual(
    got.map((result) => answered(result).text),
    Array.from({ length: 60 }, (_, i) => `/${i}`),
  );
});
