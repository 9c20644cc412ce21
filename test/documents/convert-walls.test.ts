import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { silentLog } from "../../src/base/log.ts";
import { openOffice } from "../../src/documents/convert/office.ts";
import { testWalls } from "../../src/documents/convert/sandbox.ts";
import { findSoffice } from "../../src/documents/convert/soffice.ts";
import { skip } from "./converting.ts";
import { docx, wordParagraph } from "./office-files.ts";

const folder = mkdtempSync(join(tmpdir(), "countersign-walls-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const word = docx({ body: wordParagraph("Hello") });

test("the program that was set is taken before that of the search path; a script only where there is no program beside it", () => {
  const place = join(folder, "program");
  mkdirSync(place);
  writeFileSync(join(place, "soffice"), "#!/bin/sh\n");
  chmodSync(join(place, "soffice"), 0o755);
  assert.equal(findSoffice({ given: join(place, "soffice"), path: "" }), join(place, "soffice"));
  assert.equal(findSoffice({ given: null, path: `/nowhere:${place}` }), join(place, "soffice"));
  assert.equal(findSoffice({ given: "/nowhere/soffice", path: place }), null);
  writeFileSync(join(place, "soffice.bin"), "#!/bin/sh\n");
  chmodSync(join(place, "soffice.bin"), 0o755);
  assert.equal(findSoffice({ given: join(place, "soffice"), path: "" }), join(place, "soffice.bin"));
});

/** A program that writes its process ids down, and never ends. It sees the folder it lies in only without walls. */
function hangingProgram(): { readonly path: string; readonly pids: () => readonly number[] } {
  const place = mkdtempSync(join(folder, "hang-"));
  const path = join(place, "soffice");
  writeFileSync(path, `#!/bin/sh\nsleep 600 &\necho $$ $! > ${place}/pids\nwait\n`);
  chmodSync(path, 0o755);
  return { path, pids: () => readFileSync(join(place, "pids"), "utf8").trim().split(" ").map(Number) };
}

async function isGone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 100; tries += 1) {
    try {
      // A process that ended and was not collected yet is gone all the same.
      if (/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))) return true;
    } catch {
      return true;
    }
    await sleep(50);
  }
  return false;
}

test("a program that hangs is killed at its deadline with all that it started, and leaves no file", async () => {
  const { path, pids } = hangingProgram();
  const hanging = openOffice({ log: silentLog, given: path, walls: "none", limits: { officeJobMs: 300 } });
  const before = readdirSync(tmpdir());
  const outcome = await hanging.toPdf({ format: "docx", bytes: word });
  assert.ok(!outcome.ok);
  assert.equal(outcome.why, "crash");
  assert.match(outcome.reason, /LibreOffice could not be started/);
  for (const pid of pids()) assert.ok(await isGone(pid), `process ${pid} is gone`);
  await hanging.close();
  assert.deepEqual(
    readdirSync(tmpdir()).filter((name) => name.startsWith("countersign-office-") && !before.includes(name)),
    [],
  );
});

test("closing kills what is under way", async () => {
  const { path, pids } = hangingProgram();
  const hanging = openOffice({ log: silentLog, given: path, walls: "none" });
  const outcome = hanging.toPdf({ format: "docx", bytes: word });
  while (!existsSync(join(path, "..", "pids"))) await sleep(10);
  await hanging.close();
  assert.equal((await outcome).ok, false);
  for (const pid of pids()) assert.ok(await isGone(pid), `process ${pid} is gone`);
});

test("a document that takes too long fails alone: the next one is converted", { skip }, async () => {
  const place = mkdtempSync(join(folder, "slow-"));
  const path = join(place, "soffice");
  const real = findSoffice({ given: null, path: process.env.PATH ?? "" });
  writeFileSync(path, `#!/bin/sh\ncase "$*" in *in.rtf) sleep 600;; *) exec ${real} "$@";; esac\n`);
  chmodSync(path, 0o755);
  const slow = openOffice({ log: silentLog, given: path, walls: "none", limits: { officeJobMs: 8000 } });
  const [late, good] = await Promise.all([
    slow.toPdf({ format: "rtf", bytes: Buffer.from("{\\rtf1}") }),
    slow.toPdf({ format: "docx", bytes: word }),
  ]);
  assert.deepEqual(late, { ok: false, why: "time", reason: "It could not be converted within 8 seconds." });
  assert.ok(good.ok);
  await slow.close();
});

test("behind full walls a program sees programs, fonts and its own folder, and no network", {
  skip: testWalls() === "full" ? false : "user namespaces are not allowed here",
}, async () => {
  const place = mkdtempSync(join(folder, "walls-"));
  const path = join(place, "soffice");
  // What it saw comes out as the PDF.
  writeFileSync(
    path,
    `#!/bin/sh\nfor last; do :; done\n{ ls -A / /job /tmp; cat ${join(folder, "secret")} /etc/passwd; ls /proc/net/dev /home /root; grep -c : /proc/net/dev; id -u; touch /usr/x /x; grep CapEff /proc/self/status; } > "\${last%/*}/in.pdf" 2>&1\n`,
  );
  chmodSync(path, 0o755);
  writeFileSync(join(folder, "secret"), "CANARY");
  const walled = openOffice({ log: silentLog, given: path, walls: "full" });
  const outcome = await walled.toPdf({ format: "docx", bytes: word });
  await walled.close();
  assert.ok(outcome.ok);
  const seen = Buffer.from(outcome.pdf).toString();
  assert.doesNotMatch(seen, /CANARY|root:x/);
  assert.match(seen, /cannot open|No such file/);
  assert.match(seen, /in\.docx/);
  assert.match(seen, /^1\n0$/m, "one network device: the loopback, down");
  assert.match(seen, /cannot touch '\/usr\/x': Read-only file system/);
  assert.match(seen, /CapEff:\s+0{16}/);
});
