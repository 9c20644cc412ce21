import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  HttpError,
  SignatureRequestApi,
  SignatureRequestCreateEmbeddedWithTemplateRequest,
  SignatureRequestSendWithTemplateRequest,
  TemplateAddUserRequest,
  TemplateApi,
  TemplateCreateRequest,
  TemplateRemoveUserRequest,
  TemplateUpdateFilesRequest,
} from "@dropbox/sign";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { onePage } from "../support/requests.ts";
import { joinFirst, makeSecondAccount } from "../support/second-account.ts";
import { cast, clientAndWitness, templateEventsOf, untilPrepared } from "../support/templates.ts";

const file = { value: Buffer.from(onePage), options: { filename: "lease.pdf", contentType: "application/pdf" } };

for (const ground of grounds()) {
  describe(`the official SDK and templates on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let templates: TemplateApi;
    let requests: SignatureRequestApi;
    before(async () => {
      house = await openHeardHouse(ground);
      templates = new TemplateApi(`${house.url}/v3`);
      requests = new SignatureRequestApi(`${house.url}/v3`);
      for (const api of [templates, requests]) api.username = house.apiKey;
    });
    after(() => house.close());

    async function make(): Promise<string> {
      const asked = TemplateCreateRequest.init({
        signer_roles: [{ name: "Client" }, { name: "Witness" }],
        form_fields_per_document: clientAndWitness,
        cc_roles: ["Lawyer"],
        title: "Lease",
        message: "Please sign",
      });
      const { body } = await templates.templateCreate({ ...asked, files: [file] });
      const id = body.template.templateId;
      assert.ok(id);
      await untilPrepared(house, id);
      assert.deepEqual((await templateEventsOf(house, id)).account, ["template_created"]);
      return id;
    }

    test("templateCreate, templateGet and templateList", async () => {
      const id = await make();
      const { template } = (await templates.templateGet(id)).body;
      assert.deepEqual(
        [template.title, template.signerRoles?.map(({ name }) => name), template.ccRoles?.map(({ name }) => name)],
        ["Lease", ["Client", "Witness"], ["Lawyer"]],
      );
      const [document] = template.documents ?? [];
      assert.deepEqual(
        document?.formFields?.map(({ type, signer }) => [type, signer]),
        [
          ["signature", "1"],
          ["date_signed", "1"],
          ["signature", "2"],
        ],
      );
      assert.deepEqual(
        document?.customFields?.map(({ name, type }) => [name, type]),
        [["Company", "text"]],
      );
      const { body } = await templates.templateList();
      assert.equal(body.templates[0]?.templateId, id);
      assert.equal(body.listInfo.numResults, 1);
    });

    test("signatureRequestSendWithTemplate and signatureRequestCreateEmbeddedWithTemplate", async () => {
      const id = await make();
      const given = {
        template_ids: [id],
        signers: cast,
        ccs: [{ role: "Lawyer", email_address: "law@example.com" }],
        custom_fields: [{ name: "Company", value: "Acme" }],
      };
      const mailed = await requests.signatureRequestSendWithTemplate(
        SignatureRequestSendWithTemplateRequest.init(given),
      );
      assert.deepEqual(mailed.body.signatureRequest.templateIds, [id]);
      assert.deepEqual(
        mailed.body.signatureRequest.signatures?.map(({ signerRole }) => signerRole),
        ["Client", "Witness"],
      );
      const asked = SignatureRequestCreateEmbeddedWithTemplateRequest.init({ ...given, client_id: house.clientId });
      const embedded = await requests.signatureRequestCreateEmbeddedWithTemplate({ ...asked, files: [file] });
      assert.deepEqual(
        embedded.body.signatureRequest.customFields?.map(({ name }) => name),
        ["Company"],
      );
    });

    test("templateAddUser, templateRemoveUser, templateUpdateFiles, templateFiles in three ways, templateDelete", async () => {
      const id = await make();
      const { email: emailAddress } = await makeSecondAccount(house);
      await joinFirst(house, emailAddress);
      const added = await templates.templateAddUser(id, TemplateAddUserRequest.init({ email_address: emailAddress }));
      assert.equal(added.body.template.accounts?.length, 2);
      const removed = await templates.templateRemoveUser(
        id,
        TemplateRemoveUserRequest.init({ email_address: emailAddress }),
      );
      assert.equal(removed.body.template.accounts?.length, 1);
      const asked = TemplateUpdateFilesRequest.init({ subject: "Other" });
      const made = (await templates.templateUpdateFiles(id, { ...asked, files: [file] })).body.template.templateId;
      assert.ok(made);
      assert.equal(await untilPrepared(house, made), "ready");
      assert.equal((await templates.templateFiles(id, "pdf")).body.subarray(0, 5).toString(), "%PDF-");
      assert.match((await templates.templateFilesAsDataUri(id)).body.dataUri, /^data:application\/pdf/);
      assert.match((await templates.templateFilesAsFileUrl(id)).body.fileUrl, /^http/);
      await templates.templateDelete(id);
      await assert.rejects(templates.templateGet(id), (error: unknown) => {
        assert.ok(error instanceof HttpError);
        return error.statusCode === 404;
      });
    });
  });
}
