import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash, randomBytes, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { readSignedData } from "../../src/evidence/cms-read.ts";
import { askTimestamp } from "../../src/evidence/timestamp.ts";
import { checkTimestampToken } from "../../src/evidence/timestamp-token.ts";
import { collectMaterial } from "../../src/evidence/validation-material.ts";
import { openOutbound } from "../../src/http/outbound.ts";
import { fileOf, needing } from "./tools.ts";
import { type Mode, startTsa, type Tsa } from "./tsa.ts";

const outbound = openOutbound({ allow: ["127.0.0.0/8"], refuseTargets: [] });
const digest = createHash("sha256").update("a signature").digest();
const digestOf = (name: string) => createHash(name).update("a signature").digest();

describe("A time-stamp authority", needing("openssl"), () => {
  let tsa: Tsa;

  before(async () => {
    tsa = await startTsa();
  });

  after(async () => {
    outbound.close();
    await tsa.close();
  });

  const ask = (given: { readonly clock?: () => number; readonly roots?: readonly string[] } = {}) =>
    askTimestamp({ outbound, url: tsa.url, clock: Date.now, roots: [], ...given }, digest);

  async function good(): Promise<Uint8Array> {
    tsa.set("good");
    const stamped = await ask();
    assert.ok(stamped.ok, JSON.stringify(stamped));
    return stamped.token;
  }

  test("stamps a digest: OpenSSL verifies the token, and we read the same time and the same certificate", async () => {
    const token = await good();
    const checked = checkTimestampToken(token, digestOf);
    assert.ok(checked.ok);
    assert.ok(Math.abs(checked.time - Date.now()) < 60_000);
    assert.ok(new X509Certificate(readFileSync(tsa.certificateFile)).raw.equals(checked.certificate));
    const words = ["ts", "-verify", "-token_in", "-in", fileOf("token.der", token), "-digest", digest.toString("hex")];
    const { status, stdout, stderr } = spawnSync("openssl", [...words, "-CAfile", tsa.caFile], { encoding: "utf8" });
    assert.equal(status, 0, stdout + stderr);
  });

  const lies: readonly (readonly [mode: Mode, trouble: string])[] = [
    ["hangs", "unreachable"],
    ["fails", "status"],
    ["garbage", "malformed"],
    ["flood", "malformed"],
    ["refuses", "refused"],
    ["other nonce", "nonce"],
    ["other imprint", "imprint"],
    ["hour off", "time"],
    ["no purpose", "certificate"],
    ["forged", "signature"],
  ];
  for (const [mode, trouble] of lies)
    test(`that ${mode === "fails" ? "answers 500" : mode === "hangs" ? mode : `answers: ${mode}`} is refused as ${trouble}`, async () => {
      tsa.set(mode);
      const stamped = await ask();
      assert.ok(!stamped.ok);
      assert.equal(stamped.trouble, trouble, stamped.message);
      if (mode === "refuses") assert.match(stamped.message, /Come back later/);
    });

  test("that is not there is told as unreachable", async () => {
    const stamped = await askTimestamp({ outbound, url: "http://127.0.0.1:9", clock: Date.now, roots: [] }, digest);
    assert.ok(!stamped.ok && stamped.trouble === "unreachable");
  });

  test("must come from one of the certificates that it should come from", async () => {
    tsa.set("good");
    const right = await ask({ roots: [readFileSync(tsa.caFile, "utf8")] });
    assert.ok(right.ok);
    const other = await startTsa();
    const wrong = await ask({ roots: [readFileSync(other.caFile, "utf8")] });
    await other.close();
    assert.ok(!wrong.ok && wrong.trouble === "certificate");
  });

  test("whatever byte of its token is changed, the token is none any more", async () => {
    const token = await good();
    const unnoticed: number[] = [];
    for (let at = 0; at < token.length; at += 1) {
      const changed = Buffer.from(token);
      changed.writeUInt8(changed.readUInt8(at) ^ (1 << (at % 8)), at);
      const checked = checkTimestampToken(changed, digestOf);
      const isCertificate = () => readSignedData(changed).certificates.every((raw) => isRight(raw, tsa));
      if (checked.ok && isCertificate()) unnoticed.push(at);
    }
    assert.deepEqual(unnoticed, []);
  });

  test("is followed to its root, with the revocation list of its issuer; what is not there is named", async () => {
    const certificates = [new X509Certificate(readFileSync(tsa.certificateFile)).raw];
    const material = await collectMaterial(outbound, { certificates, at: Date.now() });
    assert.deepEqual(material.missing, []);
    assert.equal(material.certificates.length, 2);
    assert.equal(material.crls.length, 1);
    tsa.publish(false);
    const less = await collectMaterial(outbound, { certificates, at: Date.now() });
    assert.deepEqual(less.missing, ['the revocation list for "CN=Test tsa"']);
    tsa.publish(true);
    const later = await collectMaterial(outbound, { certificates, at: Date.now() + 90 * 86_400_000 });
    assert.deepEqual(later.missing, ['the revocation list for "CN=Test tsa"']);
    const none = await collectMaterial(outbound, { certificates: [], at: Date.now() });
    assert.deepEqual(none, { certificates: [], crls: [], missing: [] });
  });

  test("random bytes are no token", () => {
    for (let round = 0; round < 500; round += 1) assert.ok(!checkTimestampToken(randomBytes(round), digestOf).ok);
  });
});

/** A certificate that a token brings along is bound to the rest by its issuer's signature. */
function isRight(raw: Uint8Array, tsa: Tsa): boolean {
  try {
    const certificate = new X509Certificate(raw);
    return certificate.verify(new X509Certificate(readFileSync(tsa.caFile)).publicKey);
  } catch {
    return false;
  }
}
