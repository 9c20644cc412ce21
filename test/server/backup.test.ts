import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { readConfig } from "../../src/server/config.ts";
import { startServer } from "../../src/server/start.ts";
import { ask } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { sign } from "../support/page.ts";
import { sendAndWait, signatureOf } from "../support/requests.ts";
import { freePort } from "../support/server.ts";

const command = new URL("../../bin/countersign", import.meta.url).pathname;

function run(words: readonly string[], env: Readonly<Record<string, string>>) {
  const { status, stdout, stderr } = spawnSync("sh", [command, ...words], {
    encoding: "utf8",
    env: { PATH: process.env.PATH, ...env },
  });
  return { status, out: stdout, err: stderr };
}

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
          while (!stop) await sendAndWait(house);
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
          const { bytes } = await ask({ url, apiKey: house.apiKey }, `GET /signature_request/files/${first.id}`);
          assert.ok(bytes.equals(first.pdf));
          const late = Date.now();
          const isOwed = ({ payload }: (typeof heard)[number]) =>
            payload.signature_request?.signature_request_id === owed.signature_request_id;
          const { DatabaseSync } = await import("node:sqlite");
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

      test("without the secret it says so, and the restored folder tells that it wants one", async () => {
        const target = join(folder, "plain");
        const made = run(["backup", target], settings());
        assert.match(made.out, /Keep secret\.key apart/);
        assert.ok(!existsSync(join(target, "secret.key")));
        const restored = run(["restore", target], { COUNTERSIGN_DATA: join(folder, "plain-restored") });
        assert.match(restored.out, /Put secret\.key into/);
      });

      test("a killed backup leaves nothing under its name; a name that is taken and a damaged backup are refused", async () => {
        const target = join(folder, "killed");
        const child = spawn("sh", [command, "backup", target], { env: { PATH: process.env.PATH, ...settings() } });
        const gone = new Promise((resolve) => child.once("exit", resolve));
        while (!readdirSync(folder).some((name) => name.startsWith(".killed")) && child.exitCode === null)
          await sleep(2);
        child.kill("SIGKILL");
        await gone;
        if (existsSync(target))
          assert.ok(existsSync(join(target, "manifest.json")), "a backup that has its name is whole");

        const whole = join(folder, "whole");
        assert.equal(run(["backup", whole], settings()).status, 0);
        const again = run(["backup", whole], settings());
        assert.deepEqual([again.status, /is there already/.test(again.err)], [1, true]);
        const [document = ""] = readdirSync(join(whole, "documents"));
        const path = join(whole, "documents", document);
        const bytes = readFileSync(path);
        writeFileSync(path, Buffer.concat([bytes, Buffer.from("x")]));
        const damaged = run(["restore", whole], { COUNTERSIGN_DATA: join(folder, "damaged") });
        assert.equal(damaged.status, 1);
        assert.match(damaged.err, new RegExp(`documents/${document} is damaged or missing`));
        assert.ok(!existsSync(join(folder, "damaged")));
        writeFileSync(path, bytes);
        const full = run(["restore", whole], { COUNTERSIGN_DATA: house.dataFolder });
        assert.match(full.err, /is not empty/);
        assert.match(run(["restore", folder], { COUNTERSIGN_DATA: join(folder, "x") }).err, /is no backup/);
      });
    } else
      test("with PostgreSQL the documents are copied, for a dump that was made before", async () => {
        const { pdf } = await completed();
        const target = join(folder, "documents");
        const made = run(["backup", target], settings());
        assert.equal(made.status, 0, made.err);
        const elsewhere = join(folder, "elsewhere");
        assert.equal(run(["restore", target], { ...settings(), COUNTERSIGN_DATA: elsewhere }).status, 0);
        const files = readdirSync(join(elsewhere, "blobs", "files"), {
          recursive: true,
          encoding: "utf8",
          withFileTypes: true,
        });
        const contents = files
          .filter((file) => file.isFile())
          .map((file) => readFileSync(join(file.parentPath, file.name)));
        assert.ok(contents.some((bytes) => bytes.equals(pdf)));
      });
  });
}
