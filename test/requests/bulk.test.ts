import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Type } from "typebox";
import { limits } from "../../src/base/limits.ts";
import { BulkSendJob } from "../../src/wire/bulk-send-job.ts";
import { ListInfo } from "../../src/wire/shapes.ts";
import { line, paper } from "../documents/papers.ts";
import { ask, faultOf, readAs } from "../support/ask.ts";
import {
  bulkIdOf,
  bulkPage,
  bulkSend,
  bulkSendFile,
  makeClientTemplate,
  OneBulkSend,
  rowsOf,
} from "../support/bulk.ts";
import { crewOf } from "../support/crew.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { open, pageOf } from "../support/page.ts";
import { requestOf, signatureOf, untilState } from "../support/requests.ts";
import { makeSecondAccount } from "../support/second-account.ts";
import { clientAndWitness, sendWith } from "../support/templates.ts";

const Listed = Type.Object({ bulk_send_jobs: Type.Array(BulkSendJob), list_info: ListInfo });

for (const ground of grounds()) {
  describe(`many requests are sent in one call, on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let template: string;
    before(async () => {
      house = await openHeardHouse(ground);
      template = await makeClientTemplate(house, { title: "Lease", message: "Please sign", subject: "Your lease" });
    });
    after(() => house.close());

    async function bulk(parameters: Parameters<typeof bulkSend>[1]): Promise<string> {
      const id = bulkIdOf(await bulkSend(house, { template_ids: [template], ...parameters }));
      await house.quiet();
      return id;
    }

    test("each row becomes a request of its own, with its signer and values, in the order of the rows", async () => {
      const answer = await bulkSend(house, {
        template_ids: [template],
        signer_list: rowsOf(23),
        metadata: { batch: "May" },
        custom_fields: [{ name: "Company", value: "All", editor: "Client", required: true }],
      });
      const { bulk_send_job: job, warnings } = readAs(OneBulkSend, answer);
      assert.deepEqual([job.total, job.is_creator, warnings], [23, true, undefined]);
      await house.quiet();

      const first = await bulkPage(house, job.bulk_send_job_id, "?page_size=20");
      assert.deepEqual(first.bulk_send_job, job);
      assert.deepEqual(first.list_info, { page: 1, num_pages: 2, num_results: 23, page_size: 20 });
      const second = await bulkPage(house, job.bulk_send_job_id, "?page_size=20&page=2");
      const all = [...first.signature_requests, ...second.signature_requests];
      assert.deepEqual(
        all.map((one) => signatureOf(one).signer_email_address),
        rowsOf(23).map(({ signers: [signer] }) => signer?.email_address),
      );
      const { json: found } = await ask(house, `GET /signature_request/list?query=template:${template}`);
      assert.equal((found as { list_info: { num_results: number } }).list_info.num_results, 23);
      const [one] = all;
      assert.ok(one);
      assert.deepEqual(
        [one.title, one.subject, one.message, one.metadata, one.template_ids, one.bulk_send_job_id],
        ["Lease", "Your lease", "Please sign", { batch: "May" }, [template], job.bulk_send_job_id],
      );
      assert.deepEqual(signatureOf(one).signer_role, "Client");
      assert.deepEqual(one.custom_fields, [
        { name: "Company", type: "text", value: "Company 1", required: true, api_id: "company", editor: "Client" },
      ]);
    });

    test("the requests of a batch are made in the order of their ids: so sends at once wait for each other's counts, and are not in each other's way", async () => {
      const id = await bulk({ signer_list: rowsOf(20) });
      const made = await house.store.read
        .selectFrom("signature_requests as r")
        .innerJoin("events as e", "e.request_id", "r.request_id")
        .select(["r.request_id", "r.bulk_send_row"])
        .where("r.bulk_send_job_id", "=", id)
        .orderBy("e.event_id")
        .execute();
      const batches = Map.groupBy(made, ({ bulk_send_row: row }) => Math.floor((row ?? 0) / limits.bulkBatch));
      const ids = [...batches.values()].map((batch) => batch.map(({ request_id: one }) => one));
      assert.deepEqual([ids.flat().length, ids.length], [20, 20 / limits.bulkBatch]);
      for (const batch of ids) assert.deepEqual(batch, batch.toSorted());
    });

    test("a request of a bulk send is the same as one that is sent alone: object, events, trail, and it is signed", async () => {
      const [row] = rowsOf(1);
      const id = await bulk({ signer_list: [row] });
      const [inBulk] = (await bulkPage(house, id)).signature_requests;
      const { signature_request_id: aloneId } = requestOf(await sendWith(house, { template_ids: [template], ...row }));
      const alone = await untilState(house, { id: aloneId, not: ["processing"] });
      assert.ok(inBulk);
      assert.deepEqual(await eventsOf(house, inBulk.signature_request_id), ["signature_request_sent"]);
      assert.deepEqual(await eventsOf(house, aloneId), ["signature_request_sent"]);

      const words = (shown: typeof alone) =>
        JSON.stringify(shown)
          .replaceAll(shown.signature_request_id, "ID")
          .replaceAll(signatureOf(shown).signature_id, "SIGNATURE")
          .replaceAll(String(shown.created_at), "NOW")
          .replace(`"bulk_send_job_id":"${id}"`, '"bulk_send_job_id":null');
      assert.equal(words(inBulk), words(alone));
      const trail = (requestId: string) =>
        house.store.read
          .selectFrom("trail")
          .select(["seq", "kind", "who", "ip", "facts_json"])
          .where("request_id", "=", requestId)
          .orderBy("seq")
          .execute();
      assert.deepEqual(await trail(inBulk.signature_request_id), await trail(aloneId));
      const object = house.receiver.heard.find(
        ({ payload }) => payload.signature_request?.signature_request_id === inBulk.signature_request_id,
      );
      assert.equal(object?.payload.signature_request?.bulk_send_job_id, id);

      const page = await pageOf(house, signatureOf(inBulk).signature_id);
      assert.deepEqual(
        (await open(page)).filled.map(({ text }) => text),
        ["Company 1"],
      );
      assert.equal((await page.finish({ sign_client: "Signed" })).ok, true);
      await untilState(house, { id: inBulk.signature_request_id, not: ["awaiting", "sealing"] });
      assert.deepEqual(await eventsOf(house, inBulk.signature_request_id), [
        "signature_request_sent",
        "signature_request_viewed",
        "signature_request_signed",
        "signature_request_all_signed",
        "signature_request_downloadable",
      ]);
    });

    test("sent by mail, each signer gets one letter with a link of their own", async () => {
      const id = bulkIdOf(await bulkSend(house, { template_ids: [template], signer_list: rowsOf(12), mailed: true }));
      await house.quiet();
      const requests = (await bulkPage(house, id)).signature_requests.map(({ signature_request_id: one }) => one);
      const letters = await house.store.read
        .selectFrom("letters")
        .select(["to_email", "text_body"])
        .where("request_id", "in", requests)
        .execute();
      assert.deepEqual(
        letters.map(({ to_email: to }) => to).toSorted(),
        rowsOf(12)
          .map(({ signers: [signer] }) => signer?.email_address ?? "")
          .toSorted(),
      );
      assert.equal(new Set(letters.map(({ text_body: text }) => /\/sign\/\w+/.exec(text)?.[0])).size, 12);
    });

    test("several templates become one document, once, for all requests of the send", async () => {
      const [signature] = clientAndWitness;
      const annex = await makeClientTemplate(house, {
        title: "Annex",
        form_fields_per_document: [{ ...signature, api_id: "sign_client" }],
        files: [paper({ content: line(72, 700, "Annex one") })],
      });
      const id = await bulk({ template_ids: [template, annex], signer_list: rowsOf(11) });
      const made = await house.store.read
        .selectFrom("signature_requests")
        .select(["document_blob", "state"])
        .where("bulk_send_job_id", "=", id)
        .execute();
      assert.equal(made.length, 11);
      assert.equal(new Set(made.map(({ document_blob: blob }) => blob)).size, 1);
      const [, second] = (await bulkPage(house, id)).signature_requests;
      assert.ok(second);
      const view = await open(await pageOf(house, signatureOf(second).signature_id));
      assert.deepEqual(
        [view.fields.map(({ apiId }) => apiId), view.filled.map(({ text }) => text), view.pages.length],
        [["sign_client", "day_client", "sign_client_2"], ["Company 2"], 2],
      );
      assert.deepEqual(await eventsOf(house, second.signature_request_id), [
        "signature_request_sent",
        "signature_request_viewed",
      ]);
    });

    test("what becomes of the template later changes nothing, and nothing of the job's own is left behind", async () => {
      const own = await makeClientTemplate(house);
      const answer = await bulkSend(house, { template_ids: [own], signer_list: rowsOf(25) });
      await ask(house, `POST /template/delete/${own}`);
      await house.quiet();
      const { signature_requests: made } = await bulkPage(house, bulkIdOf(answer));
      assert.equal(made.length, 20);
      assert.ok(made.every(({ has_error: failed }) => !failed));
      const left = await Promise.all([
        house.store.read.selectFrom("bulk_send_rows").selectAll().execute(),
        house.store.read.selectFrom("bulk_send_files").selectAll().execute(),
        house.store.read.selectFrom("bulk_send_jobs").selectAll().where("order_cipher", "is not", null).execute(),
      ]);
      assert.deepEqual(left, [[], [], []]);
    });

    test("a file of signers does the same, its columns that end in _field being fields", async () => {
      const file = `name, email_address, pin, company_field\nGeorge, george@example.com, d79a3td, ABC Corp\n"Mary ""M""", mary@example.com, , "123, LLC"\n`;
      const id = bulkIdOf(
        await bulkSendFile(house, { template_ids: [template], file: file.replace("company_field", "Company_field") }),
      );
      await house.quiet();
      const { signature_requests: made } = await bulkPage(house, id);
      assert.deepEqual(
        made.map((one) => [signatureOf(one).signer_name, signatureOf(one).has_pin, one.custom_fields]),
        [
          ["George", true, [{ ...company, value: "ABC Corp" }]],
          ['Mary "M"', false, [{ ...company, value: "123, LLC" }]],
        ],
      );
    });

    test("bulk sends are listed, newest first; another account's is a 404, and who looks after a team sees its members'", async () => {
      const id = await bulk({ signer_list: rowsOf(1) });
      const listed = readAs(Listed, await ask(house, "GET /bulk_send_job/list?page_size=1"));
      assert.equal(listed.bulk_send_jobs[0]?.bulk_send_job_id, id);
      assert.ok(listed.list_info.num_results > 1);
      const { apiKey: key } = await makeSecondAccount(house);
      assert.deepEqual(faultOf(await ask(house, `GET /bulk_send_job/${id}`, { key })), [404, "not_found"]);
      assert.deepEqual(faultOf(await ask(house, `GET /bulk_send_job/${"0".repeat(40)}`)), [404, "not_found"]);
      const others = readAs(Listed, await ask(house, "GET /bulk_send_job/list", { key }));
      assert.deepEqual([others.bulk_send_jobs, others.list_info.num_results], [[], 0]);

      const crew = crewOf(house);
      const { boss } = await crew.ownTeam();
      const member = await crew.member(boss, "Member");
      const theirs = await makeClientTemplate({ ...house, apiKey: member.apiKey });
      const sent = bulkIdOf(
        await bulkSend(
          { ...house, apiKey: member.apiKey },
          { template_ids: [theirs], signer_list: rowsOf(2), mailed: true },
        ),
      );
      await house.quiet();
      const seen = await bulkPage({ ...house, apiKey: boss.apiKey }, sent);
      assert.deepEqual(
        [seen.bulk_send_job.is_creator, seen.signature_requests.map((one) => one.requester_email_address)],
        [false, [member.email, member.email]],
      );
    });
  });
}

const company = { name: "Company", type: "text", required: false, api_id: "company", editor: null };
