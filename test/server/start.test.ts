import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { createDatabase, findCluster } from "../storage/cluster.ts";
import { isEvent, startReceiver } from "../support/receiver.ts";
import { freePort, startTestServer } from "../support/server.ts";

const server = await startTestServer();
after(() => server.stop());

type Env = Readonly<Record<string, string>>;

/** Runs `serve` to its end, for starts that must not succeed. */
async function serve(env: Env): Promise<{ readonly code: number | null; readonly said: string }> {
  const entry = resolve(import.meta.dirname, "../../src/cli/main.ts");
  const child = spawn(process.execPath, [entry, "serve"], {
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "ignore", "pipe"],
    timeout: 30_000,
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, said };
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "countersign-start-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("the first start prints address, dashboard, account, key and client_id; later ones only the addresses", async () => {
  const own = await startTestServer();
  const first = own.output();
  for (const word of [own.url, "Dashboard", "admin@localhost", "Password", own.apiKey, own.clientId])
    assert.ok(first.includes(word), word);
  await own.kill();
  await own.restart();
  const later = own.output().slice(first.length);
  assert.ok(later.includes(own.url));
  for (const word of ["Password", own.apiKey, own.clientId]) assert.ok(!later.includes(word), word);
  await own.stop();
});

test("a second start on a data folder is refused in words, and the first one lives on", async () => {
  const { code, said } = await serve({ COUNTERSIGN_DATA: server.dataFolder, PORT: String(await freePort()) });
  assert.equal(code, 1);
  assert.match(said, /data folder .* is in use by another Countersign/);
  assert.equal((await fetch(`${server.url}/readyz`)).status, 200);
});

test("a port that is taken is told with its number", async () => {
  const { code, said } = await serve({ COUNTERSIGN_DATA: temporaryFolder(), PORT: String(server.port) });
  assert.equal(code, 1);
  assert.match(said, new RegExp(`Port ${server.port} .* is in use`));
});

test("another secret than the database was made with keeps it from starting", async () => {
  const own = await startTestServer();
  await own.kill();
  const { code, said } = await serve({
    COUNTERSIGN_DATA: own.dataFolder,
    PORT: String(own.port),
    COUNTERSIGN_SECRET: "ab".repeat(32),
  });
  assert.equal(code, 1);
  assert.match(said, /not the secret that this database was made with/);
  await own.restart();
  assert.equal((await own.call("GET", "/account")).status, 200);
  await own.stop();
});

test("settings that cannot be used are told by name, with what would be right", async () => {
  const wrong: readonly (readonly [Env, RegExp])[] = [
    [{ PORT: "http" }, /PORT is "http"; right would be a number/],
    [{ COUNTERSIGN_URL: "sign.example.com" }, /COUNTERSIGN_URL .* https:\/\/sign.example.com/],
    [{ COUNTERSIGN_ROLE: "worker" }, /COUNTERSIGN_ROLE=worker needs DATABASE_URL/],
    [{ DATABASE_URL: "mysql://x" }, /DATABASE_URL must begin with postgres/],
    [{ COUNTERSIGN_CALLBACK_SCHEDULE: "5,often" }, /COUNTERSIGN_CALLBACK_SCHEDULE must be/],
    [{ COUNTERSIGN_SECRET: "short" }, /COUNTERSIGN_SECRET must hold 32 bytes/],
    [{ COUNTERSIGN_SMTP_URL: "http://localhost" }, /COUNTERSIGN_SMTP_URL cannot be used; right would be smtp:/],
    [{ COUNTERSIGN_SMTP_URL: "smtp://localhost", COUNTERSIGN_MAIL_FROM: "us" }, /COUNTERSIGN_MAIL_FROM cannot be used/],
    [{ COUNTERSIGN_S3_URL: "https://host/bucket" }, /COUNTERSIGN_S3_URL cannot be used; right would be https:\/\/KEY/],
    [{ COUNTERSIGN_TSA_URL: "tsa.example.com" }, /COUNTERSIGN_TSA_URL cannot be used/],
    [
      { COUNTERSIGN_FAX_URL: "https://fax.example.com/api?key=1" },
      /COUNTERSIGN_FAX_URL cannot be used; .*without \? and #/,
    ],
    [{ COUNTERSIGN_EID_URL: "https://eid.example.com/#" }, /COUNTERSIGN_EID_URL cannot be used/],
    [{ COUNTERSIGN_TSA_CA: "/nowhere.pem" }, /COUNTERSIGN_TSA_CA: \/nowhere\.pem cannot be read/],
    [{ COUNTERSIGN_SEAL_CERT: "/nowhere.pem" }, /set both/],
    [{ COUNTERSIGN_RETENTION_DAYS: "soon" }, /COUNTERSIGN_RETENTION_DAYS is "soon"/],
    [{ COUNTERSIGN_TRUST_PROXY: "the proxy" }, /COUNTERSIGN_TRUST_PROXY has "the proxy"/],
    [{ COUNTERSIGN_ALLOW_PRIVATE: "10.0.0.0/99" }, /10\.0\.0\.0\/99/],
  ];
  for (const [env, words] of wrong) {
    const { code, said } = await serve({ COUNTERSIGN_DATA: temporaryFolder(), PORT: "0", ...env });
    assert.equal(code, 1, JSON.stringify(env));
    assert.match(said, words);
  }
});

test("the secret's file and the data folder are their owner's alone", () => {
  assert.equal(statSync(join(server.dataFolder, "secret.key")).mode & 0o777, 0o600);
  assert.equal(statSync(server.dataFolder).mode & 0o777, 0o700);
});

test("neither the API key nor a private key can be read from the database", () => {
  const bytes =
    readFileSync(join(server.dataFolder, "countersign.db")).toString("latin1") +
    readFileSync(join(server.dataFolder, "countersign.db-wal")).toString("latin1");
  assert.ok(bytes.includes("BEGIN CERTIFICATE"), "the certificate is public");
  for (const secret of [server.apiKey, "PRIVATE KEY"]) assert.ok(!bytes.includes(secret), secret.slice(0, 12));
});

test("SIGTERM drains: the callback under way is finished, nothing new is taken, exit code 0", async () => {
  const own = await startTestServer();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  const gate = createServer((request, response) => {
    arrived.resolve();
    request.resume();
    released.then(
      () => response.end("Hello API Event Received"),
      () => response.destroy(),
    );
  }).listen(0, "127.0.0.1");
  await once(gate, "listening");
  await own.call("PUT", "/account", { callback_url: `http://127.0.0.1:${(gate.address() as AddressInfo).port}/` });
  await arrived.promise;

  const ended = once(own.process(), "exit");
  own.process().kill("SIGTERM");
  const refused = await untilRefused(own.url);
  release();
  const [code] = (await ended) as [number | null];
  assert.ok(refused, "readiness fails while it drains");
  assert.equal(code, 0);
  gate.closeAllConnections();
  gate.close();
  await own.stop();
});

async function untilRefused(url: string): Promise<boolean> {
  for (let look = 0; look < 200; look++) {
    const ready = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (!ready) return true;
    await new Promise((done) => setTimeout(done, 20));
  }
  return false;
}

test("a connection that never asked anything does not hold up the end", async () => {
  const own = await startTestServer();
  const silent = connect(own.port, "127.0.0.1").on("error", () => undefined);
  await once(silent, "connect");
  const dropped = once(silent, "close");
  const { promise: tooLong, resolve: giveUp } = Promise.withResolvers<string>();
  const timer = setTimeout(giveUp, 20_000, "still waiting");
  assert.equal(await Promise.race([own.stop(), tooLong]), 0);
  clearTimeout(timer);
  await dropped;
});

test("a callback_url set before a kill gets its test after it", async () => {
  const own = await startTestServer();
  const receiver = await startReceiver();
  await own.call("PUT", "/account", { callback_url: `${receiver.url}/account` });
  await own.kill();
  await own.restart();
  await receiver.waitFor(isEvent("callback_test"));
  await receiver.close();
  await own.stop();
});

const cluster = findCluster();

test("two processes that start at once on an empty PostgreSQL make one account", {
  skip: cluster.kind === "none" ? cluster.why : false,
}, async () => {
  const { url, drop } = await createDatabase();
  const env = { DATABASE_URL: url, COUNTERSIGN_SECRET: "cd".repeat(32) };
  const both = await Promise.all([startTestServer(env), startTestServer(env)]);
  const accounts = await Promise.all(both.map((one) => one.call("GET", "/account")));
  const ids = accounts.map(({ status, body }) => [
    status,
    (body.account as unknown as { account_id: string }).account_id,
  ]);
  assert.deepEqual(ids[0], ids[1]);
  assert.equal(both.filter((one) => one.output().includes("Password")).length, 1);
  await Promise.all(both.map((one) => one.stop()));
  await drop();
});

test("an api and a worker process share the work of one PostgreSQL", {
  skip: cluster.kind === "none" ? cluster.why : false,
}, async () => {
  const { url, drop } = await createDatabase();
  const folder = temporaryFolder();
  const env = { DATABASE_URL: url, COUNTERSIGN_SECRET: "ef".repeat(32), COUNTERSIGN_DATA: folder };
  const api = await startTestServer({ ...env, COUNTERSIGN_ROLE: "api" });
  const receiver = await startReceiver();
  await api.call("PUT", "/account", { callback_url: receiver.url });
  const worker = await startTestServer({ ...env, COUNTERSIGN_ROLE: "worker" });
  await receiver.waitFor(isEvent("callback_test"));
  assert.equal((await fetch(`${worker.url}/v3/account`)).status, 404);
  await Promise.all([api.stop(), worker.stop(), receiver.close()]);
  await drop();
});
