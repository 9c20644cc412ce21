import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import type { Report } from "../../src/evidence/verify/report.ts";
import { key, makeSealed } from "./sealed.ts";
import { fileOf } from "./tools.ts";

const command = new URL("../../bin/countersign", import.meta.url).pathname;

function verify(...words: readonly string[]): {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
} {
  const { status, stdout, stderr } = spawnSync("sh", [command, "verify", ...words], { encoding: "utf8" });
  return { code: status, out: stdout, err: stderr };
}

const { pdf, signed } = await makeSealed();
const sealed = fileOf("sealed.pdf", pdf);
const trust = fileOf("trust.pem", key.certificatePem);

test("the exit code is the verdict: 0 green, 3 amber, 1 red", () => {
  assert.equal(verify(sealed, "--trust", trust).code, 0);
  assert.equal(verify(sealed).code, 3);
  const changed = Buffer.from(pdf);
  changed.writeUInt8(changed.readUInt8(40) ^ 1, 40);
  const path = fileOf("changed.pdf", changed);
  const { code, out } = verify(path, "--trust", trust);
  assert.equal(code, 1);
  assert.match(out, /RED {2}Do not rely on this file: it is not as it was sealed\./);
  assert.match(out, /✗ Where it was changed: In the document as it was signed \(bytes 1 to \d+\)\./);
  assert.equal(verify(sealed, path, "--trust", trust).code, 1);
});

test("the original is compared, and the report comes as JSON without a word beside it", () => {
  const original = fileOf("original.pdf", signed);
  const { code, out } = verify(sealed, "--trust", trust, "--original", original, "--json");
  assert.equal(code, 0);
  const [report] = JSON.parse(out) as readonly (Report & { readonly path: string })[];
  assert.equal(report?.verdict, "green");
  assert.equal(report?.path, sealed);
  assert.match(out, /is the one that was sent as \\"lease\.pdf\\"/);
});

test("what cannot be used is told in words, with code 2", () => {
  for (const [words, told] of [
    [[], /Name the PDF to check/],
    [["/nowhere/at-all.pdf"], /\/nowhere\/at-all\.pdf cannot be read \(ENOENT\)/],
    [[sealed, "--trust", sealed], /There is no certificate in/],
    [[sealed, "--nonsense"], /nonsense/],
  ] as const) {
    const { code, err } = verify(...words);
    assert.equal(code, 2, err);
    assert.match(err, told);
  }
  const { code, out } = verify("--help");
  assert.equal(code, 0);
  assert.match(out, /Exit code: 0 green, 3 amber/);
});
