import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { unzipSync } from "fflate";
import { Type } from "typebox";
import { needing, runOn } from "../evidence/tools.ts";
import { ask, read, readAs } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { answersTo, open, pageOf, sign } from "../support/page.ts";
import { acknowledge } from "../support/receiver.ts";
import { ann, bob, requestOf, sendAndWait, signatureOf } from "../support/requests.ts";

const [sent, viewed, signed] = ["signature_request_sent", "signature_request_viewed", "signature_request_signed"];
const ending = ["signature_request_all_signed", "signature_request_downloadable"];

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;

    before(async () => {
      house = await openHeardHouse(ground);
    });

    after(() => house.close());

    const show = async (id: string) => requestOf(await ask(house, `GET /signature_request/${id}`));

    /** Opens a page for each signer of a new request. */
    async function table(count: number) {
      const signers = Array.from({ length: count }, (_, n) => ({ ...ann, name: `Ann ${n}` }));
      const { signature_request_id: id, signatures } = await sendAndWait(house, { signers });
      const pages = [];
      for (const { signature_id } of signatures) {
        const page = await pageOf(house, signature_id);
        pages.push({ page, answers: answersTo(await open(page)) });
      }
      return { id, pages };
    }

    /** The flags of what was called back about a request, event by event. */
    const told = (id: string) =>
      house.receiver.heard
        .filter(({ path, payload }) => path === "/account" && payload.signature_request?.signature_request_id === id)
        .map(({ payload }) => [payload.event.event_type, payload.signature_request?.is_complete]);

    test("is_complete is false on the last signed and true with all_signed; both endings carry what GET shows", async () => {
      const shown = await sendAndWait(house);
      const { signature_request_id: id } = shown;
      await sign(house, signatureOf(shown).signature_id);

      assert.deepEqual(await eventsOf(house, id), [sent, viewed, signed, ...ending]);
      assert.deepEqual(told(id), [
        [sent, false],
        [viewed, false],
        [signed, false],
        [ending[0], true],
        [ending[1], true],
      ]);
      const after = await show(id);
      const endings = house.receiver.heard.filter(
        ({ payload }) =>
          payload.signature_request?.signature_request_id === id && ending.includes(payload.event.event_type),
      );
      assert.equal(endings.length, 4);
      for (const { payload } of endings) {
        assert.deepEqual(payload.signature_request, after);
        assert.equal(payload.event.event_metadata.related_signature_id, null);
      }
      assert.equal(signatureOf(after).status_code, "signed");
      assert.equal(after.is_complete, true);
    });

    test("two signers who finish at the same moment complete the request exactly once", async () => {
      for (let round = 0; round < 3; round += 1) {
        const { id, pages } = await table(2);
        const said = await Promise.all(pages.map(({ page, answers }) => page.finish(answers)));
        assert.deepEqual(said, [
          { ok: true, state: "signed" },
          { ok: true, state: "signed" },
        ]);
        assert.deepEqual(await eventsOf(house, id), [sent, viewed, viewed, signed, signed, ...ending]);
        const jobs = await house.store.read.selectFrom("jobs").select("kind").where("request_id", "=", id).execute();
        assert.equal(jobs.filter(({ kind }) => kind === "complete").length, 1);
      }
    });

    test("twenty signers at once are twenty signatures, one completion, and a gapless sequence", async () => {
      const { id, pages } = await table(20);
      await Promise.all(pages.map(({ page, answers }) => page.finish(answers)));
      const events = await eventsOf(house, id);
      assert.deepEqual(events, [sent, ...pages.map(() => viewed), ...pages.map(() => signed), ...ending]);

      const rows = await house.store.read
        .selectFrom("events")
        .select("seq")
        .where("request_id", "=", id)
        .orderBy("seq")
        .execute();
      assert.deepEqual(
        rows.map(({ seq }) => seq),
        events.map((_, index) => index + 1),
      );
      assert.equal((await show(id)).response_data.length, 40);
    });

    test("a cancel and the last signature at the same moment: one of them holds, whole", async () => {
      for (let round = 0; round < 4; round += 1) {
        const { id, pages } = await table(1);
        const [{ page, answers }] = pages as [(typeof pages)[0]];
        const [canceled, finished] = await Promise.all([
          ask(house, `POST /signature_request/cancel/${id}`),
          page.finish(answers),
        ]);
        const events = await eventsOf(house, id);
        if (canceled.status === 200) {
          assert.ok(!finished.ok && finished.code === "request_canceled");
          assert.deepEqual(events, [sent, viewed, "signature_request_canceled"]);
        } else {
          assert.deepEqual([canceled.status, finished.ok], [400, true]);
          assert.deepEqual(events, [sent, viewed, signed, ...ending]);
        }
      }
    });

    test(
      "in the handler of all_signed every kind of download gives the one sealed PDF",
      needing("pdfsig"),
      async () => {
        const { receiver } = house;
        const downloads: Buffer[] = [];
        const shown = await sendAndWait(house, { title: "Lease", signers: [ann, bob], test_mode: false });
        const { signature_request_id: id } = shown;
        receiver.answer = async ({ path, payload }) => {
          const { event_type } = payload.event;
          const isOurs = payload.signature_request?.signature_request_id === id && path === "/account";
          if (isOurs && event_type === ending[0]) downloads.push(...(await downloadAll(id)));
          return acknowledge();
        };
        for (const { signature_id } of shown.signatures) await sign(house, signature_id);
        assert.deepEqual(await eventsOf(house, id), [sent, viewed, signed, viewed, signed, ...ending]);
        receiver.answer = acknowledge;

        const [first, ...others] = downloads;
        assert.equal(others.length, 4);
        for (const other of others) assert.ok(first && other.equals(first));
        const verdict = runOn(first ?? Buffer.alloc(0), "pdfsig", "-nocert", "{}");
        assert.match(verdict, /Signature is Valid\./);
        assert.match(verdict, /Total document signed/);
        assert.doesNotMatch(verdict, /Signature #2/);
      },
    );

    async function downloadAll(id: string): Promise<readonly Buffer[]> {
      const get = (path: string) => ask(house, `GET /signature_request/${path}`);
      const zipped = unzipSync((await get(`files/${id}?file_type=zip`)).bytes);
      const { data_uri } = readAs(Type.Object({ data_uri: Type.String() }), await get(`files_as_data_uri/${id}`));
      const { file_url } = readAs(Type.Object({ file_url: Type.String() }), await get(`files_as_file_url/${id}`));
      return [
        (await get(`files/${id}`)).bytes,
        (await get(`final_copy/${id}`)).bytes,
        Buffer.from(zipped["Lease.pdf"] ?? []),
        Buffer.from(data_uri.split(",")[1] ?? "", "base64"),
        (await read(await fetch(file_url))).bytes,
      ];
    }

    test("in test mode the seal says TEST, else it does not", needing("pdfsig"), async () => {
      for (const test_mode of [true, false]) {
        const shown = await sendAndWait(house, { test_mode });
        await sign(house, signatureOf(shown).signature_id);
        await eventsOf(house, shown.signature_request_id);
        const { bytes } = await ask(house, `GET /signature_request/files/${shown.signature_request_id}`);
        assert.equal(/Common Name:.*TEST/.test(runOn(bytes, "pdfsig", "-nocert", "{}")), test_mode);
      }
    });

    test("the current copy shows who has signed so far and is not sealed", needing("pdftotext"), async () => {
      const shown = await sendAndWait(house, { signers: [ann, bob] });
      const { signature_request_id: id } = shown;
      const text = async () =>
        runOn((await ask(house, `GET /signature_request/files/${id}`)).bytes, "pdftotext", "{}", "-");
      const before = await text();
      await sign(house, signatureOf(shown).signature_id);
      const { bytes } = await ask(house, `GET /signature_request/files/${id}`);
      assert.ok(!bytes.includes("/ByteRange"));
      const year = String(new Date().getFullYear());
      const count = (words: string) => words.split(year).length;
      assert.ok(count(await text()) > count(before), "the day of the first signature is written");
    });
  });
}
