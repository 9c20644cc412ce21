import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { PDF, type PdfDict } from "@libpdf/core";
import { readSignedData } from "../../src/evidence/cms-read.ts";
import { findTrail } from "../../src/evidence/trail.ts";
import type { Blobs } from "../../src/storage/blobs.ts";
import { openBlobs } from "../../src/storage/folder-blobs.ts";
import { ask } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { sign } from "../support/page.ts";
import { ann, sendAndWait } from "../support/requests.ts";
import { knownPassword, signIn } from "../web/visitor.ts";
import { fileOf, needing, runOn } from "./tools.ts";
import { startTsa, type Tsa } from "./tsa.ts";

const signatureTimestamp = "1.2.840.113549.1.9.16.2.14";

/** Every signature dictionary's covered bytes and value, first to last. */
function signaturesIn(pdf: Buffer): readonly { readonly covered: Buffer; readonly value: Buffer }[] {
  const text = pdf.toString("latin1");
  return [...text.matchAll(/\/ByteRange\s*\[0 (\d+) (\d+) (\d+)\s*\]/g)].map(([, first, second, rest]) => {
    const [a, b, c] = [Number(first), Number(second), Number(rest)];
    const padded = Buffer.from(text.slice(a + 1, b - 1), "hex");
    const value = padded.subarray(0, 4 + padded.readUInt16BE(2));
    return { covered: Buffer.concat([pdf.subarray(0, a), pdf.subarray(b, b + c)]), value };
  });
}

function openssl(...words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync("openssl", words, { encoding: "utf8" });
  assert.equal(status, 0, stdout + stderr);
  return stdout + stderr;
}

for (const [index, ground] of grounds().entries()) {
  const tools = needing("openssl", "pdfsig", "qpdf").skip;
  describe(ground.name, { skip: ground.skip || tools }, () => {
    let tsa: Tsa;
    let house: HeardHouse;
    let blobs: Blobs;

    before(async () => {
      tsa = await startTsa();
      house = await openHeardHouse(ground, {
        COUNTERSIGN_TSA_URL: tsa.url,
        COUNTERSIGN_TSA_CA: tsa.caFile,
        COUNTERSIGN_LOG: "silent",
        ...knownPassword,
      });
      blobs = await openBlobs({ folder: join(house.dataFolder, "blobs") });
    });

    after(async () => {
      await house.close();
      await tsa.close();
    });

    const show = async (id: string) =>
      house.store.read
        .selectFrom("signature_requests")
        .selectAll()
        .where("request_id", "=", id)
        .executeTakeFirstOrThrow();

    async function complete() {
      const shown = await sendAndWait(house, { signers: [ann], test_mode: false });
      const { signature_request_id: id } = shown;
      await sign(house, shown.signatures[0]?.signature_id ?? "");
      while ((await show(id)).state !== "complete") await sleep(20);
      const { first_sealed_blob: first, sealed_blob: sealed } = await show(id);
      return { id, first: Buffer.from(await blobs.read(first ?? sealed ?? "")) };
    }

    const stepsOf = async (id: string) =>
      (await findTrail(house.store.read, id)).filter(({ kind }) => kind !== "downloaded");
    const download = async (id: string) => (await ask(house, `GET /signature_request/files/${id}`)).bytes;

    async function extended(id: string): Promise<Buffer> {
      while ((await show(id)).seal_level !== "B-LTA") await sleep(50);
      return download(id);
    }

    test("a seal is B-T at once: CAdES by OpenSSL, and its time-stamp verifies over the signature's value", async () => {
      tsa.set("good");
      const { id, first } = await complete();
      const row = await show(id);
      const [seal] = signaturesIn(first);
      assert.ok(seal);
      const { signer, oddities } = readSignedData(seal.value);
      assert.deepEqual(oddities, []);
      const certificate = await house.store.read
        .selectFrom("settings")
        .select("value")
        .where("name", "=", "sealing_certificate")
        .executeTakeFirstOrThrow();
      const [cms, content] = [fileOf("t.cms", seal.value), fileOf("t.bin", seal.covered)];
      const words = ["cms", "-verify", "-cades", "-inform", "DER", "-binary", "-in", cms, "-content", content];
      const trusted = ["-CAfile", fileOf("t.pem", certificate.value), "-purpose", "any", "-out", "/dev/null"];
      assert.match(openssl(...words, ...trusted), /CAdES Verification successful/);
      const token = signer.unsignedAttributes.get(signatureTimestamp);
      assert.ok(token, "the signature has a time-stamp");
      const stamped = createHash("sha256").update(signer.signature).digest("hex");
      openssl("ts", "-verify", "-token_in", "-in", fileOf("t.tst", token), "-digest", stamped, "-CAfile", tsa.caFile);
      assert.ok(["B-T", "B-LTA"].includes(row.seal_level ?? ""));
    });

    test("it becomes B-LTA by an update behind it: the first file is its exact beginning, every signature holds, no event more", async () => {
      tsa.set("good");
      const { id, first } = await complete();
      const last = await extended(id);
      assert.ok(last.subarray(0, first.length).equals(first) && last.length > first.length);
      const told = runOn(last, "pdfsig", "-nocert", "{}");
      assert.match(told, /Signature #1:[\s\S]*Signature is Valid/);
      assert.doesNotMatch(runOn(last, "qpdf", "--check", "{}"), /WARNING|ERROR/);

      const [, stamp] = signaturesIn(last);
      assert.ok(stamp);
      const digest = createHash("sha256").update(stamp.covered).digest("hex");
      openssl(
        "ts",
        "-verify",
        "-token_in",
        "-in",
        fileOf("d.tst", stamp.value),
        "-digest",
        digest,
        "-CAfile",
        tsa.caFile,
      );
      const pdf = await PDF.load(last);
      const resolve = pdf.getObject.bind(pdf);
      const store: PdfDict | undefined = pdf.getCatalog().getDict("DSS", resolve);
      assert.deepEqual([store?.getArray("Certs", resolve)?.length, store?.getArray("CRLs", resolve)?.length], [3, 1]);

      const row = await show(id);
      const [sealed, timestamped] = (await stepsOf(id)).slice(-2);
      assert.deepEqual(
        [sealed?.kind, JSON.parse(sealed?.facts_json ?? "")],
        ["sealed", { sealed: row.first_sealed_blob, level: "B-T" }],
      );
      assert.deepEqual(
        [timestamped?.kind, JSON.parse(timestamped?.facts_json ?? "")],
        ["timestamped", { before: row.first_sealed_blob, sealed: row.sealed_blob, level: "B-LTA" }],
      );
      const kinds = ["sent", "viewed", "signed", "all_signed", "downloadable"];
      assert.deepEqual(
        await eventsOf(house, id),
        kinds.map((kind) => `signature_request_${kind}`),
      );
    });

    const bad = ["fails", "hangs", "garbage", "refuses", "hour off", "forged"] as const;
    // What the authority answers has nothing to do with the database: one failure is enough on the second one.
    for (const mode of bad.slice(0, index === 0 ? bad.length : 1))
      test(`an authority that does this keeps no document waiting and gives it no time: ${mode}; once it is well, the seal is extended`, async () => {
        tsa.set(mode);
        const { id, first } = await complete();
        const [seal] = signaturesIn(first);
        assert.ok(seal);
        assert.equal(readSignedData(seal.value).signer.unsignedAttributes.size, 0);
        assert.equal((await show(id)).seal_level, "B-B");
        const [sealed] = (await stepsOf(id)).slice(-1);
        assert.match(sealed?.facts_json ?? "", /time-stamp authority gave none/);

        while (!(await jobOf(id)).last_error) await sleep(50);
        assert.match((await jobOf(id)).last_error ?? "", /time-stamp authority gave none/);
        assert.ok((await download(id)).equals(first));
        const page = await (await signIn(house)).get(`/app/requests/${id}`);
        assert.match(page.text, /PAdES B-B/);
        assert.match(page.text, /No time-stamp for the long term yet: tried \d+ times, next/);
        tsa.set("good");
        const last = await extended(id);
        assert.ok(last.subarray(0, first.length).equals(first));
        assert.match(runOn(last, "pdfsig", "-nocert", "{}"), /Signature #1:[\s\S]*Signature is Valid/);
      });

    test("revocation data that is not to be had is waited for, then named in the trail, and the time-stamp comes all the same", async () => {
      tsa.set("good");
      tsa.publish(false);
      const { id } = await complete();
      while (!(await jobOf(id)).last_error) await sleep(50);
      assert.match((await jobOf(id)).last_error ?? "", /revocation list/);
      assert.equal((await show(id)).seal_level, "B-T");
      await house.store.transact((tx) =>
        tx
          .updateTable("jobs")
          .set({ tries: 6, next_at: 0 })
          .where("request_id", "=", id)
          .where("kind", "=", "timestamp")
          .execute(),
      );
      await extended(id);
      tsa.publish(true);
      const [last] = (await stepsOf(id)).slice(-1);
      assert.deepEqual(JSON.parse(last?.facts_json ?? "").missing, ['the revocation list for "CN=Test tsa"']);
    });

    const jobOf = (id: string) =>
      house.store.read
        .selectFrom("jobs")
        .selectAll()
        .where("request_id", "=", id)
        .where("kind", "=", "timestamp")
        .executeTakeFirstOrThrow();
  });
}
