import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { PDF } from "@libpdf/core";
import { unzipSync } from "fflate";
import qr from "jsqr";
import { chainHash, chainStart } from "../../src/evidence/chain.ts";
import { findTrail, nextEntry, trailWords } from "../../src/evidence/trail.ts";
import type { TrailFile } from "../../src/evidence/trail-file.ts";
import { trailLine } from "../../src/evidence/trail-line.ts";
import { agreedConsent, consentFacts } from "../../src/signing/consent.ts";
import { ask } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { sign } from "../support/page.ts";
import { ann, bob, sendAndWait } from "../support/requests.ts";
import { needing, pictureOf, runOn } from "./tools.ts";

const consent = agreedConsent("2026-11-2-test", { testMode: true }) ?? { version: "", text: "" };
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** The hashes that the entries of a trail should have, reckoned from what they say. */
function rehash({ request, entries }: Pick<TrailFile, "request" | "entries">): readonly string[] {
  let previous = chainStart;
  return entries.map(({ seq, at, kind, signature_id: signatureId, who, ip, user_agent: userAgent, facts }) => {
    const entry = { requestId: request.id, seq, at, kind, signatureId, who, ip, userAgent, facts };
    previous = chainHash(entry, previous);
    return previous;
  });
}

async function trailIn(pdf: Uint8Array, requestId: string): Promise<TrailFile> {
  const { attachments } = await PDF.load(pdf);
  const bytes = attachments.get(`audit-trail-${requestId}.json`);
  assert.ok(bytes, "the trail is attached");
  return JSON.parse(Buffer.from(bytes).toString("utf8")) as TrailFile;
}

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;

    before(async () => {
      house = await openHeardHouse(ground);
    });

    after(() => house.close());

    async function complete(given: Parameters<typeof sendAndWait>[1] = {}) {
      const shown = await sendAndWait(house, { signers: [ann, bob], ...given });
      const { signature_request_id: id } = shown;
      for (const { signature_id } of shown.signatures) await sign(house, signature_id);
      assert.equal((await eventsOf(house, id)).at(-1), "signature_request_downloadable");
      const { bytes: pdf } = await ask(house, `GET /signature_request/files/${id}`);
      return { id, shown, pdf };
    }

    test("each entry is chained by its hash to the one before, and to every fact that it tells", async () => {
      const { id, pdf } = await complete();
      const file = await trailIn(pdf, id);
      assert.deepEqual(
        file.entries.map(({ hash }) => hash),
        rehash(file),
      );
      assert.deepEqual(
        file.entries.map(({ previous }) => previous),
        [chainStart, ...file.entries.map(({ hash }) => hash).slice(0, -1)],
      );
      const changes = [
        { who: "Mallory" },
        { at: 1 },
        { ip: "192.0.2.9" },
        { facts: '{"x":1}' },
        { kind: "sent" },
        { user_agent: null },
      ];
      for (const change of changes) {
        const entries = file.entries.map((entry, index) => (index === 2 ? { ...entry, ...change } : entry));
        const hashes = rehash({ ...file, entries });
        assert.ok(
          file.entries.slice(2).every(({ hash }, index) => hash !== hashes[index + 2]),
          JSON.stringify(change),
        );
      }
    });

    test("an entry by a clock that has gone back keeps its place, and says what the clock said", () => {
      const actor = { who: "Ann", ip: null, userAgent: null };
      const [first, second] = [
        { requestId: "r", kind: "created" } as const,
        { requestId: "r", kind: "edited" } as const,
      ];
      const hour = 3_600_000;
      const last = nextEntry({ at: hour, actor }, { entry: first, last: null });
      assert.equal(last.facts_json, "{}");
      // What begins at the same moment may come later: its clock is right.
      const turned = nextEntry({ at: hour - 20_000, actor }, { entry: second, last });
      assert.deepEqual([turned.at, turned.facts_json], [hour, "{}"]);
      const next = nextEntry({ at: 2000, actor }, { entry: second, last });
      assert.deepEqual([next.at, next.facts_json], [hour, JSON.stringify({ clock: "1970-01-01T00:00:02.000Z" })]);
      assert.match(trailLine(next).detail, /clock that had gone back: 1970-01-01T00:00:02/);
    });

    test("what is attached is what the house keeps, up to the completion; sealing comes behind it", async () => {
      const { id, pdf } = await complete();
      const file = await trailIn(pdf, id);
      const rows = await findTrail(house.store.read, id);
      const kinds = ["created", "sent", "viewed", "consented", "signed", "viewed", "consented", "signed", "completed"];
      assert.deepEqual(
        file.entries.map(({ kind }) => kind),
        kinds,
      );
      assert.deepEqual(
        rows.slice(0, kinds.length).map(({ hash }) => hash),
        file.entries.map(({ hash }) => hash),
      );
      const [sealed] = rows.slice(kinds.length);
      assert.equal(sealed?.kind, "sealed");
      assert.deepEqual(JSON.parse(sealed.facts_json), { sealed: sha256(pdf), level: "B-B" });
    });

    test("the file names the originals, the signed document as its own first bytes, the signers, and the words agreed to", async () => {
      const { id, pdf, shown } = await complete();
      const file = await trailIn(pdf, id);
      assert.equal(sha256(pdf.subarray(0, file.document.bytes)), file.document.sha256);
      assert.equal(file.sealed, null);
      assert.deepEqual(
        file.signers.map(({ signature_id }) => signature_id),
        shown.signatures.map(({ signature_id }) => signature_id),
      );
      assert.equal(file.originals.length, 1);
      assert.match(file.originals[0]?.sha256 ?? "", /^[0-9a-f]{64}$/);
      assert.deepEqual(
        file.consents.map(({ version }) => version),
        [consent.version],
      );
      assert.ok((file.consents[0]?.text.length ?? 0) > 100);
      const agreed = file.entries.filter(({ kind }) => kind === "consented");
      for (const { facts } of agreed) assert.deepEqual(JSON.parse(facts), consentFacts(consent));
      const signed = file.entries.filter(({ kind }) => kind === "signed");
      for (const { facts, ip, user_agent } of signed) {
        assert.equal(JSON.parse(facts).document, file.document.sha256);
        assert.ok(ip !== null && user_agent !== null);
      }
    });

    test(
      "its pages tell the hash that stands for all entries, and their code leads to the check",
      needing("pdftotext", "pdftoppm"),
      async () => {
        const { id, pdf } = await complete();
        const file = await trailIn(pdf, id);
        const text = runOn(pdf, "pdftotext", "{}", "-");
        assert.ok(text.includes(file.entries.at(-1)?.hash ?? "?"));
        for (const { kind } of file.entries)
          assert.ok(text.includes(trailWords[kind as keyof typeof trailWords]), kind);
        const { width, height, grey } = pictureOf(pdf, (await PDF.load(pdf)).getPageCount());
        const colours = new Uint8ClampedArray(grey.length * 4);
        for (const [index, value] of grey.entries()) colours.set([value, value, value, 255], index * 4);
        assert.equal(qr.default(colours, width, height)?.data, `${house.url}/verify`);
      },
    );

    test(
      "kept separate, the trail is a sealed document of its own that names the other by its hash",
      needing("pdftotext", "pdfsig"),
      async () => {
        const { id, pdf } = await complete({ title: "Lease", audit_trail: "separate" });
        assert.doesNotMatch(runOn(pdf, "pdftotext", "{}", "-"), /Audit trail/);
        assert.deepEqual([...(await PDF.load(pdf)).attachments.list().keys()], []);
        const zip = unzipSync((await ask(house, `GET /signature_request/files/${id}?file_type=zip`)).bytes);
        const trail = zip["Lease, audit trail.pdf"];
        assert.ok(trail);
        const file = await trailIn(trail, id);
        assert.deepEqual(file.sealed, { sha256: sha256(pdf), bytes: pdf.length });
        assert.ok(runOn(trail, "pdftotext", "{}", "-").includes(sha256(pdf)));
        for (const each of [pdf, trail]) {
          const verdict = runOn(each, "pdfsig", "-nocert", "{}");
          assert.match(verdict, /Signature is Valid/);
          assert.match(verdict, /Total document signed/);
        }
      },
    );

    test("a completed document that is sent again keeps its trail beside the new one", async () => {
      const first = await complete();
      const second = await complete({ files: [first.pdf] });
      const names = [...(await PDF.load(second.pdf)).attachments.list().keys()];
      assert.deepEqual(names.toSorted(), [first.id, second.id].map((id) => `audit-trail-${id}.json`).toSorted());
      assert.deepEqual(await trailIn(second.pdf, first.id), await trailIn(first.pdf, first.id));
    });

    test("entries from before there were hashes are chained when the next one comes", async () => {
      const shown = await sendAndWait(house, { signers: [ann] });
      const { signature_request_id: id, signatures } = shown;
      await house.store.transact((tx) =>
        tx.updateTable("trail").set({ hash: null }).where("request_id", "=", id).execute(),
      );
      await sign(house, signatures[0]?.signature_id ?? "");
      await eventsOf(house, id);
      const rows = await findTrail(house.store.read, id);
      const entries = rows.map((row) => ({ ...row, facts: row.facts_json }));
      assert.deepEqual(
        rows.map(({ hash }) => hash),
        rehash({ request: { id } as TrailFile["request"], entries: entries as never }),
      );
    });
  });
}
