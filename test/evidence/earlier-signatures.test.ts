import assert from "node:assert/strict";
import { test } from "node:test";
import type { DrawnValue } from "../../src/documents/document.ts";
import { completeDocument, drawCopy } from "../../src/documents/draw/draw.ts";
import { makeSealingCertificate } from "../../src/evidence/certificate.ts";
import { sealDocument } from "../../src/evidence/seal.ts";
import { line, paper } from "../documents/papers.ts";
import { prepare } from "../documents/preparing.ts";
import { completionOf, needing, runOn, trailOf } from "./tools.ts";

const at = Date.UTC(2026, 0, 1);

/** A document that somebody else has signed already, with a form of its own for that. */
async function signedElsewhere(bytes: Uint8Array): Promise<Uint8Array> {
  const trail = { ...trailOf(), requestId: "e".repeat(40) };
  const key = await makeSealingCertificate({ commonName: "Notary of the other party", at, testMode: false });
  const room = await completeDocument(completionOf({ document: bytes, trail, reason: "Seen" }));
  return sealDocument(room, key);
}

async function finish(document: Uint8Array, values: readonly DrawnValue[]): Promise<Uint8Array> {
  const key = await makeSealingCertificate({ commonName: "Countersign", at, testMode: false });
  const order = completionOf({ document, values, watermark: "TEST" });
  return sealDocument(await completeDocument(order), key);
}

const ways = [
  { way: "as it came", order: { useTextTags: true } },
  { way: "with its tags hidden", order: { useTextTags: true, hideTextTags: true } },
  { way: "with a signature page behind it", order: { useTextTags: false } },
];

for (const { way, order } of ways)
  test(
    `A signature that is in an upload stays valid when it is signed here, ${way}`,
    needing("pdfsig", "qpdf"),
    async () => {
      const content = `${line(72, 700, "[sig|req|signer1]")}${line(72, 600, "[text|req|signer1|City|city]")}`;
      const upload = await signedElsewhere(paper({ content }));
      const { document, fields } = await prepare([upload], order);
      const values = fields.map(({ box }): DrawnValue => ({ kind: "signature", box, text: "Ann Author" }));
      const sealed = await finish(document, values);

      assert.deepEqual(Buffer.from(sealed.subarray(0, upload.length)), Buffer.from(upload));
      const words = runOn(sealed, "pdfsig", "-nocert", "{}");
      assert.equal(words.match(/Signature is Valid/g)?.length, 2, words);
      assert.match(words, /Notary of the other party/);
      assert.doesNotMatch(runOn(sealed, "qpdf", "--check", "{}"), /WARNING|ERROR/);

      const copy = await drawCopy({ document, values, watermark: null });
      assert.equal(runOn(copy, "pdfsig", "-nocert", "{}").match(/Signature is Valid/g)?.length, 1);
    },
  );
