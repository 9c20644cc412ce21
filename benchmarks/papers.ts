import { line, paper, stream } from "../test/documents/papers.ts";

/** A one-page PDF of about this many bytes: a page of text with a tag for the signer, and a stream that nothing compresses. */
export function makePaper(bytes: number): Uint8Array<ArrayBuffer> {
  const lines = Array.from({ length: 44 }, (_, index) =>
    line(60, 740 - index * 15, `${index + 1}. The parties agree that a line of this contract is as long as a line is.`),
  );
  const content = `${lines.join("")}${line(60, 60, "[sig|req|signer1]")}`;
  const bare = paper({ content });
  return Buffer.from(paper({ content, objects: [stream("", noise(Math.max(0, bytes - bare.length)))] }));
}

/** The same letters each time, from a small generator of our own (xorshift). */
function noise(length: number): string {
  let state = 2463534242;
  const letters = Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return String.fromCharCode(33 + ((state >>> 0) % 90));
  });
  return letters.join("").replaceAll("endstream", "ENDSTREAM");
}
