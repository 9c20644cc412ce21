import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  EmbeddedApi,
  EmbeddedEditUrlRequest,
  SignatureRequestApi,
  SignatureRequestEditEmbeddedWithTemplateRequest,
  SignatureRequestEditWithTemplateRequest,
  TemplateApi,
  TemplateCreateEmbeddedDraftRequest,
  TemplateCreateRequest,
  UnclaimedDraftApi,
  UnclaimedDraftCreateEmbeddedRequest,
  UnclaimedDraftCreateEmbeddedWithTemplateRequest,
  UnclaimedDraftCreateRequest,
  UnclaimedDraftEditAndResendRequest,
} from "@dropbox/sign";
import { edit, openEditor, saveOf, signatureField } from "../support/editor.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { ann, onePage, sendAndWait, untilState } from "../support/requests.ts";
import { cast, makeTemplate } from "../support/templates.ts";
import { fixture, skip } from "./published.ts";

const file = { value: Buffer.from(onePage), options: { filename: "lease.pdf", contentType: "application/pdf" } };

for (const ground of grounds()) {
  describe(`the official SDK and drafts on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let drafts: UnclaimedDraftApi;
    let requests: SignatureRequestApi;
    let templates: TemplateApi;
    let embedded: EmbeddedApi;
    before(async () => {
      house = await openHeardHouse(ground);
      drafts = new UnclaimedDraftApi(`${house.url}/v3`);
      requests = new SignatureRequestApi(`${house.url}/v3`);
      templates = new TemplateApi(`${house.url}/v3`);
      embedded = new EmbeddedApi(`${house.url}/v3`);
      for (const api of [drafts, requests, templates, embedded]) api.username = house.apiKey;
    });
    after(() => house.close());

    test("unclaimedDraftCreateEmbedded, the editor, and signatureRequestReleaseHold", async () => {
      const asked = UnclaimedDraftCreateEmbeddedRequest.init({
        client_id: house.clientId,
        requester_email_address: "sender@example.com",
        signers: [ann],
        hold_request: true,
        editor_options: { allow_edit_signers: true, allow_edit_documents: false },
        test_mode: true,
      });
      const { body } = await drafts.unclaimedDraftCreateEmbedded({ ...asked, files: [file] });
      const { claimUrl, signatureRequestId, testMode } = body.unclaimedDraft;
      assert.equal(testMode, true);
      const editor = openEditor(house, { link: claimUrl ?? "" });
      const done = await editor.finish({ ...saveOf(await edit(editor)), fields: [signatureField(0)] });
      assert.ok(done.ok && done.requestId === signatureRequestId);
      await house.quiet();
      const released = await requests.signatureRequestReleaseHold(signatureRequestId ?? "");
      assert.equal(released.body.signatureRequest.signatures?.[0]?.statusCode, "awaiting_signature");
      assert.deepEqual(await eventsOf(house, signatureRequestId ?? ""), [
        "signature_request_prepared",
        "signature_request_sent",
      ]);
    });

    test("the contract's own examples of drafts and templates are taken, and warnings tell what of them was ignored", {
      skip,
    }, async () => {
      const asIs = (name: string) => ({ ...fixture(name), file_urls: undefined, client_id: house.clientId });
      const plain = UnclaimedDraftCreateRequest.init(asIs("UnclaimedDraftCreateRequest"));
      const framed = UnclaimedDraftCreateEmbeddedRequest.init(asIs("UnclaimedDraftCreateEmbeddedRequest"));
      const begun = TemplateCreateEmbeddedDraftRequest.init(asIs("TemplateCreateEmbeddedDraftRequest"));
      const template = TemplateCreateRequest.init(asIs("TemplateCreateRequest"));
      const files = [file];
      const [one, two, three, four] = [
        (await drafts.unclaimedDraftCreate({ ...plain, files })).body,
        (await drafts.unclaimedDraftCreateEmbedded({ ...framed, files })).body,
        (await templates.templateCreateEmbeddedDraft({ ...begun, files })).body,
        (await templates.templateCreate({ ...template, files })).body,
      ].map(({ warnings = [] }) =>
        warnings.map(({ warningName, warningMsg }) => `${warningName} ${warningMsg}`).join("\n"),
      );
      for (const told of [one, two]) {
        assert.match(told ?? "", /parameter_conflict use_preexisting_fields/);
        assert.match(told ?? "", /parameter_ignored signers: /);
      }
      for (const told of [one, two, three, four]) {
        assert.match(told ?? "", /parameter_ignored form_field_groups, RadioGroup1: /);
        assert.match(told ?? "", /form_fields_placement uniqueIdHere_2: /);
      }
    });

    test("unclaimedDraftCreate, unclaimedDraftCreateEmbeddedWithTemplate and unclaimedDraftEditAndResend", async () => {
      const plain = UnclaimedDraftCreateRequest.init({ type: "request_signature", signers: [ann], test_mode: true });
      const made = await drafts.unclaimedDraftCreate({ ...plain, files: [file] });
      assert.match(made.body.unclaimedDraft.claimUrl ?? "", /\/prep-and-send\/embedded-request\?token=/);
      const template = await makeTemplate(house);
      const asked = UnclaimedDraftCreateEmbeddedWithTemplateRequest.init({
        client_id: house.clientId,
        requester_email_address: "sender@example.com",
        template_ids: [template],
        signers: cast,
      });
      const { body } = await drafts.unclaimedDraftCreateEmbeddedWithTemplate(asked);
      assert.equal(body.unclaimedDraft.signatureRequestId?.length, 40);
      const { signature_request_id: id } = await sendAndWait(house);
      const again = UnclaimedDraftEditAndResendRequest.init({ client_id: house.clientId });
      const resent = await drafts.unclaimedDraftEditAndResend(id, again);
      assert.ok(resent.body.unclaimedDraft.claimUrl);
    });

    test("templateCreateEmbeddedDraft, embeddedEditUrl and signatureRequestEditWithTemplate", async () => {
      const asked = TemplateCreateEmbeddedDraftRequest.init({
        client_id: house.clientId,
        signer_roles: [{ name: "Client" }],
        merge_fields: [{ name: "Company", type: "text" }],
      });
      const { template } = (await templates.templateCreateEmbeddedDraft({ ...asked, files: [file] })).body;
      assert.match(template.editUrl ?? "", /\/editor\/embeddedTemplate\?/);
      const url = await embedded.embeddedEditUrl(
        template.templateId ?? "",
        EmbeddedEditUrlRequest.init({ cc_roles: [""], merge_fields: [] }),
      );
      assert.ok(Number(url.body.embedded.expiresAt) > Date.now() / 1000);
      const { signature_request_id: id } = await sendAndWait(house, { mailed: true });
      const edited = await requests.signatureRequestEditWithTemplate(
        id,
        SignatureRequestEditWithTemplateRequest.init({ template_ids: [await makeTemplate(house)], signers: cast }),
      );
      assert.equal(edited.body.signatureRequest.signatureRequestId, id);
      await untilState(house, { id, not: ["processing"] });
      const request = SignatureRequestEditEmbeddedWithTemplateRequest.init({
        template_ids: [await makeTemplate(house)],
        signers: cast,
        client_id: house.clientId,
      });
      const again = await requests.signatureRequestEditEmbeddedWithTemplate(id, request);
      assert.equal(again.body.signatureRequest.signatureRequestId, id);
    });
  });
}
