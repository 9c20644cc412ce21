import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { unzipSync } from "fflate";
import { findTrail } from "../../src/evidence/trail.ts";
import { line, paper } from "../documents/papers.ts";
import { sha256 } from "../evidence/sealed.ts";
import { ask, basic } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { sign } from "../support/page.ts";
import { ann, bob, sendAndWait, signatureOf } from "../support/requests.ts";
import { rowOf } from "./secret-lease.ts";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;

    before(async () => {
      house = await openHeardHouse(ground);
    });

    after(() => house.close());

    async function exported(id: string) {
      const address = `${house.url}/api/signature_requests/${id}/export`;
      const answer = await fetch(address, { headers: { authorization: basic(house.apiKey) } });
      const bytes = new Uint8Array(await answer.arrayBuffer());
      const files = answer.status === 200 ? unzipSync(bytes) : {};
      const text = (name: string) => Buffer.from(files[name] ?? []).toString("utf8");
      return { status: answer.status, bytes, files, text, json: (name: string) => JSON.parse(text(name)) as never };
    }

    test("everything about a completed request is in the zip: documents byte for byte, trail, events with attempts", async () => {
      const upload = paper({ content: line(72, 700, "[sig|req|signer1]") });
      const shown = await sendAndWait(house, { signers: [ann], files: [upload], use_text_tags: true });
      const { signature_request_id: id } = shown;
      await sign(house, signatureOf(shown).signature_id);
      const events = await eventsOf(house, id);
      const { bytes: pdf } = await ask(house, `GET /signature_request/files/${id}`);
      const { status, files, json, text } = await exported(id);
      assert.equal(status, 200);
      const names = [
        "README.txt",
        "request.json",
        "trail.json",
        "fields.json",
        "events.json",
        "hands.json",
        "letters.json",
        "sealed.pdf",
        "document.pdf",
        "uploaded/1 paper-1.pdf",
      ];
      assert.deepEqual(Object.keys(files), names);
      assert.equal(sha256(files["sealed.pdf"] ?? new Uint8Array()), sha256(pdf));
      assert.deepEqual(Buffer.from(files["uploaded/1 paper-1.pdf"] ?? []), Buffer.from(upload));
      const told: readonly {
        readonly type: string;
        readonly object: unknown;
        readonly deliveries: readonly { readonly attempts: readonly unknown[] }[];
      }[] = json("events.json");
      assert.deepEqual(
        told.map(({ type }) => type),
        events,
      );
      assert.ok(
        told.every(
          ({ object, deliveries }) => object !== null && deliveries.every(({ attempts }) => attempts.length === 1),
        ),
      );
      const trail: readonly { readonly kind: string; readonly hash: string }[] = json("trail.json");
      assert.equal(trail.at(-1)?.kind, "exported");
      assert.deepEqual(
        trail.map(({ hash }) => hash),
        (await findTrail(house.store.read, id)).map(({ hash }) => hash),
      );
      assert.match(text("README.txt"), new RegExp(id));
      for (const name of names) if (name !== "README.txt") assert.ok(text("README.txt").includes(`\n${name} `), name);
      assert.deepEqual(await eventsOf(house, id), events);
    });

    test("the audit trail of its own and the file as sealed first are in it too, and again it is the same zip", async () => {
      const shown = await sendAndWait(house, { signers: [ann], audit_trail: "separate" });
      const { signature_request_id: id } = shown;
      await sign(house, signatureOf(shown).signature_id);
      await eventsOf(house, id);
      const { document_blob, trail_blob } = await rowOf(house, id);
      // What another document was: here it stands for the one that a time-stamp was added to.
      await house.store.transact((tx) =>
        tx
          .updateTable("signature_requests")
          .set({ first_sealed_blob: document_blob })
          .where("request_id", "=", id)
          .execute(),
      );
      const { files, bytes } = await exported(id);
      assert.equal(sha256(files["audit-trail.pdf"] ?? new Uint8Array()), trail_blob);
      assert.equal(sha256(files["sealed-first.pdf"] ?? new Uint8Array()), document_blob);
      const again = await exported(id);
      assert.equal(sha256(again.bytes), sha256(bytes));
      const told = (await findTrail(house.store.read, id)).filter(({ kind }) => kind === "exported");
      assert.equal(told.length, 1);
    });

    test("a request that is under way, one that is withdrawn and one that failed can be exported too", async () => {
      const open = await sendAndWait(house, { signers: [ann, bob] });
      assert.ok("document.pdf" in (await exported(open.signature_request_id)).files);
      await ask(house, `POST /signature_request/cancel/${open.signature_request_id}`);
      assert.equal((await exported(open.signature_request_id)).status, 200);
      const failed = await sendAndWait(house, { files: [Buffer.from("%PDF-1.7")], title: "../../etc/passwd" });
      const { status, files } = await exported(failed.signature_request_id);
      assert.equal(status, 200);
      assert.ok(Object.keys(files).every((name) => !name.includes("..") && !name.startsWith("/")));
      assert.equal((await exported("0".repeat(40))).status, 404);
    });
  });
}
