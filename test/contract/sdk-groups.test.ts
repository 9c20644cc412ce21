import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ApiAppApi, SignatureRequestApi, SignatureRequestSendRequest } from "@dropbox/sign";
import { ask } from "../support/ask.ts";
import { cleo, sales } from "../support/groups.ts";
import { grounds, type House } from "../support/house.ts";
import { pictureOf } from "../support/logo.ts";
import { mailedLinkOf, open, openPage } from "../support/page.ts";
import { bob, onePage, untilState } from "../support/requests.ts";
import { flawsBy, skip } from "./published.ts";

const pdf = { value: Buffer.from(onePage), options: { filename: "nda.pdf", contentType: "application/pdf" } };
const logo = { value: pictureOf("png"), options: { filename: "logo.png", contentType: "image/png" } };
const field = { document_index: 0, page: 1, type: "signature", required: true, x: 72, width: 160, height: 20 };

for (const ground of grounds()) {
  describe(`groups and logos of the official SDK on ${ground.name}`, { skip: skip || ground.skip }, () => {
    let house: House;
    let requests: SignatureRequestApi;
    let apps: ApiAppApi;

    before(async () => {
      house = await ground.open();
      requests = new SignatureRequestApi(`${house.url}/v3`);
      apps = new ApiAppApi(`${house.url}/v3`);
      for (const api of [requests, apps]) api.username = house.apiKey;
    });

    after(() => house.close());

    test("grouped_signers are sent, shown as the published schema says, and signed by one", async () => {
      const asked = SignatureRequestSendRequest.init({
        title: "NDA",
        test_mode: true,
        grouped_signers: [
          { ...sales, order: 0 },
          { group: "Law", order: 1, signers: [cleo] },
        ],
        form_fields_per_document: [
          { ...field, api_id: "sales", signer: "0", y: 100 },
          { ...field, api_id: "law", signer: "1", y: 200 },
        ],
      });
      const { signatureRequest: made } = (await requests.signatureRequestSend({ ...asked, files: [pdf] })).body;
      const { signatureRequestId: id, signatures } = made;
      assert.ok(id && signatures);
      const [ann, bobs, law] = signatures.map(({ signerGroupGuid }) => signerGroupGuid);
      assert.ok(ann && law && ann === bobs && ann !== law);
      await untilState(house, { id, not: ["processing"] });
      const page = openPage(house, { link: await mailedLinkOf(house, { requestId: id, to: bob.email_address }) });
      await open(page);
      assert.ok((await page.finish({ sales: bob.name })).ok);
      const answer = await ask(house, `GET /signature_request/${id}`);
      assert.deepEqual(flawsBy("#/components/schemas/SignatureRequestGetResponse", answer.json), []);
      const seen = (await requests.signatureRequestGet(id)).body.signatureRequest.signatures ?? [];
      assert.deepEqual(
        seen.map(({ statusCode }) => statusCode),
        ["success", "signed", "awaiting_signature"],
      );
    });

    test("custom_logo_file goes out as the SDK writes it, with a new app and with one that is there", async () => {
      const app = { name: "SDK shop", domains: ["example.com"], customLogoFile: logo };
      const { apiApp, warnings } = (await apps.apiAppCreate(app)).body;
      assert.deepEqual(warnings ?? [], []);
      const logoOf = async () => {
        const { logo_blob: blob } = await house.store.read
          .selectFrom("api_apps")
          .select("logo_blob")
          .where("client_id", "=", apiApp.clientId ?? "")
          .executeTakeFirstOrThrow();
        return blob;
      };
      const first = await logoOf();
      const other = { ...logo, value: pictureOf("jpeg", { width: 90, height: 90 }) };
      await apps.apiAppUpdate(apiApp.clientId ?? "", { customLogoFile: other });
      const second = await logoOf();
      assert.ok(first && second && first !== second);
      for (const [blob, status] of [
        [first, 404],
        [second, 200],
      ] as const)
        assert.equal((await fetch(`${house.url}/logos/${blob}.png`)).status, status);
    });
  });
}
