import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { hashOf } from "../../src/base/secrets.ts";
import { readConfig } from "../../src/server/config.ts";
import { startServer } from "../../src/server/start.ts";
import { placeOf } from "../../src/storage/blob-places.ts";
import { ask } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { sign } from "../support/page.ts";
import { sendAndWait, signatureOf, untilState } from "../support/requests.ts";
import { freePort } from "../support/server.ts";
import { assertWhole, command, run } from "./commands.ts";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let folder: string;

    before(async () => {
      house = await openHeardHouse(ground);
      folder = mkdtempSync(join(tmpdir(), "countersign-backup-"));
    });

    after(async () => {
      await house.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const settings = () => ({
      COUNTERSIGN_DATA: house.dataFolder,
      ...(house.databaseUrl === null ? {} : { DATABASE_URL: house.databaseUrl }),
    });

    async function completed(): Promise<{ readonly id: string; readonly pdf: Buffer }> {
      const shown = await sendAndWait(house);
      const { signature_request_id: id } = shown;
      await sign(house, signatureOf(shown).signature_id);
      await eventsOf(house, id);
      return { id, pdf: (await ask(house, `GET /signature_request/files/${id}`)).bytes };
    }

    if (ground.name === "SQLite") {
      test("a backup that is made while requests are completed comes back elsewhere: documents byte for byte, owed callbacks owed again", async () => {
        const first = await completed();
        // Nobody takes callbacks just now: they are owed.
        house.receiver.answer = async () => ({ status: 500, body: "not now" });
        const owed = await sendAndWait(house);
        let stop = false;
        const busy = (async () => {
          while (!stop) {
            const shown = await sendAndWait(house);
            await sign(house, signatureOf(shown).signature_id);
            await untilState(house, { id: shown.signature_request_id, not: ["awaiting", "sealing"] });
          }
        })();
        const target = join(folder, "busy");
        const child = spawn("sh", [command, "backup", target, "--with-secret"], {
          env: { PATH: process.env.PATH, ...settings() },
        });
        const code = await new Promise((resolve) => child.once("exit", resolve));
        stop = true;
        await busy;
        assert.equal(code, 0);
        for (const path of readdirSync(target, { recursive: true, encoding: "utf8" }))
          assert.equal(statSync(join(target, path)).mode & 0o077, 0, path);

        const elsewhere = join(folder, "elsewhere");
        const restored = run(["restore", target], { COUNTERSIGN_DATA: elsewhere });
        assert.equal(restored.status, 0, restored.err);
        assertWhole(elsewhere);
        const { heard } = house.receiver;
        heard.length = 0;
        house.receiver.answer = async () => ({ status: 200, body: "Hello API Event Received" });
        const port = await freePort();
        const env = {
          PORT: String(port),
          COUNTERSIGN_DATA: elsewhere,
          COUNTERSIGN_LOG: "silent",
          COUNTERSIGN_API_KEY: house.apiKey,
        };
        const other = await startServer(readConfig(env));
        try {
          const url = `http://127.0.0.1:${port}`;
          assert.equal((await fetch(`${url}/readyz`)).status, 200);
          const { bytes } = await ask({ url, apiKey: house.apiKey }, `GET /signature_request/files/${first.id}`);
          assert.ok(bytes.equals(first.pdf));
          const late = Date.now();
          const isOwed = ({ payload }: (typeof heard)[number]) =>
            payload.signature_request?.signature_request_id === owed.signature_request_id;
          const database = new DatabaseSync(join(elsewhere, "countersign.db"));
          database.exec("update deliveries set next_at = 0 where state = 'pending'");
          database.close();
          while (!heard.some(isOwed)) {
            assert.ok(Date.now() - late < 60_000, "the owed callback came");
            await sleep(50);
          }
        } finally {
          await other.stop();
        }
      });

      test("without the secret it says so, and the restored folder tells that it wants one, or has it already", async () => {
        const target = join(folder, "plain");
        const made = run(["backup", target], settings());
        assert.equal(made.status, 0, made.err);
        assert.match(made.out, /secret\.key .*keep it apart/);
        assert.ok(!existsSync(join(target, "secret.key")));
        const restored = run(["restore", target], { COUNTERSIGN_DATA: join(folder, "plain-restored") });
        assert.match(restored.out, /Put secret\.key into/);

        const ready = join(folder, "ready");
        mkdirSync(ready);
        copyFileSync(join(house.dataFolder, "secret.key"), join(ready, "secret.key"));
        assert.equal(run(["restore", target], { COUNTERSIGN_DATA: ready }).status, 0);
        assertWhole(ready);
        const given = run(["backup", join(folder, "given"), "--with-secret"], {
          ...settings(),
          COUNTERSIGN_SECRET: "0".repeat(64),
        });
        assert.deepEqual([given.status, /is in COUNTERSIGN_SECRET/.test(given.err)], [1, true]);
      });

      for (const signal of ["SIGKILL", "SIGTERM"] as const)
        test(`a backup that meets ${signal} leaves nothing under its name`, async () => {
          const target = join(folder, signal);
          const child = spawn("sh", [command, "backup", target], { env: { PATH: process.env.PATH, ...settings() } });
          const gone = new Promise((resolve) => child.once("exit", resolve));
          const begun = () => readdirSync(folder).some((name) => name.startsWith(`.${signal}.`));
          while (!begun() && child.exitCode === null) await sleep(1);
          child.kill(signal);
          const code = await gone;
          if (existsSync(target)) {
            assert.equal(code, 0, "it was done before");
            assert.equal(run(["restore", target], { COUNTERSIGN_DATA: join(folder, `${signal} restored`) }).status, 0);
          } else if (signal === "SIGTERM") assert.ok(!begun(), "and nothing under another");
        });

      test("a document that is lost is named, and all the others are brought along", async () => {
        const { pdf } = await completed();
        const lost = hashOf(pdf);
        rmSync(placeOf(join(house.dataFolder, "blobs"), lost));
        const target = join(folder, "lossy");
        const made = run(["backup", target], settings());
        assert.equal(made.status, 1);
        assert.match(made.err, new RegExp(`missing or damaged where they are kept:\n  ${lost}\n$`));
        const restored = run(["restore", target], { COUNTERSIGN_DATA: join(folder, "lossy restored") });
        assert.equal(restored.status, 0, restored.err);
        assert.match(restored.out, /1 more were lost/);
      });

      test("called wrongly, they say how they are called and end with 2", () => {
        for (const words of [["backup"], ["backup", "a", "b"], ["backup", "a", "--no"], ["backup", "a", "--documents"]])
          assert.equal(run(words, settings()).status, 2, words.join(" "));
        for (const words of [["restore"], ["restore", "a", "b"], ["restore", "--no"]])
          assert.equal(run(words, settings()).status, 2, words.join(" "));
        for (const name of ["backup", "restore"]) {
          const { status, out } = run([name, "--help"], {});
          assert.deepEqual([status, out.includes(`Usage: countersign ${name} FOLDER`)], [0, true]);
        }
      });
    } else
      test("with PostgreSQL it sends to pg_dump, and copies all documents, those that nothing names any more among them", async () => {
        const { id, pdf } = await completed();
        const target = join(folder, "documents");
        const sent = run(["backup", target], settings());
        assert.deepEqual([sent.status, /pg_dump/.test(sent.err), existsSync(target)], [2, true, false]);

        // As when a request is destroyed between the dump, which names its document, and this.
        await house.store.transact((tx) =>
          tx.updateTable("signature_requests").set({ sealed_blob: null }).where("request_id", "=", id).execute(),
        );
        const made = run(["backup", target, "--documents"], settings());
        assert.equal(made.status, 0, made.err);
        const elsewhere = join(folder, "elsewhere");
        const lone = run(["restore", target], { COUNTERSIGN_DATA: elsewhere });
        assert.deepEqual([lone.status, /set DATABASE_URL/.test(lone.err)], [1, true]);
        assert.equal(run(["restore", target], { ...settings(), COUNTERSIGN_DATA: elsewhere }).status, 0);
        assert.ok(readFileSync(placeOf(join(elsewhere, "blobs"), hashOf(pdf))).equals(pdf));
      });
  });
}
