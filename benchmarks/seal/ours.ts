import { readFileSync } from "node:fs";
import { completeDocument } from "../../src/documents/draw/draw.ts";
import { sealDocument } from "../../src/evidence/seal.ts";
import { type Keys, penPlace, places, type Words } from "./words.ts";

/** Countersign: one incremental update, then the seal. */
export async function openOurs({ certificatePath, keyPath }: Keys) {
  const sealer = {
    certificatePem: readFileSync(certificatePath, "utf8"),
    privateKeyPem: readFileSync(keyPath, "utf8"),
  };
  return async (document: Uint8Array, words: Words) => {
    const texts = words.values.map((text, index) => {
      const { x, y } = places[index] ?? penPlace;
      const box = { page: 1, x, y: 792 - y - 16, width: 240, height: 20 };
      return { kind: "text" as const, box, text, fontFamily: "notoSans", fontSize: 12 };
    });
    const box = { page: 1, x: penPlace.x, y: 792 - penPlace.y - 30, width: 200, height: 40 };
    const at = words.trail.lines.at(-1)?.at ?? "";
    const room = await completeDocument({
      document,
      values: [...texts, { kind: "signature", box, text: words.name }],
      watermark: null,
      trail: words.trail,
      attachments: [],
      seal: { reason: "Completed", at, name: `Countersign ${words.trail.requestId}`, bytes: 8192 },
    });
    return sealDocument(room, sealer);
  };
}
