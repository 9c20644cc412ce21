import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { line, paper } from "../documents/papers.ts";
import { ask, faultOf, readAs, wordsOf } from "../support/ask.ts";
import { draftBy, edit, embeddedDraft, OneDraft, openEditor, saveOf, signatureField } from "../support/editor.ts";
import { eventsOf, type HeardHouse, messageOf, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { mailedLinkOf, open, openPage, pageOf, sign } from "../support/page.ts";
import { ann, bob, requestOf, type Shown, sendAndWait, signatureOf, untilState } from "../support/requests.ts";
import { makeSecondAccount } from "../support/second-account.ts";
import { cast, makeTemplate } from "../support/templates.ts";

type View = Awaited<ReturnType<typeof edit>>;
const sent = "signature_request_sent";

for (const ground of grounds()) {
  describe(`drafts of requests, on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    before(async () => {
      house = await openHeardHouse(ground);
    });
    after(() => house.close());

    async function shown(id: string): Promise<Shown> {
      return requestOf(await ask(house, `GET /signature_request/${id}`));
    }

    /** Opens a draft and finishes it as this says; answers the request's id. */
    async function finish(link: string, change: (view: View) => object = () => ({})): Promise<string> {
      const editor = openEditor(house, { link });
      const view = await edit(editor);
      const done = await editor.finish({ ...saveOf(view), ...change(view) });
      assert.ok(done.ok, JSON.stringify(done));
      assert.equal(done.state, "done");
      return done.requestId ?? assert.fail();
    }

    async function draftOf(on: string, asked: Parameters<typeof draftBy>[1]["asked"]) {
      return readAs(OneDraft, await draftBy(house, { on: `/unclaimed_draft/${on}`, asked })).unclaimed_draft;
    }

    test("a draft is claimed, filled in and sent: the request has the id that was told, its sender's address, and one event", async () => {
      const made = await embeddedDraft(house, { signers: [], metadata: { deal: "7" }, allow_decline: true });
      const { signature_request_id: promised } = made;
      assert.deepEqual(faultOf(await ask(house, `GET /signature_request/${promised}`)), [404, "not_found"]);
      const editor = openEditor(house, { link: made.claim_url });
      const view = await edit(editor);
      const people = [ann, bob].map(({ name, email_address: email }, order) => ({ name, email, order }));
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

    test("a held request is prepared, not sent: nobody is asked before it is released", async () => {
      const made = await embeddedDraft(house, { hold_request: true });
      const id = await finish(made.claim_url, () => ({ fields: [signatureField(0)] }));
      assert.deepEqual(await eventsOf(house, id), ["signature_request_prepared"]);
      const { payload } = house.receiver.heard.at(-1) ?? assert.fail();
      assert.deepEqual(
        payload.signature_request?.signatures.map(({ status_code }) => status_code),
        ["on_hold_by_requester"],
      );
      assert.equal(payload.event.event_metadata.related_signature_id, null);
      const letters = () =>
        house.store.read.selectFrom("letters").select("kind").where("request_id", "=", id).execute();
      assert.deepEqual(await letters(), []);
      assert.deepEqual(
        faultOf(
          await ask(house, `POST /signature_request/remind/${id}`, { json: { email_address: ann.email_address } }),
        ),
        [400, "invalid_reminder"],
      );
      assert.equal((await ask(house, `GET /signature_request/files/${id}`)).status, 200);

      const released = requestOf(await ask(house, `POST /signature_request/release_hold/${id}`));
      assert.equal(signatureOf(released).status_code, "awaiting_signature");
      assert.deepEqual(await eventsOf(house, id), ["signature_request_prepared", sent]);
      assert.deepEqual(
        (await letters()).map(({ kind }) => kind),
        [sent],
      );
      const again = await ask(house, `POST /signature_request/release_hold/${id}`);
      assert.deepEqual(faultOf(again), [400, "bad_request", "signature_request_id"]);
    });

    test("an embedded request on hold has no sign URLs until it is released, and can be updated and canceled", async () => {
      const held = { hold_request: true, is_for_embedded_signing: true };
      const [first, second] = [await embeddedDraft(house, held), await embeddedDraft(house, held)];
      const place = () => ({ fields: [signatureField(0)] });
      const [id, other] = [await finish(first.claim_url, place), await finish(second.claim_url, place)];
      await house.quiet();
      const { signature_id } = signatureOf(await shown(id));
      assert.deepEqual(faultOf(await ask(house, `GET /embedded/sign_url/${signature_id}`)), [409, "conflict"]);
      const json = { signature_id, email_address: "new@example.com" };
      const updated = requestOf(await ask(house, `POST /signature_request/update/${id}`, { json }));
      assert.equal(signatureOf(updated).status_code, "on_hold_by_requester");
      await ask(house, `POST /signature_request/release_hold/${id}`);
      await sign(house, signatureOf(await shown(id)).signature_id);
      await untilState(house, { id, not: ["awaiting", "sealing"] });
      assert.equal((await ask(house, `POST /signature_request/cancel/${other}`)).status, 200);
      assert.deepEqual(await eventsOf(house, other), ["signature_request_prepared", "signature_request_canceled"]);
      const stranger = await makeSecondAccount(house);
      assert.deepEqual(
        faultOf(await ask(house, `POST /signature_request/release_hold/${id}`, { key: stranger.apiKey })),
        [404, "not_found"],
      );
    });

    test("a draft without a frame is claimed by whoever opens it first; send_document is for one signer alone", async () => {
      const made = await draftOf("create", { type: "send_document", subject: "Mine" });
      assert.equal(made.signature_request_id, null);
      const editor = openEditor(house, { link: made.claim_url, clientId: undefined, parentOrigin: undefined });
      const view = await edit(editor);
      assert.deepEqual(
        [view.isSelfSigning, view.requestId, view.allow.signers, view.allow.documents],
        [true, null, true, true],
      );
      const [one, two] = [ann, bob].map(({ name, email_address: email }) => ({ name, email, order: null }));
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
      for (const [asked, type, words] of [
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
      ] as const) {
        const made = await embeddedDraft(house, asked);
        const id = made.signature_request_id ?? assert.fail();
        await house.quiet();
        assert.deepEqual(await eventsOf(house, id), [type]);
        assert.match(messageOf(house, id), words);
        const request = await shown(id);
        assert.deepEqual([request.has_error, signatureOf(request).signer_email_address], [true, "ann@example.com"]);
        const claimed = await openEditor(house, { link: made.claim_url }).claim();
        assert.ok(!claimed.ok && "code" in claimed && claimed.code === "draft_failed", JSON.stringify(claimed));
      }
    });

    test("of templates: roles that the caller names stand, the others are cast in the editor, and every field is there", async () => {
      const template = await makeTemplate(house, { cc_roles: ["Lawyer"] });
      const made = await draftOf("create_embedded_with_template", {
        files: [],
        client_id: house.clientId,
        requester_email_address: "sender@example.com",
        template_ids: [template],
        signers: cast.slice(1),
        custom_fields: [{ name: "Company", value: "Acme" }],
        is_for_embedded_signing: true,
      });
      const editor = openEditor(house, { link: made.claim_url });
      const view = await edit(editor);
      assert.equal(view.revision, 0, "one template alone needs no preparing");
      assert.deepEqual(
        view.signers.map(({ role, email }) => [role, email]),
        [
          ["Witness", "bob@example.com"],
          ["Client", ""],
        ],
      );
      assert.deepEqual([view.ccs, view.allow.signers, view.allow.ccs], [[{ role: "Lawyer" }], false, true]);
      const [bobs, client] = view.signers;
      assert.ok(bobs && client);
      const changed = await editor.call("PUT /draft", {
        ...saveOf(view),
        signers: [{ ...bobs, name: "Else" }, client],
      });
      assert.deepEqual(faultOf(changed), [400, "bad_request", "signers"]);
      const missing = await editor.finish(saveOf(view));
      assert.ok(!missing.ok && "faults" in missing);
      assert.deepEqual(
        missing.faults.map(({ code, at }) => [code, at]),
        [
          ["signer_without_name", { kind: "signer", index: 1 }],
          ["signer_without_email", { kind: "signer", index: 1 }],
        ],
      );
      const id = await finish(made.claim_url).catch(() => null);
      assert.equal(id, null, "another tab has it");
      const done = await editor.finish({
        ...saveOf(view),
        signers: [bobs, { ...client, name: "Ann Lee", email: "ann@example.com" }],
        ccs: [{ role: "Lawyer", email: "law@example.com" }],
      });
      assert.ok(done.ok, JSON.stringify(done));
      const request = await untilState(house, { id: done.requestId ?? "", not: ["processing"] });
      assert.deepEqual(
        [request.template_ids, request.cc_email_addresses, request.signatures.map(({ signer_role }) => signer_role)],
        [[template], ["law@example.com"], ["Witness", "Client"]],
      );
      const page = await open(await pageOf(house, signatureOf(request, 1).signature_id));
      assert.deepEqual(
        [page.fields.map(({ apiId }) => apiId), page.filled.map(({ text }) => text)],
        [["sign_client", "day_client"], ["Acme"]],
      );
    });

    test("of several templates and a file of one's own: one document of all", async () => {
      const [one, two] = [await makeTemplate(house), await makeTemplate(house, { title: "Annex" })];
      const made = await draftOf("create_embedded_with_template", {
        files: [paper({ content: line(72, 700, "Own") })],
        client_id: house.clientId,
        requester_email_address: "sender@example.com",
        template_ids: [one, two],
        signers: cast,
        preview_only: true,
      });
      const editor = openEditor(house, { link: made.claim_url });
      const view = await edit(editor);
      assert.deepEqual([view.pages.length, view.files.length, view.fields.length, view.allow.fields], [3, 3, 8, false]);
      assert.deepEqual(faultOf(await editor.call("PUT /draft", { ...saveOf(view), fields: [] })), [
        400,
        "bad_request",
        "fields",
      ]);
      const done = await editor.finish(saveOf(view));
      assert.ok(done.ok, JSON.stringify(done));
      assert.deepEqual(await eventsOf(house, done.requestId ?? ""), [sent]);
    });

    test("edit_and_resend makes a new request that says all that the other one says, which stays as it is", async () => {
      const before = await sendAndWait(house, { signers: [ann, bob], message: "Sign", metadata: { a: "b" } });
      const made = await draftOf(`edit_and_resend/${before.signature_request_id}`, {
        files: [],
        client_id: house.clientId,
        requester_email_address: "other@example.com",
      });
      assert.notEqual(made.signature_request_id, before.signature_request_id);
      const id = await finish(made.claim_url, (view) => {
        assert.deepEqual([view.message, view.signers.length, view.fields.length, view.revision], ["Sign", 2, 4, 0]);
        return {
          title: "Again",
          signers: view.signers.slice(0, 1),
          fields: view.fields.filter(({ signer }) => signer === 0),
        };
      });
      assert.deepEqual(await eventsOf(house, id), [sent]);
      const after = await shown(id);
      assert.deepEqual(
        [after.title, after.metadata, after.signatures.length, after.requester_email_address],
        ["Again", { a: "b" }, 1, "other@example.com"],
      );
      assert.deepEqual(await shown(before.signature_request_id), before);
      const pinned = await sendAndWait(house, { signers: [{ ...ann, pin: "1234" }] });
      const json = { client_id: house.clientId };
      const refused = await ask(house, `POST /unclaimed_draft/edit_and_resend/${pinned.signature_request_id}`, {
        json,
      });
      assert.deepEqual(faultOf(refused), [409, "conflict"]);
      assert.match(wordsOf(refused), /access codes/);
    });

    test("what does not fit the parameters is refused with its path before anything is kept", async () => {
      const count = async () => (await house.store.read.selectFrom("drafts").select("draft_id").execute()).length;
      const before = await count();
      const app = { client_id: house.clientId, requester_email_address: "sender@example.com" };
      for (const [on, asked, path] of [
        ["create", {}, "type"],
        ["create", { type: "other" }, "type"],
        ["create", { type: "send_document", signers: [ann, bob] }, "signers"],
        ["create_embedded", { requester_email_address: "sender@example.com" }, "client_id"],
        ["create_embedded", { client_id: house.clientId }, "requester_email_address"],
        ["create_embedded", { ...app, requester_email_address: "x" }, "requester_email_address"],
        ["create_embedded", { ...app, client_id: "f".repeat(32) }, "client_id"],
        ["create_embedded", { ...app, subject: "x".repeat(201) }, "subject"],
        ["create_embedded", { ...app, requesting_redirect_url: "javascript:1" }, "requesting_redirect_url"],
        ["create_embedded", { ...app, use_text_tags: true, use_preexisting_fields: true }, "use_preexisting_fields"],
        ["create_embedded", { ...app, signers: [ann, ann] }, "signers[1][email_address]"],
        ["create_embedded", { ...app, files: [] }, "files"],
      ] as const)
        assert.deepEqual(
          faultOf(await draftBy(house, { on: `/unclaimed_draft/${on}`, asked })),
          [400, "bad_request", path],
          on,
        );
      assert.equal(await count(), before);
    });
  });
}
