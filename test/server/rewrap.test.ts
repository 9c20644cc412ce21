import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { sql } from "kysely";
import { passwordLinkKind } from "../../src/accounts/account-links.ts";
import { appSecretPurpose } from "../../src/accounts/apps.ts";
import { earlierSecretsName } from "../../src/accounts/earlier-secrets.ts";
import { credentialsPurpose } from "../../src/accounts/endpoints.ts";
import { keyPurpose } from "../../src/accounts/keys.ts";
import { webhookSecretPurpose } from "../../src/accounts/webhook-secret.ts";
import { decrypt, encrypt, type Secret } from "../../src/base/secrets.ts";
import { mailKind } from "../../src/mail/post.ts";
import { orderPurpose, rowsPurpose } from "../../src/requests/bulk.ts";
import { smsKind } from "../../src/signing/gate.ts";
import { returnPurpose } from "../../src/signing/identify.ts";
import type { Store } from "../../src/storage/store.ts";
import { createDatabase, findCluster } from "../storage/cluster.ts";
import { basic } from "../support/ask.ts";
import { lookAt } from "../support/house.ts";
import { openPage } from "../support/page.ts";
import { ann, requestOf, send, signatureOf, untilState } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { run } from "./commands.ts";

const purposes = [
  keyPurpose,
  appSecretPurpose,
  credentialsPurpose,
  webhookSecretPurpose,
  returnPurpose,
  orderPurpose,
  rowsPurpose,
  mailKind,
  smsKind,
  passwordLinkKind,
  "sealing_key_cipher",
  "test_sealing_key_cipher",
];
const pin = "Köln 4711";
const cluster = findCluster();
const grounds = [
  { name: "SQLite", skip: false as const, database: async () => ({ url: null, drop: async () => {} }) },
  { name: "PostgreSQL", skip: cluster.kind === "none" ? cluster.why : (false as const), database: createDatabase },
];

for (const { name, skip, database } of grounds) {
  describe(name, { skip }, () => {
    test("another secret: all that was encrypted is readable with it, nothing with the one before, wherever it is cut off", async () => {
      const { url, drop } = await database();
      const env = url === null ? {} : { DATABASE_URL: url };
      const server = await startTestServer({ COUNTERSIGN_SMTP_URL: "smtp://127.0.0.1:9", ...env });
      const settings = { COUNTERSIGN_DATA: server.dataFolder, ...env };
      const store = await lookAt({ dataFolder: server.dataFolder, databaseUrl: url });
      try {
        const signatureId = await fill(server, store);
        const running = run(["keys", "rewrap"], settings);
        assert.equal(running.status, 1);
        assert.match(running.err, /is in use by another Countersign|A Countersign runs on this database/);
        await server.kill();
        const first = secretOf(server);
        const texts = await textsOf(store, first);
        assert.deepEqual(
          new Set(texts.map(({ purpose }) => purpose)),
          new Set(purposes),
          "there is some of everything",
        );

        // What does not depend on the database.
        if (url === null) {
          const wrong = run(["keys", "rewrap"], { ...settings, COUNTERSIGN_SECRET: "ab".repeat(32) });
          assert.equal(wrong.status, 1);
          assert.match(wrong.err, /COUNTERSIGN_SECRET is not the secret that this database was made with/);
          assert.deepEqual(await textsOf(store, first), texts);

          cutOff("written", settings);
          assert.deepEqual([secretOf(server), await textsOf(store, first)], [first, texts]);
          await comesUp(server);
          assert.deepEqual(secretOf(server), first);
        }

        cutOff("committed", settings);
        assert.deepEqual(secretOf(server), first, "its file is not in its place yet");
        await comesUp(server);
        const second = secretOf(server);
        assert.ok(!existsSync(join(server.dataFolder, "secret.key.new")));
        assert.deepEqual(await textsOf(store, second), texts);
        await assertNone(store, first);

        const own = join(server.dataFolder, "mine.key");
        writeFileSync(own, Buffer.alloc(32, 7).toString("base64"));
        const done = run(["keys", "rewrap", "--new-secret-file", own], settings);
        assert.equal(done.status, 0, done.err);
        assert.match(done.out, /^Encrypted anew: \d+ values\.$/m);
        const third = secretOf(server);
        assert.deepEqual(third, Buffer.alloc(32, 7));
        assert.deepEqual(await textsOf(store, third), texts);
        for (const secret of [first, second]) await assertNone(store, secret);

        await server.restart();
        await entersPin(server, signatureId);
      } finally {
        await store.close();
        await server.stop();
        await drop();
      }
    });
  });
}

/** Leaves something of everything that is encrypted; the id of a signature that an access code guards. */
async function fill(server: TestServer, store: Store): Promise<string> {
  const house = { ...server, store };
  await server.call("PUT", "/account", { callback_url: "http://user:password@127.0.0.1:9/" });
  const headers = { authorization: basic(server.apiKey) };
  const { endpoints } = (await (await fetch(`${server.url}/api/endpoints`, { headers })).json()) as {
    readonly endpoints: readonly { readonly endpoint_id: string }[];
  };
  for (const { endpoint_id: id } of endpoints)
    await fetch(`${server.url}/api/endpoints/${id}/rotate_secret`, { method: "POST", headers });
  const guarded = requestOf(await send(house, { signers: [{ ...ann, pin }] }));
  const mailed = requestOf(await send(house, { mailed: true }));
  for (const { signature_request_id: id } of [guarded, mailed]) await untilState(house, { id, not: ["processing"] });
  await addRows(store, { secret: secretOf(server), requestId: mailed.signature_request_id });
  return signatureOf(guarded).signature_id;
}

/** What stands there only for moments: a code on its way, a link, a bulk send under way, an identification. */
async function addRows(store: Store, { secret, requestId }: { readonly secret: Secret; readonly requestId: string }) {
  const seal = (purpose: string) => encrypt(secret, { purpose, text: JSON.stringify({ what: purpose }) });
  const late = Date.now() + 3_600_000_000;
  await store.transact(async (tx) => {
    for (const kind of [smsKind, passwordLinkKind])
      await tx
        .insertInto("jobs")
        .values({
          job_id: kind,
          kind,
          request_id: null,
          payload_json: JSON.stringify({ to: "+1", cipher: seal(kind) }),
          state: "pending",
          tries: 0,
          lease_no: 0,
          leased: 0,
          worker_id: null,
          next_at: late,
          created_at: 1,
          last_error: null,
        })
        .execute();
    await sql`insert into bulk_send_jobs
      (bulk_send_job_id, account_id, client_id, is_embedded, test_mode, title, total, made, created_at, ended_at, order_cipher)
      select 'job', account_id, null, 0, 1, 'T', 9, 0, 1, null, ${seal(orderPurpose)} from accounts limit 1`.execute(
      tx,
    );
    // More than one batch of them.
    const rows = Array.from({ length: 501 }, (_, first) => ({
      bulk_send_job_id: "job",
      first,
      rows_cipher: seal(rowsPurpose),
    }));
    for (const row of rows) await tx.insertInto("bulk_send_rows").values(row).execute();
    await sql`insert into identifications (token_hash, identification_id, link_hash, tab_hash, signature_id, request_id, provider,
      return_cipher, state, created_at, expires_at)
      values ('t', 'i', 'l', 'b', 's', ${requestId}, 'p', ${seal(returnPurpose)}, 'pending', ${late}, ${late})`.execute(
      tx,
    );
  });
}

function secretOf({ dataFolder }: TestServer): Secret {
  return Buffer.from(readFileSync(join(dataFolder, "secret.key"), "utf8").trim(), "hex");
}

type Text = { readonly where: string; readonly purpose: string; readonly text: string };

/** Every encrypted value of every column of every table, opened; that one cannot be is a failure. Earlier secrets are apart. */
async function textsOf(store: Store, secret: Secret): Promise<readonly Text[]> {
  return (await sealedIn(store))
    .map(({ where, sealed }) => {
      const purpose = [...purposes, earlierSecretsName].find((one) => opens(secret, { purpose: one, sealed }));
      assert.ok(purpose, `${where} can be read`);
      return { where, purpose, text: decrypt(secret, { purpose, sealed }) };
    })
    .filter(({ purpose }) => purpose !== earlierSecretsName)
    .toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}

async function assertNone(store: Store, secret: Secret): Promise<void> {
  for (const { where, sealed } of await sealedIn(store))
    for (const purpose of [...purposes, earlierSecretsName])
      assert.ok(!opens(secret, { purpose, sealed }), `${where} is still encrypted with an earlier secret`);
}

function opens(secret: Secret, sealed: { readonly purpose: string; readonly sealed: string }): boolean {
  try {
    decrypt(secret, sealed);
    return true;
  } catch {
    return false;
  }
}

async function sealedIn({
  kind,
  read,
}: Store): Promise<readonly { readonly where: string; readonly sealed: string }[]> {
  const { rows: tables } = await (kind === "postgres"
    ? sql<{ name: string }>`select tablename as name from pg_tables where schemaname = 'public'`
    : sql<{ name: string }>`select name from sqlite_master where type = 'table'`
  ).execute(read);
  const found: { where: string; sealed: string }[] = [];
  for (const { name } of tables) {
    const { rows } = await sql<Readonly<Record<string, unknown>>>`select * from ${sql.table(name)}`.execute(read);
    for (const row of rows)
      for (const [column, value] of Object.entries(row))
        if (typeof value === "string")
          for (const [sealed] of value.matchAll(/v1\.[\w-]{38,}/g)) found.push({ where: `${name}.${column}`, sealed });
  }
  return found;
}

/** Changes the secret in a process that is killed right after a step. */
function cutOff(step: string, env: Readonly<Record<string, string>>): void {
  const child = join(import.meta.dirname, "rewrap-child.ts");
  const { signal, stderr } = spawnSync(process.execPath, [child, step], {
    env: { ...env, PATH: process.env.PATH },
    encoding: "utf8",
  });
  assert.equal(signal, "SIGKILL", stderr);
}

/** That the server starts, knows its key, and can be killed again. */
async function comesUp(server: TestServer): Promise<void> {
  await server.restart();
  assert.equal((await server.call("GET", "/account")).status, 200);
  await server.kill();
}

/** That a signer gets in with the access code of before, and with no other. */
async function entersPin(server: TestServer, signatureId: string): Promise<void> {
  const { body } = await server.call("GET", `/embedded/sign_url/${signatureId}`);
  const { sign_url: link } = body.embedded as unknown as { readonly sign_url: string };
  const page = openPage(server, { link });
  await page.claim();
  assert.equal((await page.enter("Bonn 4711")).ok, false);
  const view = await page.enter(pin);
  assert.ok(view.ok && view.state === "open", JSON.stringify(view));
}
