// Started by sqlite.test.ts: writes 1, 2, 3, … with eight callers until killed, and prints each number once it is told
// that the number is kept.
import { writeSync } from "node:fs";
import { present } from "../../src/base/assert.ts";
import { systemClock } from "../../src/base/clock.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";

const store = await openSqlite({ file: present(process.argv[2], "the file"), clock: systemClock });
let last = 0;

async function writeOn(): Promise<never> {
  for (;;) {
    last += 1;
    const name = String(last);
    await store.transact((tx) =>
      tx
        .insertInto("settings")
        .values({ name, value: "x".repeat(500) })
        .execute(),
    );
    writeSync(1, `${name}\n`);
  }
}

await Promise.all(Array.from({ length: 8 }, writeOn));
