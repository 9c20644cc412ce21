import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { limits } from "../../src/base/limits.ts";
import { findTrail } from "../../src/evidence/trail.ts";
import { noteDownload } from "../../src/requests/downloads.ts";
import { makeTransact } from "../../src/server/transact.ts";
import { sha256 } from "../evidence/sealed.ts";
import { ask } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { sign } from "../support/page.ts";
import { sendAndWait, signatureOf } from "../support/requests.ts";
import { credentials, knownPassword, signIn } from "../web/visitor.ts";
import { destroy } from "./secret-lease.ts";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;

    before(async () => {
      house = await openHeardHouse(ground, knownPassword);
    });

    after(() => house.close());

    const downloadsOf = async (id: string) =>
      (await findTrail(house.store.read, id))
        .filter(({ kind }) => kind === "downloaded")
        .map(({ who, facts_json }) => [who, (JSON.parse(facts_json) as { readonly document: string }).document]);

    test("every way to a document is told in the trail: who, and which file; the same again within a minute is told once", async () => {
      const shown = await sendAndWait(house);
      const { signature_request_id: id } = shown;
      const get = (path: string) => ask(house, `GET /signature_request/${path}/${id}`);
      await get("files");
      const [early] = await downloadsOf(id);
      await sign(house, signatureOf(shown).signature_id);
      const events = await eventsOf(house, id);
      const { bytes: pdf } = await get("files");
      for (const path of ["files", "final_copy", "files_as_data_uri"]) await get(path);
      const { bytes } = await get("files_as_file_url");
      const { file_url: address } = JSON.parse(bytes.toString("utf8")) as { readonly file_url: string };
      await fetch(address);
      await fetch(address);
      const owner = early?.[0];
      assert.deepEqual(await downloadsOf(id), [
        [owner, early?.[1]],
        [owner, sha256(pdf)],
        ["Somebody with the link", sha256(pdf)],
      ]);
      assert.notEqual(early?.[1], sha256(pdf));
      assert.deepEqual(await eventsOf(house, id), events);
    });

    test("after a minute the same is told again; another caller's refused request is not", async () => {
      const shown = await sendAndWait(house);
      const { signature_request_id: id } = shown;
      const path = `GET /signature_request/files/${id}`;
      await ask(house, path);
      await house.store.transact((tx) =>
        tx.updateTable("trail").set({ at: 1 }).where("request_id", "=", id).where("kind", "=", "downloaded").execute(),
      );
      await ask(house, path);
      assert.equal((await downloadsOf(id)).length, 2);
      await ask({ ...house, apiKey: "9".repeat(64) }, path);
      assert.equal((await downloadsOf(id)).length, 2);
    });

    test("a download from the dashboard is told of the account", async () => {
      const shown = await sendAndWait(house);
      const { signature_request_id: id } = shown;
      await sign(house, signatureOf(shown).signature_id);
      await eventsOf(house, id);
      const visitor = await signIn(house);
      const [, link = ""] =
        /href="([^"]+)">Download the sealed PDF/.exec((await visitor.get(`/app/requests/${id}`)).text) ?? [];
      const { status, headers } = await visitor.get(link);
      assert.deepEqual([status, headers.get("content-type")], [200, "application/pdf"]);
      const [[who] = [], ...more] = await downloadsOf(id);
      assert.deepEqual([who, more], [credentials.email, []]);
      assert.equal((await visitor.get(`/app/requests/${"0".repeat(40)}/document`)).status, 404);
    });

    test("what cannot be given is not told", async () => {
      const failed = await sendAndWait(house, { files: [Buffer.from("%PDF-1.7")] });
      assert.equal((await ask(house, `GET /signature_request/files/${failed.signature_request_id}`)).status, 422);
      assert.deepEqual(await downloadsOf(failed.signature_request_id), []);
    });

    test("a request has so many entries of downloads at most; the document is given all the same", async () => {
      const { signature_request_id: id } = await sendAndWait(house);
      await ask(house, `GET /signature_request/files/${id}`);
      const last = (await findTrail(house.store.read, id)).at(-1) ?? assert.fail("there is a trail");
      const rows = Array.from({ length: limits.trailDownloads - 1 }, (_, n) => ({
        ...last,
        seq: last.seq + 1 + n,
        at: 1,
      }));
      await house.store.transact(async (tx) => {
        for (let from = 0; from < rows.length; from += 200)
          await tx
            .insertInto("trail")
            .values(rows.slice(from, from + 200))
            .execute();
        await tx.updateTable("trail").set({ at: 1 }).where("request_id", "=", id).execute();
      });
      assert.equal((await ask(house, `GET /signature_request/files/${id}`)).status, 200);
      assert.equal((await downloadsOf(id)).length, limits.trailDownloads);
    });

    test("what was destroyed since it was looked at is not handed over, and nothing is written of it", async () => {
      const shown = await sendAndWait(house);
      const { signature_request_id: requestId } = shown;
      await ask(house, `POST /signature_request/cancel/${requestId}`);
      assert.equal((await destroy(house, requestId)).status, 200);
      const secret = new Uint8Array(32);
      const transact = makeTransact({ store: house.store, clock: systemClock, secret, reactions: [], wake: () => {} });
      await assert.rejects(
        transact((work) => noteDownload(work, { requestId, document: "0".repeat(64) })),
        { faultName: "deleted" },
      );
      assert.deepEqual(await findTrail(house.store.read, requestId), []);
    });
  });
}
