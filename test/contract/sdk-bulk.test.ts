import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  BulkSendJobApi,
  SignatureRequestApi,
  SignatureRequestBulkCreateEmbeddedWithTemplateRequest,
  SignatureRequestBulkSendWithTemplateRequest,
} from "@dropbox/sign";
import { makeClientTemplate, rowsOf } from "../support/bulk.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";

for (const ground of grounds()) {
  describe(`the official SDK and bulk sends on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let jobs: BulkSendJobApi;
    let requests: SignatureRequestApi;
    let template: string;
    before(async () => {
      house = await openHeardHouse(ground);
      jobs = new BulkSendJobApi(`${house.url}/v3`);
      requests = new SignatureRequestApi(`${house.url}/v3`);
      for (const api of [jobs, requests]) api.username = house.apiKey;
      template = await makeClientTemplate(house);
    });
    after(() => house.close());

    async function made(id: string | null | undefined) {
      assert.ok(id);
      await house.quiet();
      const { body } = await jobs.bulkSendJobGet(id, 1, 100);
      assert.equal(body.bulkSendJob.bulkSendJobId, id);
      assert.equal(body.listInfo.numResults, body.signatureRequests.length);
      for (const one of body.signatureRequests) {
        assert.equal(one.bulkSendJobId, id);
        assert.deepEqual(await eventsOf(house, one.signatureRequestId ?? ""), ["signature_request_sent"]);
      }
      return body.signatureRequests;
    }

    test("signatureRequestBulkSendWithTemplate with a list, then with a file", async () => {
      const list = SignatureRequestBulkSendWithTemplateRequest.init({
        template_ids: [template],
        signer_list: rowsOf(2),
      });
      const listed = await requests.signatureRequestBulkSendWithTemplate(list);
      assert.equal(listed.body.bulkSendJob.total, 2);
      const rows = await made(listed.body.bulkSendJob.bulkSendJobId);
      assert.deepEqual(
        rows.map(({ signatures = [], customFields = [] }) => [signatures[0]?.signerName, customFields?.[0]?.name]),
        [
          ["Client 1", "Company"],
          ["Client 2", "Company"],
        ],
      );

      const value = Buffer.from("name,email_address,company_field\r\nAnn Lee,ann@example.com,Acme\r\n");
      const filed = await requests.signatureRequestBulkSendWithTemplate({
        templateIds: [template],
        title: "Filed",
        signerFile: { value, options: { filename: "signers.csv", contentType: "text/csv" } },
      });
      const [only] = await made(filed.body.bulkSendJob.bulkSendJobId);
      assert.deepEqual([only?.title, only?.signatures?.[0]?.signerEmailAddress], ["Filed", "ann@example.com"]);
    });

    test("signatureRequestBulkCreateEmbeddedWithTemplate and bulkSendJobList", async () => {
      const asked = SignatureRequestBulkCreateEmbeddedWithTemplateRequest.init({
        template_ids: [template],
        signer_list: rowsOf(1),
        client_id: house.clientId,
      });
      const { bulkSendJob } = (await requests.signatureRequestBulkCreateEmbeddedWithTemplate(asked)).body;
      assert.equal((await made(bulkSendJob.bulkSendJobId)).length, 1);
      const { body } = await jobs.bulkSendJobList(1, 1);
      assert.deepEqual(body.bulkSendJobs, [bulkSendJob]);
    });
  });
}
