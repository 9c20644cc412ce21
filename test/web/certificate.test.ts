import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { makeSealingCertificate } from "../../src/evidence/certificate.ts";
import { grounds, type House } from "../support/house.ts";
import { knownPassword, signIn, type Visitor } from "./visitor.ts";

const day = 86_400_000;

describe("the page of the sealing certificate", () => {
  /** Opens a house with these settings for as long as something is done with its visitor. */
  async function visiting(
    env: Readonly<Record<string, string>>,
    act: (visitor: Visitor, house: House) => Promise<void>,
  ) {
    const [ground] = grounds();
    const house = await (ground ?? assert.fail("there is a ground")).open({ ...knownPassword, ...env });
    try {
      await act(await signIn(house), house);
    } finally {
      await house.close();
    }
  }

  /** Settings of a certificate of one's own that ends in so many days. */
  async function endingIn(days: number) {
    const folder = mkdtempSync(join(tmpdir(), "countersign-certificate-"));
    const end = new Date(Date.now() + days * day + 60_000);
    const made = await makeSealingCertificate({
      commonName: "Acme <GmbH>",
      at: new Date(end).setUTCFullYear(end.getUTCFullYear() - 10),
      testMode: false,
    });
    const [COUNTERSIGN_SEAL_CERT, COUNTERSIGN_SEAL_PRIVATE_KEY] = [join(folder, "c.pem"), join(folder, "k.pem")];
    writeFileSync(COUNTERSIGN_SEAL_CERT, made.certificatePem);
    writeFileSync(COUNTERSIGN_SEAL_PRIVATE_KEY, made.privateKeyPem, { mode: 0o600 });
    const forget = () => rmSync(folder, { recursive: true });
    return { env: { COUNTERSIGN_SEAL_CERT, COUNTERSIGN_SEAL_PRIVATE_KEY }, made, forget };
  }

  test("shows the house's own and that of test mode as they are, and hands them out without their keys", async () => {
    await visiting({}, async (visitor, house) => {
      const { text } = await visitor.get("/app/settings/certificate");
      const rows = await house.store.read.selectFrom("settings").selectAll().execute();
      for (const [name, path] of [
        ["sealing_certificate", "certificate.pem"],
        ["test_sealing_certificate", "certificate-test.pem"],
      ]) {
        const pem = rows.find((row) => row.name === name)?.value ?? assert.fail(name);
        const { fingerprint256, serialNumber, validToDate } = new X509Certificate(pem);
        for (const part of [fingerprint256, serialNumber, validToDate.toISOString().slice(0, 10)])
          assert.ok(text.includes(part), part);
        const file = await visitor.get(`/app/settings/${path}`);
        assert.equal(file.text, pem);
        assert.match(
          file.headers.get("content-disposition") ?? "",
          /^attachment; filename="countersign(-test)?\.pem"$/,
        );
      }
      assert.match(text, /Made by this server at its first start/);
      assert.match(text, /seals are PAdES B-B/);
      assert.doesNotMatch(text, /PRIVATE KEY---|The certificate ends/);
    });
  });

  test("says that a given one seals, and warns when it ends within sixty days", async () => {
    for (const [days, warning] of [
      [59, /The certificate ends in 59 days\. Bring a new one/],
      [1, /The certificate ends in 1 day\./],
      [61, null],
    ] as const) {
      const { env, made, forget } = await endingIn(days);
      await visiting(env, async (visitor) => {
        const { text } = await visitor.get("/app/settings/certificate");
        assert.match(text, /Given by the settings/);
        assert.match(text, /CN=Acme \\&lt;GmbH\\&gt;/);
        if (warning === null) assert.doesNotMatch(text, /The certificate ends/);
        else assert.match(text, warning);
        const { text: pem } = await visitor.get("/app/settings/certificate.pem");
        assert.equal(new X509Certificate(pem).fingerprint256, new X509Certificate(made.certificatePem).fingerprint256);
        assert.doesNotMatch(pem, /PRIVATE/);
      });
      forget();
    }
  });

  test("warns when the house's own has ended", async () => {
    await visiting({}, async (_, house) => {
      const { certificatePem } = await makeSealingCertificate({
        commonName: "Old",
        at: Date.now() - 11 * 366 * day,
        testMode: false,
      });
      await house.store.transact((tx) =>
        tx.updateTable("settings").set({ value: certificatePem }).where("name", "=", "sealing_certificate").execute(),
      );
      // The house reads it when it first needs it.
      const { text } = await (await signIn(house)).get("/app/settings/certificate");
      assert.match(text, /The certificate ended on/);
      assert.match(text, /Set a certificate of your own/);
    });
  });

  test("names the time-stamp authority without its credentials, and the level that it gives", async () => {
    await visiting({ COUNTERSIGN_TSA_URL: "http://me:hush4711@tsa.example:8080/x" }, async (visitor) => {
      const { text } = await visitor.get("/app/settings/certificate");
      assert.match(text, /B-T when the authority at <code>tsa\.example:8080<\/code>/);
      assert.match(text, /B-LTA soon after/);
      assert.ok(!text.includes("hush4711"));
    });
  });
});
