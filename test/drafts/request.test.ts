import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { findTrail } from "../../src/evidence/trail.ts";
import { line, paper } from "../documents/papers.ts";
import { ask, faultOf } from "../support/ask.ts";
import {
  type Asked,
  type Change,
  edit,
  embeddedDraft,
  finishDraft,
  openEditor,
  saveOf,
  signatureField,
  unclaimedDraft,
} from "../support/editor.ts";
import { eventsOf, type HeardHouse, messageOf, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { mailedLinkOf, open, openPage, pageOf } from "../support/page.ts";
import { ann, bob, shownRequest, signatureOf } from "../support/requests.ts";

const sent = "signature_request_sent";

for (const ground of grounds()) {
  describe(`drafts of requests, on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    before(async () => {
      house = await openHeardHouse(ground);
    });
    after(() => house.close());

    const shown = (id: string) => shownRequest(house, id);
    const finish = (link: string, change?: Change) => finishDraft(house, { link, ...(change ? { change } : {}) });
    const draftOf = (on: string, asked: Asked) => unclaimedDraft(house, { on, asked });

    test("a draft is claimed, filled in and sent: the request has the id that was told, its sender's address, and one event", async () => {
      const made = await embeddedDraft(house, { signers: [], metadata: { deal: "7" }, allow_decline: true });
      const { signature_request_id: promised } = made;
      assert.deepEqual(faultOf(await ask(house, `GET /signature_request/${promised}`)), [404, "not_found"]);
      const editor = openEditor(house, { link: made.claim_url });
      const view = await edit(editor);
      const people = [ann, bob].map(({ name, email_address: email }, order) => ({ name, email, order, was: null }));
      const fields = [
        signatureField(0),
        { ...signatureField(1), page: 1 },
        {
          ...signatureField(0),
          apiId: "now",
          type: "text",
          signer: null,
          y: 300,
          content: "Paid",
          required: true,
        } as const,
      ];
      const done = await editor.finish({
        ...saveOf(view),
        title: "Deal",
        signers: people,
        fields,
        ccs: [{ email: "law@example.com" }],
      });
      assert.ok(done.ok && done.requestId === promised, JSON.stringify(done));
      assert.deepEqual(await eventsOf(house, done.requestId ?? ""), [sent]);

      const request = await shown(done.requestId ?? "");
      assert.deepEqual(
        [
          request.title,
          request.requester_email_address,
          request.metadata,
          request.cc_email_addresses,
          request.template_ids,
        ],
        ["Deal", "sender@example.com", { deal: "7" }, ["law@example.com"], null],
      );
      const [created] = await findTrail(house.store.read, request.signature_request_id);
      assert.deepEqual([created?.kind, created?.who], ["created", "sender@example.com"]);
      assert.deepEqual(
        request.signatures.map(({ signature_id: id, order, status_code }) => [
          id === done.signatureId,
          order,
          status_code,
        ]),
        [
          [true, 0, "awaiting_signature"],
          [false, 1, "awaiting_signature"],
        ],
      );
      const letter = await mailedLinkOf(house, { requestId: request.signature_request_id, to: ann.email_address });
      const page = await openPage(house, { link: letter }).claim();
      assert.ok(page.ok && page.state === "open");
      assert.deepEqual([page.requester, page.filled.map(({ text }) => text)], ["sender@example.com", ["Paid"]]);
    });

    test("who did not hear the answer asks again and gets the same; the draft is closed to all else, and keeps nothing", async () => {
      const made = await embeddedDraft(house);
      const editor = openEditor(house, { link: made.claim_url });
      const save = { ...saveOf(await edit(editor)), fields: [signatureField(0)] };
      const [one, other] = await Promise.all([editor.finish(save), editor.finish(save)]);
      assert.deepEqual(other, one);
      assert.deepEqual([await editor.claim(), await editor.draft()], [one, one]);
      const late = await editor.save(save);
      assert.ok(!late.ok && late.code === "draft_closed");
      assert.deepEqual(await eventsOf(house, made.signature_request_id ?? ""), [sent]);
      const rows = await house.store.read
        .selectFrom("drafts")
        .selectAll()
        .where("request_id", "=", made.signature_request_id)
        .execute();
      assert.doesNotMatch(JSON.stringify(rows), /ann@example\.com/);
    });

    test("a draft without a frame is claimed by whoever opens it first; send_document is for one signer alone", async () => {
      const place = { document_index: 0, type: "signature", required: true, page: 1, x: 72, width: 160, height: 18 };
      const made = await draftOf("create", {
        type: "send_document",
        subject: "Mine",
        signers: [ann, bob],
        form_fields_per_document: [
          { ...place, api_id: "mine", signer: 0, y: 60 },
          { ...place, api_id: "theirs", signer: 1, y: 90 },
        ],
        attachments: [{ name: "Licence", signer_index: 1 }],
      });
      assert.equal(made.signature_request_id, null);
      const editor = openEditor(house, { link: made.claim_url, clientId: undefined, parentOrigin: undefined });
      const view = await edit(editor);
      assert.deepEqual(
        [view.isSelfSigning, view.requestId, view.allow.signers, view.allow.documents],
        [true, null, true, true],
      );
      assert.deepEqual(
        [view.signers.map(({ name }) => name), view.fields.map(({ apiId }) => apiId)],
        [[ann.name], ["mine"]],
      );
      const [one, two] = [ann, bob].map(({ name, email_address: email }) => ({ name, email, order: null, was: null }));
      assert.ok(one && two);
      const fields = [signatureField(0), signatureField(1)];
      const many = await editor.finish({ ...saveOf(view), signers: [one, two], fields });
      assert.ok(!many.ok && "faults" in many);
      assert.deepEqual(
        many.faults.map(({ code }) => code),
        ["one_signer"],
      );
      const done = await editor.finish({ ...saveOf(view), signers: [one], fields: [signatureField(0)] });
      assert.ok(done.ok);
      assert.deepEqual(await eventsOf(house, done.requestId ?? ""), [sent]);
      assert.equal((await shown(done.requestId ?? "")).requester_email_address, "admin@localhost");
    });

    test("where nobody has placed a field, the request gets a page for the signatures", async () => {
      const made = await embeddedDraft(house, { is_for_embedded_signing: true });
      const id = await finish(made.claim_url);
      assert.deepEqual(await eventsOf(house, id), [sent]);
      const view = await open(await pageOf(house, signatureOf(await shown(id)).signature_id));
      assert.deepEqual([view.pages.length, view.fields.map(({ type }) => type)], [2, ["signature", "date_signed"]]);
    });

    test("text tags and merge values are fields that the editor shows and the sender may change", async () => {
      const tags = ["[sig|req|signer1|Sign]", "[text-merge|req|sender|Company]"].map((tag, n) =>
        line(72, 700 - 60 * n, tag),
      );
      const made = await embeddedDraft(house, {
        files: [paper({ content: tags.join("") })],
        use_text_tags: true,
        hide_text_tags: true,
        is_for_embedded_signing: true,
        custom_fields: [{ name: "Company", value: "Acme" }],
      });
      const id = await finish(made.claim_url, ({ fields }) => {
        assert.deepEqual(
          fields.map(({ type, name, signer, content = "" }) => [type, name, signer, content]),
          [
            ["signature", "Sign", 0, ""],
            ["text-merge", "Company", null, "Acme"],
          ],
        );
        return {
          fields: fields.map((field) =>
            field.name === "Company" ? { ...field, content: "Acme Co." } : { ...field, x: 300 },
          ),
        };
      });
      assert.deepEqual(await eventsOf(house, id), [sent]);
      const request = await shown(id);
      assert.deepEqual(request.custom_fields, [
        { name: "Company", type: "text", value: "Acme Co.", required: false, api_id: "tag_2", editor: null },
      ]);
      const view = await open(await pageOf(house, signatureOf(request).signature_id));
      assert.deepEqual([view.fields.map(({ x }) => x), view.filled.map(({ text }) => text)], [[300], ["Acme Co."]]);
    });

    test("a draft whose file or tag is of no use has failed: the request is there, and its one event says why", async () => {
      for (const [asked, type, words, blame = "error_"] of [
        [{ files: [Buffer.from("%PDF-1.4\nbroken\n")] }, "file_error", /paper-1\.pdf/],
        [
          { files: [paper({ content: line(72, 700, "[sig|req|signerX]") })], use_text_tags: true },
          "file_error",
          /signerX/,
        ],
        [
          { files: [paper({ content: line(72, 700, "[sig|req|signer3]") })], use_text_tags: true },
          "signature_request_invalid",
          /signer3/,
        ],
        [
          {
            signers: [ann, bob],
            files: [paper({ content: line(72, 700, "[text|req|signer2|Age|age|old]") })],
            use_text_tags: true,
          },
          "file_error",
          /old/,
          "awaiting_signature",
        ],
      ] as const) {
        const made = await embeddedDraft(house, asked);
        const id = made.signature_request_id ?? assert.fail();
        await house.quiet();
        assert.deepEqual(await eventsOf(house, id), [type]);
        assert.match(messageOf(house, id), words);
        const jobs = await house.store.read.selectFrom("jobs").select("kind").where("request_id", "=", id).execute();
        assert.ok(!jobs.some(({ kind }) => kind === "prepare"), "what has failed is not prepared");
        const request = await shown(id);
        assert.deepEqual([request.has_error, signatureOf(request).signer_email_address], [true, "ann@example.com"]);
        assert.ok(signatureOf(request).status_code.startsWith(blame));
        assert.match(request.signatures.at(-1)?.status_code ?? "", /^error_/);
        const claimed = await openEditor(house, { link: made.claim_url }).claim();
        assert.ok(!claimed.ok && "code" in claimed && claimed.code === "draft_failed", JSON.stringify(claimed));
      }
    });
  });
}
