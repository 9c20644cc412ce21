import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { makeSealingCertificate } from "../../src/evidence/certificate.ts";
import { readConfig } from "../../src/server/config.ts";
import { readGivenFiles, readGivenIdentity } from "../../src/server/given-identity.ts";
import { needing, runOn } from "../evidence/tools.ts";
import { ask } from "../support/ask.ts";
import { eventsOf, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { sign } from "../support/page.ts";
import { sendAndWait, signatureOf } from "../support/requests.ts";

const day = 86_400_000;

describe("a sealing identity that is given", needing("openssl", "pdfsig"), () => {
  let folder: string;
  const at = (name: string) => join(folder, name);
  const openssl = (...words: readonly string[]) => execFileSync("openssl", words, { cwd: folder, stdio: "pipe" });

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "countersign-identity-"));
    const rsa = ["-newkey", "rsa:2048", "-nodes"];
    openssl("req", "-x509", ...rsa, "-keyout", "ca.key", "-out", "ca.pem", "-days", "400", "-subj", "/CN=Acme root");
    openssl("req", ...rsa, "-keyout", "k.pem", "-out", "k.csr", "-subj", "/CN=Acme GmbH");
    writeFileSync(at("ext"), "keyUsage=critical,digitalSignature,nonRepudiation\n");
    openssl(
      "x509",
      "-req",
      "-in",
      "k.csr",
      "-CA",
      "ca.pem",
      "-CAkey",
      "ca.key",
      "-CAcreateserial",
      "-days",
      "100",
      "-extfile",
      "ext",
      "-out",
      "c.pem",
    );
    writeFileSync(at("chain.pem"), readFileSync(at("ca.pem"), "utf8") + readFileSync(at("c.pem"), "utf8"));
    const pack = [
      "pkcs12",
      "-export",
      "-inkey",
      "k.pem",
      "-in",
      "c.pem",
      "-certfile",
      "ca.pem",
      "-passout",
      "pass:geheim",
    ];
    openssl(...pack, "-out", "new.p12");
    openssl(...pack, "-legacy", "-out", "old.p12");
    openssl(
      "req",
      "-x509",
      "-newkey",
      "rsa:1024",
      "-nodes",
      "-keyout",
      "weak.key",
      "-out",
      "weak.pem",
      "-days",
      "9",
      "-subj",
      "/CN=Weak",
    );
    openssl(
      "req",
      "-x509",
      ...rsa,
      "-keyout",
      "tls.key",
      "-out",
      "tls.pem",
      "-days",
      "9",
      "-subj",
      "/CN=TLS",
      "-addext",
      "keyUsage=critical,keyEncipherment",
    );
    for (const name of ["k.pem", "new.p12", "old.p12", "weak.key", "tls.key", "ca.key"]) chmodSync(at(name), 0o600);
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  const p12 = (name: string, password = "geheim") => ({ kind: "p12", path: at(name), password }) as const;
  const pem = (certificate: string, key: string) =>
    ({ kind: "pem", certificatePath: at(certificate), keyPath: at(key) }) as const;

  test("is read from PKCS #12, modern or old, and from PEM files in any order: the same key, the chain behind it", async () => {
    const wanted = readFileSync(at("c.pem"), "utf8").trim();
    for (const files of [p12("new.p12"), p12("old.p12"), pem("chain.pem", "k.pem")]) {
      const { sealer, warnings } = await readGivenIdentity(files, Date.now());
      assert.equal(sealer.certificatePem.trim(), wanted);
      assert.deepEqual(
        sealer.chainPem?.map((one) => one.trim()),
        [readFileSync(at("ca.pem"), "utf8").trim()],
      );
      assert.deepEqual(warnings, []);
    }
  });

  test("is refused in words: files of everybody, a wrong password, a foreign or weak key, a purpose or a day that does not fit", async () => {
    chmodSync(at("new.p12"), 0o644);
    await assert.rejects(readGivenIdentity(p12("new.p12"), Date.now()), /can be read by others.*chmod 600/);
    chmodSync(at("new.p12"), 0o600);
    await assert.rejects(
      readGivenIdentity(p12("new.p12", "falsch"), Date.now()),
      /COUNTERSIGN_SEAL_PASSWORD is not its password/,
    );
    await assert.rejects(readGivenIdentity(p12("none.p12"), Date.now()), /there is no such file/);
    await assert.rejects(readGivenIdentity(pem("ca.pem", "k.pem"), Date.now()), /belongs to none of the certificates/);
    await assert.rejects(readGivenIdentity(pem("weak.pem", "weak.key"), Date.now()), /RSA of 2048 bits/);
    await assert.rejects(readGivenIdentity(pem("tls.pem", "tls.key"), Date.now()), /may not be used to sign/);
    await assert.rejects(readGivenIdentity(pem("c.pem", "k.pem"), Date.now() + 200 * day), /expired on/);
    await assert.rejects(readGivenIdentity(pem("c.pem", "k.pem"), Date.now() - 9 * day), /holds only from/);
    await assert.rejects(readGivenIdentity(pem("k.csr", "k.pem"), Date.now()), /no certificate in it/);
    await assert.rejects(
      readGivenIdentity({ ...pem("c.pem", "k.pem"), keyPath: at("new.p12") }, Date.now()),
      /no private key in PEM/,
    );
    const { warnings } = await readGivenIdentity(pem("c.pem", "k.pem"), Date.now() + 90 * day);
    assert.match(warnings.join(), /expires in 9 days/);
  });

  test("settings that contradict each other are refused by name", () => {
    assert.throws(() => readGivenFiles({ COUNTERSIGN_SEAL_P12: "a", COUNTERSIGN_SEAL_CERT: "b" }), /both set/);
    assert.throws(() => readGivenFiles({ COUNTERSIGN_SEAL_CERT: "b" }), /belong together/);
    assert.throws(() => readConfig({ COUNTERSIGN_SEAL_KEY: "dsa" }), /p256, rsa/);
  });

  test("seals real requests with its chain, tests with the house's own; /verify trusts both", async (t) => {
    const [sqlite] = grounds();
    assert.ok(sqlite);
    const house = await openHeardHouse(sqlite, {
      COUNTERSIGN_SEAL_P12: at("new.p12"),
      COUNTERSIGN_SEAL_PASSWORD: "geheim",
    });
    t.after(() => house.close());
    for (const test_mode of [true, false]) {
      const shown = await sendAndWait(house, { test_mode });
      const { signature_request_id: id } = shown;
      await sign(house, signatureOf(shown).signature_id);
      await eventsOf(house, id);
      const { bytes } = await ask(house, `GET /signature_request/files/${id}`);
      const told = runOn(bytes, "pdfsig", "-nocert", "{}");
      assert.match(told, /Signature is Valid/);
      assert.match(told, test_mode ? /Common Name: TEST/ : /Common Name: Acme GmbH/);
      const form = new FormData();
      form.set("document", new Blob([new Uint8Array(bytes)]), "it.pdf");
      const text = await (await fetch(`${house.url}/verify`, { method: "POST", body: form })).text();
      assert.match(text, test_mode ? /verdict amber/ : /verdict green/);
    }
  });
});

test("a house makes an RSA key of 3072 bits where it is asked to", needing("openssl"), async () => {
  const made = await makeSealingCertificate({ commonName: "Countersign", at: Date.now(), testMode: false, key: "rsa" });
  const { X509Certificate } = await import("node:crypto");
  const certificate = new X509Certificate(made.certificatePem);
  assert.deepEqual(
    [certificate.publicKey.asymmetricKeyType, certificate.publicKey.asymmetricKeyDetails?.modulusLength],
    ["rsa", 3072],
  );
  assert.ok(certificate.verify(certificate.publicKey));
});
