import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { test } from "node:test";
import { makeSealingCertificate } from "../../src/evidence/certificate.ts";
import { fileOf, needing } from "./tools.ts";

const at = Date.UTC(2026, 10, 24, 12, 30, 15);

test("A sealing certificate is its own issuer, holds ten years, and its key is a P-256 key of its own", async () => {
  const { certificatePem, privateKeyPem } = await makeSealingCertificate({
    commonName: 'Żółć & Co, "Sealing"',
    at,
    testMode: false,
  });
  const certificate = new X509Certificate(certificatePem);
  assert.ok(certificate.verify(certificate.publicKey) && certificate.checkPrivateKey(createPrivateKey(privateKeyPem)));
  assert.equal(certificate.issuer, certificate.subject);
  assert.equal(certificate.validFromDate.getTime(), at);
  assert.equal(certificate.validToDate.getTime(), Date.UTC(2036, 10, 24, 12, 30, 15));
  assert.equal(certificate.ca, false);
  assert.deepEqual(certificate.keyUsage, ["1.3.6.1.5.5.7.3.36"]);
  assert.equal(certificate.publicKey.asymmetricKeyDetails?.namedCurve, "prime256v1");
  assert.match(certificate.subject, /^CN=.*Co.*Sealing/);
});

test(
  "OpenSSL reads it: version 3, critical constraints and usage, key identifier, and it verifies against itself",
  needing("openssl"),
  async () => {
    const { certificatePem } = await makeSealingCertificate({ commonName: "Countersign", at, testMode: false });
    const path = fileOf("cert.pem", certificatePem);
    const text = spawnSync("openssl", ["x509", "-in", path, "-noout", "-text"], { encoding: "utf8" }).stdout;
    assert.match(text, /Version: 3 \(0x2\)/);
    assert.match(text, /Basic Constraints: critical\s+CA:FALSE/);
    assert.match(text, /Key Usage: critical\s+Digital Signature, Non Repudiation\n/);
    assert.match(text, /Subject Key Identifier:\s+([0-9A-F]{2}:){19}/);
    const verified = spawnSync("openssl", ["verify", "-x509_strict", "-CAfile", path, path], { encoding: "utf8" });
    assert.match(verified.stdout + verified.stderr, /: OK/);
  },
);

test("A certificate of test mode says TEST in its subject; another never does", async () => {
  const test = new X509Certificate(
    (await makeSealingCertificate({ commonName: "Countersign", at, testMode: true })).certificatePem,
  );
  const real = new X509Certificate(
    (await makeSealingCertificate({ commonName: "Countersign", at, testMode: false })).certificatePem,
  );
  assert.match(test.subject, /CN=TEST Countersign/);
  assert.equal(real.subject, "CN=Countersign");
  assert.notEqual(test.serialNumber, real.serialNumber);
});

test("Ten years past 2049 are written as the longer form of time, and a name longer than X.509 bears is cut", async () => {
  const late = Date.UTC(2044, 1, 29);
  const { certificatePem } = await makeSealingCertificate({ commonName: "é".repeat(200), at: late, testMode: true });
  const certificate = new X509Certificate(certificatePem);
  assert.equal(certificate.validToDate.getTime(), Date.UTC(2054, 2, 1));
  assert.equal(/CN=(.*)/.exec(certificate.subject)?.[1], `TEST ${"é".repeat(59)}`);
});
