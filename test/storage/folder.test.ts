import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { ownFolder } from "../../src/storage/folder.ts";
import { startChild } from "./child.ts";

describe("the data folder", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "countersign-folder-"));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("a second process is refused in words, and kill -9 of the first sets the folder free", async (t) => {
    const child = startChild("child-owns.ts", folder);
    t.after(child.kill);
    await child.printed(1);
    assert.throws(() => ownFolder(folder), {
      message: `The data folder ${folder} is in use by another Countersign (process ${child.pid}): stop that one, or set COUNTERSIGN_DATA to another folder`,
    });

    await child.kill();
    ownFolder(folder).release();
  });

  test("one process owns a folder once, until it releases it", () => {
    const owned = ownFolder(folder);
    assert.throws(() => ownFolder(folder), new RegExp(`process ${process.pid}`));

    owned.release();
    owned.release();
    const again = ownFolder(folder);
    assert.throws(() => ownFolder(folder), /in use/);
    again.release();
  });

  test("the folder is made when missing and closed to other users", () => {
    const inner = join(folder, "made", "here");
    ownFolder(inner).release();
    assert.equal(statSync(inner).mode & 0o777, 0o700);

    chmodSync(inner, 0o755);
    ownFolder(inner).release();
    assert.equal(statSync(inner).mode & 0o777, 0o700);
  });
});
