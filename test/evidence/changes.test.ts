import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { PDF, PdfArray, PdfDict, PdfName, PdfNumber, PdfRef, PdfStream, PdfString } from "@libpdf/core";
import { completeDocument } from "../../src/documents/draw/draw.ts";
import { makeSealingCertificate } from "../../src/evidence/certificate.ts";
import { sealDocument } from "../../src/evidence/seal.ts";
import { isTrusted } from "../../src/evidence/trust.ts";
import { openVerifier } from "../../src/evidence/verify/verifier.ts";
import { key, makeSealed, requestId } from "./sealed.ts";
import { completionOf, fileOf, needing, paper } from "./tools.ts";

const verifier = openVerifier();
after(() => verifier.close());
const verify = (bytes: Uint8Array) => verifier.verify({ bytes, trusted: [key.certificatePem], original: null });

type Change = (doc: PDF, page: PdfDict) => void;

/** The sealed file with an update behind it. */
async function update(pdf: Uint8Array, change: Change): Promise<Uint8Array> {
  const doc = await PDF.load(pdf);
  const [page] = doc.getPages();
  assert.ok(page);
  change(doc, page.dict);
  return doc.save({ incremental: true });
}

const content = (words: string) => new PdfStream([], Buffer.from(`BT /F1 12 Tf 72 720 Td (${words}) Tj ET`));
const rect = (...sides: readonly number[]) => new PdfArray(sides.map((side) => PdfNumber.of(side)));
const at = (doc: PDF) => (ref: PdfRef) => doc.getObject(ref);

/** The ways in which signed documents are forged without touching a signed byte: an update shows something else. */
const attacks: readonly (readonly [what: string, change: Change])[] = [
  ["a page's content is replaced", (doc, page) => page.set("Contents", doc.register(content("another price")))],
  [
    "a content stream is replaced in place",
    (doc, page) => {
      const contents = page.get("Contents");
      const ref = contents instanceof PdfArray ? contents.at(0) : contents;
      const stream = ref instanceof PdfRef ? doc.getObject(ref) : null;
      assert.ok(stream instanceof PdfStream);
      stream.setData(Buffer.from("0 0 m"));
    },
  ],
  [
    "an annotation lies over the page",
    (doc, page) => {
      const form = new PdfStream([], Buffer.from("1 g 0 0 200 20 re f"));
      const words = { Type: PdfName.of("Annot"), Subtype: PdfName.of("FreeText"), Rect: rect(60, 60, 260, 80) };
      page.set(
        "Annots",
        new PdfArray([doc.register(PdfDict.of({ ...words, AP: PdfDict.of({ N: doc.register(form) }) }))]),
      );
    },
  ],
  [
    "a signature field that can be seen lies over the page",
    (doc, page) => {
      const value = doc.register(PdfDict.of({ Type: PdfName.of("Sig") }));
      const seen = { Type: PdfName.of("Annot"), Subtype: PdfName.of("Widget"), FT: PdfName.of("Sig"), V: value };
      page.set("Annots", new PdfArray([doc.register(PdfDict.of({ ...seen, Rect: rect(60, 60, 260, 80) }))]));
    },
  ],
  ["a page is taken away", (doc) => void doc.getCatalog().getDict("Pages", at(doc))?.getArray("Kids", at(doc))?.pop()],
  [
    "a page is put in front",
    (doc) => {
      const kids = doc.getCatalog().getDict("Pages", at(doc))?.getArray("Kids", at(doc));
      kids?.insert(0, doc.register(PdfDict.of({ Type: PdfName.of("Page"), MediaBox: rect(0, 0, 612, 792) })));
    },
  ],
  ["a page is turned", (_, page) => page.set("Rotate", PdfNumber.of(90))],
  ["a page is cut", (_, page) => page.set("CropBox", rect(0, 0, 100, 100))],
  ["layers are switched", (doc) => doc.getCatalog().set("OCProperties", PdfDict.of({ OCGs: new PdfArray() }))],
  [
    "something runs when it is opened",
    (doc) =>
      doc.getCatalog().set("OpenAction", PdfDict.of({ S: PdfName.of("JavaScript"), JS: PdfString.fromString("1") })),
  ],
  [
    "the form shows values anew",
    (doc) => doc.getCatalog().getDict("AcroForm", at(doc))?.set("NeedAppearances", PdfNumber.of(1)),
  ],
  [
    "the signature field is taken out of the form",
    (doc) => doc.getCatalog().getDict("AcroForm", at(doc))?.set("Fields", new PdfArray()),
  ],
  [
    "the attached trail is replaced",
    (doc) => doc.getCatalog().getDict("Names", at(doc))?.set("EmbeddedFiles", PdfDict.of({})),
  ],
];

for (const [what, change] of attacks)
  test(`red although the seal holds, when behind it ${what}`, async () => {
    const { pdf } = await makeSealed({ document: await paper({ pages: 2 }) });
    const forged = await update(pdf, change);
    assert.ok(Buffer.from(forged.subarray(0, pdf.length)).equals(pdf), "no signed byte was touched");
    const report = await verify(forged);
    assert.equal(report.signatures[0]?.isValid, true);
    assert.equal(report.verdict, "red", JSON.stringify(report.reasons));
    assert.match(JSON.stringify(report.reasons), /What the document shows or contains was changed/);
    const last = report.parts.at(-1);
    assert.deepEqual([last?.from, last?.to, last?.isIntact], [pdf.length + 1, forged.length, false]);
  });

test("a forgery is red also when its forger has sealed it in the house's name", async () => {
  const { pdf } = await makeSealed();
  const forged = await update(pdf, (doc, page) => page.set("Contents", doc.register(content("another price"))));
  const order = completionOf({ document: forged });
  const room = await completeDocument({
    ...order,
    trail: null,
    seal: { ...order.seal, name: `Countersign ${requestId}` },
  });
  const stranger = await makeSealingCertificate({
    commonName: "Countersign",
    at: Date.UTC(2026, 0, 1),
    testMode: false,
  });
  const report = await verify(sealDocument(room, stranger));
  assert.deepEqual(
    report.signatures.map(({ isValid }) => isValid),
    [true, true],
  );
  assert.equal(report.verdict, "red");
  assert.match(JSON.stringify(report.reasons), /What the document shows or contains was changed/);
});

test("a sealed document that is sent again and sealed is green: its first seal is told, and holds", async () => {
  const first = await makeSealed({ requestId: "e".repeat(40) });
  const { pdf } = await makeSealed({ document: first.pdf });
  const report = await verify(pdf);
  assert.equal(report.verdict, "green", JSON.stringify(report.reasons));
  assert.equal(report.parts[0]?.to, first.pdf.length);
  assert.match(JSON.stringify(report.reasons), /Earlier signature.* holds/);
});

test("bytes behind the seal that change nothing are told, in amber", async () => {
  const { pdf } = await makeSealed();
  for (const tail of ["\n", "% a note\n"]) {
    const report = await verify(Buffer.concat([pdf, Buffer.from(tail)]));
    assert.equal(report.verdict, "amber", JSON.stringify(report.reasons));
    assert.match(JSON.stringify(report.reasons), /Something was added that no signature covers/);
  }
});

test("objects behind the seal without a table are red: a reader that repairs the file would show them", async () => {
  const { pdf } = await makeSealed();
  const hidden = "4 0 obj << /Type /Page /Parent 1 0 R /MediaBox [0 0 612 792] >> endobj\n".padEnd(3000, "% \n");
  const report = await verify(Buffer.concat([pdf, Buffer.from(hidden)]));
  assert.equal(report.verdict, "red", JSON.stringify(report.reasons));
});

test("a certificate that anybody's own certificate has issued is not trusted", needing("openssl"), async () => {
  const [root, middle, leaf] = chainOfThree();
  const raw = (pem: string) => new X509Certificate(pem).raw;
  const through = { certificate: raw(leaf), certificates: [raw(leaf), raw(middle)], trusted: [root] };
  assert.equal(isTrusted(through), false);
  assert.equal(isTrusted({ ...through, certificate: raw(middle) }), true);
});

/** A root, somebody's own certificate, and one that was made with that one's key. */
function chainOfThree(): readonly [root: string, middle: string, leaf: string] {
  const folder = dirname(fileOf("chain.ext", "basicConstraints=critical,CA:FALSE\n"));
  const run = (...words: readonly string[]) => execFileSync("openssl", words, { cwd: folder, stdio: "pipe" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  run("req", "-x509", ...key, "-keyout", "r.key", "-out", "r.pem", "-days", "9", "-subj", "/CN=Root");
  for (const [name, above] of [
    ["m", "r"],
    ["l", "m"],
  ] as const) {
    run("req", ...key, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`);
    const by = ["-CA", `${above}.pem`, "-CAkey", `${above}.key`, "-CAcreateserial"];
    run("x509", "-req", "-in", `${name}.csr`, ...by, "-days", "9", "-extfile", "chain.ext", "-out", `${name}.pem`);
  }
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  return [read("r.pem"), read("m.pem"), read("l.pem")];
}

test("a signature that covers only a part of the file is none", async () => {
  const { pdf } = await makeSealed();
  const text = pdf.toString("latin1");
  const [whole = "", first, second, rest] = /\/ByteRange \[0 (\d+) (\d+) (\d+) *\]/.exec(text) ?? [];
  for (const numbers of [
    `1 ${first} ${second} ${rest}`,
    `0 ${first} ${second} ${Number(rest) - 7}`,
    `0 9 ${second} ${rest}`,
  ]) {
    const other = `/ByteRange [${numbers}`.padEnd(whole.length - 1).slice(0, whole.length - 1);
    const report = await verify(Buffer.from(text.replace(whole, `${other}]`), "latin1"));
    assert.equal(report.verdict, "red", numbers);
  }
});

test("an earlier signature of somebody else is told beside the seal: whether it holds", async () => {
  const order = completionOf({ document: await paper() });
  const room = await completeDocument({ ...order, trail: null, seal: { ...order.seal, name: "Notary" } });
  const notary = await makeSealingCertificate({ commonName: "A notary", at: Date.UTC(2026, 0, 1), testMode: false });
  const signed = sealDocument(room, notary);
  const report = await verify((await makeSealed({ document: signed })).pdf);
  assert.equal(report.verdict, "green", JSON.stringify(report.reasons));
  assert.match(JSON.stringify(report.reasons), /A signature by .*A notary.* holds/);

  const broken = Buffer.from(signed);
  broken.write("9", broken.indexOf("0.9 g"));
  const other = await verify((await makeSealed({ document: broken })).pdf);
  assert.equal(other.verdict, "amber", JSON.stringify(other.reasons));
  assert.match(JSON.stringify(other.reasons), /that was there before does not hold/);
});
