/**
 * What pdfsig does not notice: the same 1,000 changes of one byte each, in one sealed file, are shown to it and to `countersign verify`.
 * Prints the counts and, for those that pdfsig takes for valid and whole, where the byte stands. docs/evidence.md has the figures.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openVerifier } from "../src/evidence/verify/verifier.ts";
import { chanceOf } from "../test/delivery/random.ts";
import { key, makeSealed } from "../test/evidence/sealed.ts";

const rounds = 1000;
const { pdf } = await makeSealed();
const verifier = openVerifier();
const folder = mkdtempSync(join(tmpdir(), "countersign-misses-"));
const path = join(folder, "it.pdf");
const chance = chanceOf(1);
const missed = new Map<string, number>();
let unnoticed = 0;
for (let round = 0; round < rounds; round += 1) {
  const place = Math.floor(chance() * pdf.length);
  const changed = Buffer.from(pdf);
  changed.writeUInt8(changed.readUInt8(place) ^ (1 + Math.floor(chance() * 255)), place);
  const { verdict } = await verifier.verify({ bytes: changed, trusted: [key.certificatePem], original: null });
  if (verdict !== "red") unnoticed += 1;
  writeFileSync(path, changed);
  const { stdout } = spawnSync("pdfsig", ["-nocert", path], { encoding: "utf8" });
  if (!/Signature is Valid/.test(stdout) || !/Total document signed/.test(stdout)) continue;
  const where = placeOf(place);
  missed.set(where, (missed.get(where) ?? 0) + 1);
}
verifier.close();
rmSync(folder, { recursive: true });
process.stdout.write(`${rounds} changes; countersign verify missed ${unnoticed}; pdfsig missed:\n`);
for (const [where, count] of missed) process.stdout.write(`  ${count} in ${where}\n`);

function placeOf(place: number): string {
  const open = pdf.lastIndexOf("/Contents <") + "/Contents <".length;
  const close = pdf.indexOf(">", open);
  if (place < open || place >= close) return "the covered bytes";
  const digits = pdf.toString("latin1", open, close).replace(/0+$/, "").length;
  return place - open < digits ? "the value of the signature" : "the zeros behind the value";
}
