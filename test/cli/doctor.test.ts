import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { createDatabase, findCluster } from "../storage/cluster.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { runCommand } from "./terminal.ts";

type Finding = { readonly what: string; readonly level: string; readonly says: string; readonly mend?: string };

const cluster = findCluster();

describe("countersign doctor", () => {
  const look = async (env: Readonly<Record<string, string>>) => {
    const { code, out, err } = await runCommand(["doctor", "--json"], env);
    const found = err === "" ? (JSON.parse(out) as Finding[]) : [];
    return { code, err, levels: Object.fromEntries(found.map(({ what, level }) => [what, level])), found };
  };

  test("before the first start it says what to do, and makes nothing", async () => {
    const folder = join(mkdtempSync(join(tmpdir(), "countersign-doctor-")), "data");
    const { code, levels, found } = await look({ COUNTERSIGN_DATA: folder, COUNTERSIGN_URL: "http://127.0.0.1:9" });
    assert.equal(code, 3);
    for (const what of ["data folder", "secret", "database", "server", "callbacks"])
      assert.equal(levels[what], "warn", what);
    const callbacks = found.find(({ what }) => what === "callbacks");
    assert.equal(callbacks?.says, `Not looked at: there is no database in ${folder}.`);
    assert.ok(found.every(({ level, mend }) => level === "good" || mend));
    assert.equal((await look({ COUNTERSIGN_DATA: folder })).levels["data folder"], "warn", "still not there");
  });

  for (const { name, skip, make } of [
    { name: "SQLite", skip: false as string | false, make: async () => ({}) },
    {
      name: "PostgreSQL",
      skip: cluster.kind === "none" ? cluster.why : (false as string | false),
      make: async () => ({ DATABASE_URL: (await createDatabase()).url }),
    },
  ])
    describe(`beside a running server on ${name}`, { skip }, () => {
      let server: TestServer;
      let env: Record<string, string>;
      before(async () => {
        env = await make();
        server = await startTestServer(env);
        env = { ...env, COUNTERSIGN_DATA: server.dataFolder, COUNTERSIGN_URL: server.url };
      });
      after(() => server.stop());

      test("all that the server needs is well, and what is wrong is told with what would mend it", async () => {
        const well = await look(env);
        for (const what of ["data folder", "secret", "database", "sealing certificate", "clock", "server"])
          assert.equal(well.levels[what], "good", `${what}: ${JSON.stringify(well.found)}`);
        assert.equal(well.code, 3, "no callback URL, and mail in the inbox");

        const dark = await look({
          ...env,
          COUNTERSIGN_SMTP_URL: "smtp://127.0.0.1:9",
          COUNTERSIGN_MAIL_FROM: "a@example.com",
        });
        assert.deepEqual([dark.code, dark.levels.mail], [1, "bad"]);
        const text = await runCommand(["doctor"], env);
        assert.match(text.out, /✓ database +[\s\S]*! mail +Mail is kept[^\n]*\n +→ Set COUNTERSIGN_SMTP_URL/);
      });
    });

  test("a setting that is none is told by its name", async () => {
    const { code, err } = await look({ PORT: "many" });
    assert.deepEqual([code, /PORT is "many"/.test(err)], [1, true]);
  });

  test("a secret that is broken, and a database that is not there, are bad", async () => {
    const folder = mkdtempSync(join(tmpdir(), "countersign-doctor-"));
    const { code, levels } = await look({
      COUNTERSIGN_DATA: folder,
      COUNTERSIGN_SECRET: "short",
      DATABASE_URL: "postgres://127.0.0.1:9/none",
    });
    assert.deepEqual([code, levels.secret, levels.database], [1, "bad", "bad"]);
    rmSync(folder, { recursive: true });
  });
});
