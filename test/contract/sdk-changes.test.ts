import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  HttpError,
  SignatureRequestApi,
  SignatureRequestSendRequest,
  SignatureRequestUpdateRequest,
  SubFormFieldsPerDocumentSignature,
} from "@dropbox/sign";
import { grounds, type House } from "../support/house.ts";
import { sign } from "../support/page.ts";
import { onePage, untilState } from "../support/requests.ts";

const signers = [{ name: "Ann Lee", emailAddress: "ann@example.com" }];
const file = { value: Buffer.from(onePage), options: { filename: "lease.pdf", contentType: "application/pdf" } };

for (const ground of grounds()) {
  describe(`the official SDK on ${ground.name}`, { skip: ground.skip }, () => {
    let house: House;
    let requests: SignatureRequestApi;

    before(async () => {
      house = await ground.open();
      requests = new SignatureRequestApi(`${house.url}/v3`);
      requests.username = house.apiKey;
    });

    after(() => house.close());

    async function faultOf(calling: Promise<unknown>): Promise<readonly unknown[]> {
      const error = await calling.then(
        () => assert.fail("the call went well"),
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof HttpError, String(error));
      const { errorName, errorPath } = error.body.error;
      return errorPath === undefined ? [error.statusCode, errorName] : [error.statusCode, errorName, errorPath];
    }

    async function ready(id: string | undefined): Promise<string> {
      assert.ok(id);
      await untilState(house, { id, not: ["processing"] });
      return id;
    }

    test("a list with a query, update, both edits, release of a hold and remove", async () => {
      const field = { document_index: 0, api_id: "sig", type: "signature", signer: 0, required: true, page: 1 };
      const place = { x: 72, y: 60, width: 120, height: 30 };
      const asked = {
        ...SignatureRequestSendRequest.init({ title: "Quince & Medlar", test_mode: true }),
        files: [file],
      };
      const formFieldsPerDocument = [SubFormFieldsPerDocumentSignature.init({ ...field, ...place })];
      const made = (await requests.signatureRequestSend({ ...asked, signers, formFieldsPerDocument })).body
        .signatureRequest;
      const id = await ready(made.signatureRequestId);
      const { body } = await requests.signatureRequestList("all", 1, 20, 'title:"Quince & Medlar" AND from:me');
      assert.deepEqual(
        [body.signatureRequests.map((one) => one.signatureRequestId), body.listInfo.numResults, body.warnings],
        [[id], 1, undefined],
      );
      const signatureId = made.signatures?.[0]?.signatureId ?? "";
      const update = SignatureRequestUpdateRequest.init({
        signature_id: signatureId,
        email_address: "eve@example.com",
      });
      const [updated] = (await requests.signatureRequestUpdate(id, update)).body.signatureRequest.signatures ?? [];
      assert.equal(updated?.signerEmailAddress, "eve@example.com");
      assert.notEqual(updated?.signatureId, signatureId);
      assert.deepEqual(await faultOf(requests.signatureRequestReleaseHold(id)), [
        400,
        "bad_request",
        "signature_request_id",
      ]);
      assert.deepEqual(await faultOf(requests.signatureRequestRemove(id)), [400, "signature_request_remove_failed"]);

      const edited = (await requests.signatureRequestEdit(id, { ...asked, signers, title: "Edited" })).body
        .signatureRequest;
      assert.deepEqual([edited.signatureRequestId, edited.title], [id, "Edited"]);
      await ready(id);
      const again = { ...asked, signers, clientId: house.clientId };
      const embeddedEdit = (await requests.signatureRequestEditEmbedded(id, again)).body.signatureRequest;
      assert.equal(embeddedEdit.signatureRequestId, id);
      await ready(id);
      await sign(
        house,
        (await requests.signatureRequestGet(id)).body.signatureRequest.signatures?.[0]?.signatureId ?? "",
      );
      await house.quiet();
      const removed = await requests.signatureRequestRemove(id);
      assert.deepEqual([removed.response.status, removed.response.data], [200, ""]);
      assert.deepEqual(await faultOf(requests.signatureRequestGet(id)), [410, "deleted"]);
    });
  });
}
