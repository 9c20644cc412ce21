import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { askTimestamp } from "../../src/evidence/timestamp.ts";
import type { Report } from "../../src/evidence/verify/report.ts";
import { openVerifier } from "../../src/evidence/verify/verifier.ts";
import { openOutbound } from "../../src/http/outbound.ts";
import { chanceOf } from "../delivery/random.ts";
import { extend, key, makeSealed, requestId, sha256 } from "./sealed.ts";
import { needing, paper } from "./tools.ts";
import { startTsa, type Tsa } from "./tsa.ts";

const trusted = [key.certificatePem];
const verifier = openVerifier({ verifyMs: 5000 });
after(() => verifier.close());

const verify = (bytes: Uint8Array, given: { readonly trusted?: readonly string[]; readonly original?: string } = {}) =>
  verifier.verify({ bytes, trusted: given.trusted ?? trusted, original: given.original ?? null });

/** The reasons of one level, as "what: why". */
const reasonsOf = ({ reasons }: Report, level: string) =>
  reasons.filter((reason) => reason.level === level).map(({ what, why }) => `${what}: ${why}`);

test("a sealed file is green to whoever trusts its certificate, and tells its trail", async () => {
  const { pdf, signed } = await makeSealed();
  const report = await verify(pdf);
  assert.equal(report.verdict, "green", JSON.stringify(report.reasons));
  assert.equal(report.headline, "The file is exactly as it was sealed.");
  assert.deepEqual(
    report.parts.map(({ from, to, isIntact }) => [from, to, isIntact]),
    [
      [1, signed.length, true],
      [signed.length + 1, pdf.length, true],
    ],
  );
  assert.equal(report.trail?.requestId, requestId);
  assert.equal(report.trail?.isSound, true);
  assert.equal(report.trail?.entries.length, 6);
  assert.equal(report.file.sha256, sha256(pdf));
});

test("it is amber to whoever does not know the certificate, which is named by its hash", async () => {
  const { pdf } = await makeSealed();
  const report = await verify(pdf, { trusted: [] });
  assert.equal(report.verdict, "amber");
  assert.match(reasonsOf(report, "amber").join(), /vouches for itself. Compare its SHA-256/);
});

test("the original that was sent is recognised by its hash, another is not", async () => {
  const { pdf, signed } = await makeSealed();
  assert.equal((await verify(pdf, { original: sha256(signed) })).verdict, "green");
  const other = await verify(pdf, { original: "0".repeat(64) });
  assert.equal(other.verdict, "red");
  assert.match(reasonsOf(other, "red").join(), /none of those that were sent/);
});

describe("with a time-stamp authority", needing("openssl"), () => {
  let tsa: Tsa;
  const outbound = openOutbound({ allow: ["127.0.0.0/8"], refuseTargets: [] });

  before(async () => {
    tsa = await startTsa();
  });

  after(async () => {
    outbound.close();
    await tsa.close();
  });

  const stamp = async (digest: Uint8Array) => {
    const stamped = await askTimestamp({ outbound, url: tsa.url, clock: Date.now, roots: [] }, digest);
    assert.ok(stamped.ok);
    return stamped.token;
  };

  test("B-T and B-LTA files are green, with a time that somebody else confirms", async () => {
    const { pdf } = await makeSealed({ stamp });
    const known = [...trusted, readFileSync(tsa.caFile, "utf8")];
    for (const file of [pdf, await extend(pdf, stamp)]) {
      const stranger = await verify(file);
      assert.equal(stranger.verdict, "green", JSON.stringify(stranger.reasons));
      assert.match(reasonsOf(stranger, "note").join(), /A time-stamp by "Test tsa".* not among those that are trusted/);
      const report = await verify(file, { trusted: known });
      assert.equal(report.verdict, "green", JSON.stringify(report.reasons));
      assert.match(reasonsOf(report, "good").join(), /as the time-stamp authority "Test tsa" confirms/);
    }
    const { pdf: plain } = await makeSealed();
    const extended = await verify(await extend(plain, stamp));
    assert.equal(extended.verdict, "green", JSON.stringify(extended.reasons));
    assert.deepEqual(
      extended.parts.map(({ isIntact }) => isIntact),
      [true, true, true],
    );
  });

  for (const level of ["B-B", "B-T", "B-LTA"] as const)
    test(`whatever byte of a ${level} file is changed, it is caught, and said in which part`, async () => {
      const { pdf: first } = await makeSealed(level === "B-B" ? {} : { stamp });
      const pdf = level === "B-LTA" ? await extend(first, stamp) : first;
      const count = level === "B-LTA" ? 2 : 1;
      const ends = count + 1;
      let exact = 0;
      const chance = chanceOf(level.length + 7);
      const below = (most: number) => Math.floor(chance() * most);
      const rounds = level === "B-B" ? 1000 : 300;
      for (let round = 0; round < rounds; round += 1) {
        const place = below(pdf.length);
        const changed = Buffer.from(pdf);
        changed.writeUInt8(changed.readUInt8(place) ^ (1 + below(255)), place);
        const report = await verify(changed);
        assert.equal(report.verdict, "red", `byte ${place} of ${pdf.length}: ${JSON.stringify(report.reasons)}`);
        // What hides the trail or the signatures leaves the sealed document as a whole, or the file.
        const located = report.parts.filter(({ isIntact }) => !isIntact);
        const isRight = located.some(({ from, to }) => from <= place + 1 && place + 1 <= to);
        if (report.signatures.length === count && report.trail !== null)
          assert.ok(isRight && located.length === 1, `byte ${place}: ${JSON.stringify(report.parts)}`);
        else assert.ok(isRight || report.signatures.length < count, `byte ${place}: ${JSON.stringify(report.parts)}`);
        exact += report.parts.length === ends && isRight ? 1 : 0;
      }
      assert.ok(exact > rounds * 0.6, `${exact} of ${rounds} were said to be in one of the ${ends} parts`);
    });
});

test("foreign files are told in words: none signed, none a PDF, none encrypted is taken for good", async () => {
  for (const [bytes, words] of [
    [await paper(), /no seal/],
    [Buffer.from("hello"), /no PDF/],
    [Buffer.alloc(0), /no PDF/],
    [Buffer.from("%PDF-1.7\n%%EOF"), /no seal/],
  ] as const) {
    const report = await verify(bytes);
    assert.equal(report.verdict, "red");
    assert.match(report.headline, words);
  }
});
