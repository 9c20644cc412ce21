import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { constants, deflateRawSync } from "node:zlib";
import { limits } from "../../src/base/limits.ts";
import { silentLog } from "../../src/base/log.ts";
import type { Refused } from "../../src/documents/jobs.ts";
import { openWorkshop } from "../../src/documents/workshop.ts";
import { orderOf } from "./orders.ts";
import { line, paper, pdfOf, stream } from "./papers.ts";

const workshop = openWorkshop({ log: silentLog });
const folder = mkdtempSync(join(tmpdir(), "countersign-hostile-"));
after(async () => {
  await workshop.close();
  rmSync(folder, { recursive: true });
});

const good = paper({ content: line(100, 700, "[sig|req|signer1]") });

function prepare(bytes: Uint8Array, name = "lease.pdf") {
  return workshop.prepare(orderOf([{ name, bytes }]));
}

async function refusalOf(bytes: Uint8Array): Promise<Refused> {
  const outcome = await prepare(bytes);
  assert.ok(!outcome.ok, "the file is refused");
  assert.equal(outcome.fault.kind, "file");
  assert.equal(outcome.fault.file, 0);
  return outcome;
}

test("what makes no pages is named for what it is", async () => {
  const kinds: readonly (readonly [Uint8Array, RegExp])[] = [
    [new Uint8Array(0), /"lease.pdf" is an empty file\. These kinds of file can be sent: PDF, /],
    [new Uint8Array(5000), /a file of unknown kind/],
    [Buffer.from("89504e470d0a1a0a0000", "hex"), /the picture cannot be decoded/],
    [Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.from("..word/document.xml")]), /a damaged ZIP archive/],
    [Buffer.from("d0cf11e0a1b11ae1", "hex"), /an older Microsoft file whose kind cannot be told/],
  ];
  for (const [bytes, words] of kinds) assert.match((await refusalOf(bytes)).fault.reason, words);
});

test("the guilty one of several files is told by its index", async () => {
  const files = [
    { name: "a.pdf", bytes: good },
    { name: "b.bin", bytes: Buffer.from([1, 2, 3, 4]) },
  ];
  const outcome = await workshop.prepare(orderOf(files, { useTextTags: false }));
  assert.ok(!outcome.ok);
  assert.equal(outcome.fault.kind, "file");
  assert.equal(outcome.fault.file, 1);
  assert.match(outcome.fault.reason, /^"b\.bin" is a file of unknown kind\./);
});

test("a file that only begins like a PDF is refused", async () => {
  assert.match((await refusalOf(Buffer.from("%PDF-1.7\nnothing"))).fault.reason, /cannot be used/);
});

test("a PDF without pages is refused", async () => {
  const empty = pdfOf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>"]);
  assert.match((await refusalOf(empty)).fault.reason, /no pages|another|read/);
});

test("page trees that loop or lie are refused", async () => {
  const pages = (kids: string, count: number) =>
    pdfOf(["<< /Type /Catalog /Pages 2 0 R >>", `<< /Type /Pages /Kids [${kids}] /Count ${count} >>`]);
  for (const bytes of [pages("2 0 R", 1), pages("2 0 R 2 0 R", 2), pages("9 0 R", 1), pages("2 0 R", 1_000_000)])
    await refusalOf(bytes);
});

test("a truncated PDF is either read in full or refused", async () => {
  const cut = good.subarray(0, good.length - 300);
  const outcome = await prepare(cut);
  if (outcome.ok) assert.equal(outcome.pages.length, 1);
  else assert.equal(outcome.fault.kind, "file");
  await refusalOf(good.subarray(0, 120));
});

test("random bytes in the middle never hang or kill the workshop", async () => {
  let seed = 7;
  const next = () => (seed = (seed * 16807) % 2147483647);
  for (let round = 0; round < 20; round += 1) {
    const bytes = Uint8Array.from(good);
    for (let error = 0; error < 30; error += 1) bytes[20 + (next() % (bytes.length - 20))] = next() % 256;
    const outcome = await prepare(bytes);
    if (!outcome.ok) assert.equal(outcome.why, "document");
  }
  assert.ok((await prepare(good)).ok);
});

const qpdf = spawnSync("qpdf", ["--version"]).status === 0 ? false : "qpdf is not installed";

for (const [user, words] of [
  ["secret", /protected by a password/],
  ["", /encrypted/],
] as const) {
  test(`an encrypted PDF is refused, ${user === "" ? "even if it opens without a password" : "with a password"}`, {
    skip: qpdf,
  }, async () => {
    const [plain, sealed] = [join(folder, "plain.pdf"), join(folder, "sealed.pdf")];
    writeFileSync(plain, good);
    assert.equal(spawnSync("qpdf", ["--encrypt", user, "owner", "256", "--", plain, sealed]).status, 0);
    assert.match((await refusalOf(readFileSync(sealed))).fault.reason, words);
  });
}

test("more pages than any server takes in a request are refused", async () => {
  const kids = Array.from({ length: limits.pagesPerRequestMost + 1 }, () => "3 0 R").join(" ");
  const many = pdfOf([
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Kids [${kids}] /Count 5001 >>`,
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>",
  ]);
  assert.match((await refusalOf(many)).fault.reason, /5001 pages; at most 5000/);
});

test("a page that inflates to a gibibyte ends in a refusal, while another document goes through", async () => {
  const content = bombOf(Buffer.alloc(2 ** 24, " "), 64).toString("latin1");
  const text = Buffer.from(paper({ content }))
    .toString("latin1")
    .replace("<<  /Length", "<< /Filter /FlateDecode /Length");
  const [refused, other] = await Promise.all([refusalOf(Buffer.from(text, "latin1")), prepare(good)]);
  assert.ok(other.ok);
  assert.notEqual(refused.fault.reason, "");
  assert.ok((await prepare(good)).ok);
});

/** A zlib stream (RFC 1950) of a block so many times over, without compressing it more than once. */
function bombOf(block: Buffer, times: number): Buffer {
  const once = deflateRawSync(block, { finishFlush: constants.Z_FULL_FLUSH });
  const last = Buffer.from([0x03, 0x00]);
  return Buffer.concat([Buffer.from([0x78, 0x9c]), ...Array.from({ length: times }, () => once), last]);
}

test("forms inside forms without end hurt nobody else", async () => {
  const self = paper({
    content: "/X Do",
    resources: "/XObject << /X 6 0 R >>",
    objects: [
      stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>",
        "/X Do /X Do /X Do",
      ),
    ],
  });
  const [outcome, other] = await Promise.all([prepare(self), prepare(good)]);
  assert.ok(other.ok);
  if (!outcome.ok) assert.equal(outcome.fault.kind, "file");
});
