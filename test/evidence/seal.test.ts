import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { PdfNumber } from "@libpdf/core";
import type { DrawnValue } from "../../src/documents/document.ts";
import { completeDocument, drawCopy } from "../../src/documents/draw/draw.ts";
import type { Unsealed } from "../../src/documents/seal-room.ts";
import { makeSealingCertificate } from "../../src/evidence/certificate.ts";
import { sealDocument } from "../../src/evidence/seal.ts";
import { completionOf, fileOf, needing, paper, runOn, trailOf } from "./tools.ts";

const at = Date.UTC(2026, 0, 1);
const key = await makeSealingCertificate({ commonName: "Countersign", at, testMode: false });

const values: readonly DrawnValue[] = [
  {
    kind: "text",
    box: { page: 1, x: 60, y: 60, width: 200, height: 20 },
    text: "Żółć 42",
    fontFamily: "arial",
    fontSize: 12,
  },
  { kind: "check", box: { page: 1, x: 300, y: 60, width: 14, height: 14 }, shape: "checkbox" },
  { kind: "signature", box: { page: 1, x: 60, y: 120, width: 200, height: 40 }, text: "Дмитрий Шостакович" },
  { kind: "signature", box: { page: 1, x: 60, y: 200, width: 200, height: 40 }, text: "Ελένη Παπαδοπούλου" },
];

async function finish(document: Uint8Array, requestId = trailOf().requestId): Promise<Unsealed> {
  const trail = trailOf({ events: 12, requestId });
  return await completeDocument(
    completionOf({ document, values, watermark: "TEST", trail, reason: "Sealed (by) Countersign – é" }),
  );
}

/** What pdfsig says of each signature: whether it is valid, and whether it covers the file. */
function verdicts(pdf: Uint8Array): readonly string[] {
  const told = runOn(pdf, "pdfsig", "-nocert", "{}")
    .split(/^Signature #/m)
    .slice(1);
  return told.map((part) => {
    const isWhole = /^\s+- Total document signed/m.test(part) ? "whole" : "part";
    return `${/Signature Validation: (.*)\./.exec(part)?.[1]}, ${isWhole}`;
  });
}

test(
  "A sealed document is valid to pdfsig, whole; to qpdf without a warning",
  needing("pdfsig", "qpdf", "pdftotext"),
  async () => {
    const sealed = sealDocument(await finish(await paper({ pages: 2 })), key);
    assert.deepEqual(verdicts(sealed), ["Signature is Valid, whole"]);
    const told = runOn(sealed, "qpdf", "--check", "{}");
    assert.match(told, /No syntax or stream encoding errors/);
    assert.doesNotMatch(told, /WARNING/i);
    const text = runOn(sealed, "pdftotext", "{}", "-");
    for (const word of ["Żółć 42", "Дмитрий Шостакович", "Ελένη Παπαδοπούλου", "Status: Completed", "Event 12"])
      assert.ok(text.includes(word), word);
    assert.match(runOn(sealed, "pdfsig", "{}"), /Type: ETSI\.CAdES\.detached/);
  },
);

test(
  "The seal's CMS verifies as CAdES over the bytes of the ByteRange, with the three signed attributes of B-B",
  needing("openssl"),
  async () => {
    const unsealed = await finish(await paper());
    const sealed = sealDocument(unsealed, key);
    const {
      byteRange: [from, first, second, rest],
      contents,
    } = unsealed;
    const digits = Buffer.from(sealed).toString("latin1", contents.start, contents.start + contents.length);
    const padded = Buffer.from(digits, "hex");
    assert.equal(padded.readUInt16BE(0), 0x3082);
    const cms = padded.subarray(0, 4 + padded.readUInt16BE(2));
    assert.ok(padded.subarray(cms.length).every((byte) => byte === 0));
    const content = Buffer.concat([sealed.subarray(from, first), sealed.subarray(second, second + rest)]);
    const paths = [
      fileOf("cms.der", cms),
      fileOf("content.bin", content),
      fileOf("cert.pem", key.certificatePem),
    ] as const;
    const words = [
      "cms",
      "-verify",
      "-cades",
      "-inform",
      "DER",
      "-binary",
      "-in",
      paths[0],
      "-content",
      paths[1],
      "-CAfile",
      paths[2],
    ];
    const verified = spawnSync("openssl", [...words, "-purpose", "any", "-out", "/dev/null"], { encoding: "utf8" });
    assert.equal(verified.status, 0, verified.stderr);
    assert.match(verified.stderr, /CAdES Verification successful/);
    const printed = spawnSync("openssl", ["cms", "-cmsout", "-print", "-inform", "DER", "-in", paths[0]], {
      encoding: "utf8",
    }).stdout;
    const attributes = printed.slice(
      printed.indexOf("signedAttrs:"),
      printed.indexOf("signatureAlgorithm:", printed.indexOf("signedAttrs:")),
    );
    const found = [...attributes.matchAll(/object: (\S+) \(/g)].map(([, name]) => name);
    assert.deepEqual(found.sort(), ["contentType", "id-smime-aa-signingCertificateV2", "messageDigest"].sort());
  },
);

test("One changed byte anywhere in the sealed bytes is a mismatch", needing("pdfsig"), async () => {
  const unsealed = await finish(await paper());
  const sealed = sealDocument(unsealed, key);
  const [, first, second, rest] = unsealed.byteRange;
  for (const place of [12, Math.floor(first / 2), second + Math.floor(rest / 2)]) {
    const changed = Buffer.from(sealed);
    changed.writeUInt8(changed.readUInt8(place) ^ 1, place);
    assert.ok(!verdicts(changed).includes("Signature is Valid, whole"), `byte ${place}`);
  }
  const digit = Buffer.from(sealed);
  const open = digit.indexOf("/Reason <") + "/Reason <FEFF00".length;
  digit.writeUInt8(digit.readUInt8(open) === 0x35 ? 0x34 : 0x35, open);
  assert.deepEqual(verdicts(digit), ["Digest Mismatch, whole"]);
});

for (const linearized of [false, true]) {
  const name = `An already signed document${linearized ? ", linearized before," : ""} stays valid after a copy is drawn, finished and sealed`;
  test(name, needing("pdfsig", "qpdf"), async () => {
    const plain = await paper({ entries: { Rotate: PdfNumber.of(90) } });
    const path = fileOf("linear.pdf", plain);
    if (linearized) spawnSync("qpdf", ["--linearize", path, `${path}.out`]);
    const document = linearized ? readFileSync(`${path}.out`) : plain;
    const signed = sealDocument(await finish(document), key);
    assert.ok(Buffer.from(signed).subarray(0, document.length).equals(document));
    const copy = await drawCopy({ document: signed, values, watermark: "DRAFT" });
    assert.deepEqual(verdicts(copy), ["Signature is Valid, part"]);
    const other = await makeSealingCertificate({ commonName: "Countersign", at, testMode: true });
    const again = sealDocument(await finish(copy, "0".repeat(40)), other);
    assert.deepEqual(verdicts(again), ["Signature is Valid, part", "Signature is Valid, whole"]);
    assert.match(runOn(again, "qpdf", "--check", "{}"), /No syntax or stream encoding errors/);
  });
}

test(
  "A document with object and cross-reference streams is finished the same way",
  needing("pdfsig", "qpdf"),
  async () => {
    const path = fileOf("plain.pdf", await paper({ pages: 3 }));
    spawnSync("qpdf", ["--object-streams=generate", path, `${path}.out`]);
    const sealed = sealDocument(await finish(readFileSync(`${path}.out`)), key);
    assert.deepEqual(verdicts(sealed), ["Signature is Valid, whole"]);
    assert.match(runOn(sealed, "qpdf", "--check", "{}"), /No syntax or stream encoding errors/);
  },
);

test("The same order makes the same bytes again, but for nothing", async () => {
  const document = await paper();
  const [one, two] = [await finish(document), await finish(document)];
  assert.deepEqual(one, two);
});

test("Only a document with empty room of the right place and size is sealed", async () => {
  const unsealed = await finish(await paper());
  const [from, first, second, rest] = unsealed.byteRange;
  assert.throws(
    () => sealDocument({ ...unsealed, byteRange: [from, first - 1, second, rest] }, key),
    /everything but \/Contents/,
  );
  assert.throws(
    () => sealDocument({ ...unsealed, byteRange: [from, first, second, rest - 1] }, key),
    /everything but \/Contents/,
  );
  assert.throws(() => sealDocument({ ...unsealed, bytes: sealDocument(unsealed, key) }, key), /is empty/);
  const tight = await completeDocument(completionOf({ document: await paper(), room: 300 }));
  assert.throws(() => sealDocument(tight, key), /fits into/);
});

test("A key that is not the certificate's seals nothing", async () => {
  const other = await makeSealingCertificate({ commonName: "Other", at, testMode: false });
  const unsealed = await finish(await paper());
  assert.throws(() => sealDocument(unsealed, { ...key, privateKeyPem: other.privateKeyPem }), /is the certificate's/);
});
