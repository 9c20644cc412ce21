import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { grounds, type House } from "../support/house.ts";
import { sendAndWait } from "../support/requests.ts";
import { assertWhole, run } from "./commands.ts";

const [sqlite] = grounds();

describe("restoring a backup", () => {
  let house: House;
  let folder: string;

  before(async () => {
    assert.ok(sqlite);
    house = await sqlite.open();
    for (let n = 0; n < 3; n += 1) await sendAndWait(house);
    folder = mkdtempSync(join(tmpdir(), "countersign-restore-"));
  });

  after(async () => {
    await house.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const settings = () => ({ COUNTERSIGN_DATA: house.dataFolder });

  test("a name that is taken, a backup that is damaged, a folder that is not empty: each is refused in words, and changes nothing", () => {
    const whole = join(folder, "whole");
    assert.equal(run(["backup", whole, "--with-secret"], settings()).status, 0);
    const again = run(["backup", whole], settings());
    assert.deepEqual([again.status, /is there already/.test(again.err)], [1, true]);

    const [document = ""] = readdirSync(join(whole, "documents"));
    for (const name of [`documents/${document}`, "countersign.db", "secret.key", "manifest.json"]) {
      const path = join(whole, name);
      const bytes = readFileSync(path);
      const elsewhere = { COUNTERSIGN_DATA: join(folder, "damaged") };
      writeFileSync(path, bytes.subarray(0, bytes.length - 2));
      const damaged = run(["restore", whole], elsewhere);
      assert.deepEqual([damaged.status, damaged.err.includes(`${name} is damaged`)], [1, name !== "manifest.json"]);
      assert.match(damaged.err, /damaged/);
      rmSync(path);
      assert.match(run(["restore", whole], elsewhere).err, name === "manifest.json" ? /is no backup/ : /is missing/);
      assert.ok(!existsSync(join(folder, "damaged")));
      writeFileSync(path, bytes);
    }
    const full = run(["restore", whole], { COUNTERSIGN_DATA: house.dataFolder });
    assert.deepEqual([full.status, /is not empty/.test(full.err)], [1, true]);
    const other = run(["restore", whole], { COUNTERSIGN_DATA: join(folder, "x"), DATABASE_URL: "postgres://x/y" });
    assert.deepEqual([other.status, /leave DATABASE_URL out/.test(other.err)], [1, true]);
  });

  test("what an interrupted restore has left is no hindrance to the next", () => {
    const target = join(folder, "once more");
    assert.equal(run(["backup", target], settings()).status, 0);
    const place = join(folder, "interrupted");
    mkdirSync(join(place, ".restoring", "blobs", "files"), { recursive: true });
    writeFileSync(join(place, ".restoring", "countersign.db"), "half");
    assert.equal(run(["restore", target], { COUNTERSIGN_DATA: place }).status, 0);
    assertWhole(place);
    assert.ok(!existsSync(join(place, ".restoring")));
  });
});
