import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { hashOf } from "../../src/base/secrets.ts";
import type { EditorAnswer } from "../../src/wire/editor-view.ts";
import { line, paper } from "../documents/papers.ts";
import { faultOf, read, readAs } from "../support/ask.ts";
import {
  draftBy,
  edit,
  embeddedDraft,
  OneDraft,
  openEditor,
  saveOf,
  signatureField,
  untilOpen,
} from "../support/editor.ts";
import { english } from "../support/english.ts";
import { grounds, type House } from "../support/house.ts";
import { newTab } from "../support/page.ts";
import { formOf, onePage } from "../support/requests.ts";

const hour = 3_600_000;

/** The code of a refusal, whose words are a sentence. */
function codeOf(answer: EditorAnswer): string {
  assert.ok(!answer.ok && "code" in answer, JSON.stringify(answer));
  assert.match(english(answer.says) ?? "", /^[A-Z].+\.$/);
  return answer.code;
}

for (const ground of grounds()) {
  describe(`the editor's doors, on ${ground.name}`, { skip: ground.skip }, () => {
    let house: House;
    before(async () => {
      house = await ground.open();
    });
    after(() => house.close());

    async function draftLink(asked: Parameters<typeof embeddedDraft>[1] = {}): Promise<string> {
      return (await embeddedDraft(house, asked)).claim_url;
    }

    /** Moves a draft's times into the past. */
    async function age(link: string, columns: { readonly expires_at?: number; readonly touched_at?: number }) {
      const token = new URL(link).searchParams.get("token") ?? "";
      await house.store.transact(async (tx) => {
        await tx.updateTable("drafts").set(columns).where("token_hash", "=", hashOf(token)).execute();
      });
    }

    test("the view says all that was asked for, and nothing of a signature that is not there yet", async () => {
      const made = await embeddedDraft(house, {
        message: "Please sign",
        cc_email_addresses: ["law@example.com"],
        editor_options: { allow_edit_documents: true },
        requesting_redirect_url: "https://example.com/done",
        signing_redirect_url: "https://example.com/signed",
        force_subject_message: true,
        show_preview: true,
        show_progress_stepper: false,
        skip_me_now: true,
        hold_request: true,
        field_options: { date_format: "YYYY - MM - DD" },
        form_fields_per_document: [
          {
            document_index: 0,
            api_id: "s",
            type: "signature",
            signer: 0,
            required: true,
            page: 1,
            x: 560,
            y: 60,
            width: 160,
            height: 20,
          },
        ],
      });
      assert.deepEqual(
        [made.requesting_redirect_url, made.signing_redirect_url, made.test_mode],
        ["https://example.com/done", "https://example.com/signed", true],
      );
      const editor = openEditor(house, { link: made.claim_url });
      const { pages, fields, ...view } = await edit(editor);
      assert.deepEqual(view, {
        ok: true,
        state: "open",
        session: `${editor.token}.${editor.tab}`,
        kind: "request",
        revision: 1,
        title: "Agreement",
        subject: "Agreement",
        message: "Please sign",
        signers: [{ name: "Ann Lee", email: "ann@example.com", order: null }],
        ccs: [{ email: "law@example.com" }],
        mergeFields: [],
        templateId: null,
        requestId: made.signature_request_id,
        signatureId: null,
        testMode: true,
        files: [{ name: "paper-1.pdf", pages: 1 }],
        allow: { signers: false, documents: true, ccs: true, meNow: false, fields: true },
        show: { preview: true, stepper: false, signersFirst: false, subjectFirst: true },
        isSelfSigning: false,
        isHeld: true,
        dateFormat: "YYYY - MM - DD",
        redirectUrl: "https://example.com/done",
        notice: null,
      });
      // It was asked for beyond the edge of its page: there nobody could take hold of it.
      assert.deepEqual(
        fields.map(({ apiId, page, x, y, width }) => [apiId, page, x, y, width]),
        [["s", 1, 612 - 144, 60, 144]],
      );
      assert.deepEqual(
        pages.map(({ width, height }) => [width, height]),
        [[612, 792]],
      );
      for (const { url } of pages.flatMap(({ pictures }) => pictures))
        assert.equal((await fetch(house.url + url)).status, 200);
    });

    test("the first tab has the draft: it may reload, any other is refused, and a GET of the link changes nothing", async () => {
      const link = await draftLink();
      for (let n = 0; n < 2; n += 1) assert.equal((await fetch(link)).status, 200);
      const editor = openEditor(house, { link });
      const view = await edit(editor);
      assert.equal(codeOf(await openEditor(house, { link }).claim()), "sign_url_invalid");
      assert.equal(codeOf(await openEditor(house, { link, tab: newTab() }).draft()), "sign_url_invalid");
      assert.deepEqual(await openEditor(house, { link, tab: editor.tab }).claim(), view);
      assert.equal((await fetch(link)).status, 200);
      const stranger = openEditor(house, { link: link.replace(/token=\w+/, `token=${"0".repeat(64)}`) });
      assert.equal(codeOf(await stranger.claim()), "sign_url_invalid");
      assert.equal((await fetch(link.replace(/token=\w+/, "token=x"))).status, 404);
    });

    test("a link that nobody claims is dead after 60 minutes, and a tab that does nothing for 4 hours", async () => {
      const link = await draftLink();
      await age(link, { expires_at: Date.now() - 1000 });
      assert.equal(codeOf(await openEditor(house, { link }).claim()), "sign_url_expired");
      await age(link, { expires_at: Date.now() + hour });
      const editor = openEditor(house, { link });
      await edit(editor);
      await age(link, { expires_at: Date.now() - hour, touched_at: Date.now() - 3.9 * hour });
      assert.ok((await editor.draft()).ok, "a tab that works keeps its draft");
      await age(link, { touched_at: Date.now() - 4.1 * hour });
      assert.equal(codeOf(await editor.draft()), "sign_url_expired");
    });

    test("only the app's websites may show it: another app, another host, no frame and an unproven one are refused", async () => {
      const link = await draftLink({ test_mode: false });
      const from = (asked: Partial<Parameters<typeof openEditor>[1]>) => openEditor(house, { link, ...asked }).claim();
      assert.equal(codeOf(await from({ clientId: "f".repeat(32) })), "client_id_mismatch");
      assert.equal(codeOf(await from({ clientId: undefined })), "client_id_mismatch");
      assert.equal(codeOf(await from({ parentOrigin: "https://evil.example" })), "domain_not_allowed");
      assert.equal(codeOf(await from({ parentOrigin: null })), "domain_not_allowed");
      assert.equal(codeOf(await from({ clientId: undefined, parentOrigin: undefined })), "not_embedded");
      const { row } = await house.store.read
        .selectFrom("drafts")
        .select(({ fn }) => fn.countAll<number>().as("row"))
        .where("tab_hash", "is not", null)
        .where("token_hash", "=", hashOf(new URL(link).searchParams.get("token") ?? ""))
        .executeTakeFirstOrThrow();
      assert.equal(Number(row), 0, "who is refused claims nothing");
      assert.ok((await from({ parentOrigin: "http://app.localhost:1234" })).ok);
      assert.ok(
        (await openEditor(house, { link: await draftLink(), parentOrigin: null }).claim()).ok,
        "a test may skip the proof",
      );
    });

    test("the pages carry a strict policy: framed by the app's domains, or by nobody", async () => {
      const policyOf = async (link: string) => {
        const { headers } = await fetch(link);
        assert.equal(headers.get("x-frame-options"), null);
        assert.equal(headers.get("referrer-policy"), "no-referrer");
        return headers.get("content-security-policy") ?? "";
      };
      const link = await draftLink();
      assert.match(
        await policyOf(link),
        /default-src 'none'; script-src 'self'.*frame-ancestors https:\/\/localhost:\*/,
      );
      assert.match(await policyOf(`${link}&skip_domain_verification=1`), /frame-ancestors \*$/);
      const strict = await draftLink({ test_mode: false });
      assert.doesNotMatch(await policyOf(`${strict}&skip_domain_verification=1`), /frame-ancestors \*$/);
      const answer = await draftBy(house, { on: "/unclaimed_draft/create", asked: { type: "request_signature" } });
      assert.match(await policyOf(readAs(OneDraft, answer).unclaimed_draft.claim_url), /frame-ancestors 'none'$/);
    });

    test("of two windows the one that is behind is told so, and changes nothing", async () => {
      const link = await draftLink();
      const editor = openEditor(house, { link });
      const view = await edit(editor);
      const other = openEditor(house, { link, tab: editor.tab });
      assert.deepEqual(await editor.save({ ...saveOf(view), title: "One" }), { ok: true, revision: 2 });
      assert.equal(codeOf(await other.save({ ...saveOf(view), title: "Other" })), "draft_behind");
      assert.equal(codeOf(await other.finish({ ...saveOf(view), title: "Other" })), "draft_behind");
      const now = await edit(other);
      assert.deepEqual([now.title, now.revision], ["One", 2]);
    });

    test("what is saved is what is shown after a reload, with everything that a field can say", async () => {
      const editor = openEditor(house, { link: await draftLink({ signers: [] }) });
      const view = await edit(editor);
      assert.deepEqual(view.signers, [{ name: "", email: "", order: null }]);
      const text = { ...signatureField(0), apiId: "t", type: "text", y: 200, name: "Note" } as const;
      const save = {
        ...saveOf(view),
        title: "New",
        signers: [{ name: "Ann", email: "", order: 3 }],
        ccs: [{ email: "half" }],
        fields: [
          signatureField(0),
          {
            ...text,
            placeholder: "Say",
            validation: { type: "custom_regex", pattern: "A+", words: "As" },
            masked: true,
            linkId: "l",
          },
          { ...text, apiId: "c", type: "checkbox", checked: true, group: { id: "g", label: "G", least: 1, most: 1 } },
          {
            ...text,
            apiId: "d",
            type: "dropdown",
            options: ["a", "b"],
            content: "b",
            fontFamily: "courier",
            fontSize: 9,
          },
          { ...text, apiId: "h", type: "hyperlink", content: "Go", contentUrl: "https://example.com" },
          { ...text, apiId: "x", condition: { field: "c", operator: "is", values: ["1"], hides: false } },
        ],
      } as const;
      assert.ok((await editor.save(save)).ok);
      assert.deepEqual(saveOf(await edit(editor)), { ...save, revision: 2 });
    });

    test("a save of another shape, or beyond its bounds, is a fault with its path; one larger than the page may send is refused", async () => {
      const editor = openEditor(house, { link: await draftLink() });
      const save = saveOf(await edit(editor));
      const field = signatureField(0);
      for (const [body, path] of [
        [{ ...save, revision: -1 }, "revision"],
        [{ ...save, fields: [{ ...field, type: "stamp" }] }, "fields[0][type]"],
        [{ ...save, fields: [{ ...field, page: 0 }] }, "fields[0][page]"],
        [{ ...save, fields: [{ ...field, x: 1e9 }] }, "fields[0][x]"],
        [{ ...save, fields: [{ ...field, signer: 100 }] }, "fields[0][signer]"],
        [{ ...save, signers: Array.from({ length: 101 }, () => save.signers[0]) }, "signers"],
        [{ ...save, title: "x".repeat(5001) }, "title"],
      ] as const)
        assert.deepEqual(faultOf(await editor.call("PUT /draft", body)), [400, "bad_request", path]);
      const large = { ...save, fields: Array.from({ length: 300 }, () => ({ ...field, content: "x".repeat(9000) })) };
      assert.deepEqual(faultOf(await editor.call("PUT /draft", large)), [400, "bad_request"]);
      assert.deepEqual(saveOf(await edit(editor)), save);
    });

    test("what the caller does not allow is refused, though the page would not offer it", async () => {
      const editor = openEditor(house, { link: await draftLink({ allow_ccs: false }) });
      const save = saveOf(await edit(editor));
      const bob = { name: "Bob", email: "bob@example.com", order: null };
      for (const [change, path] of [
        [{ signers: [bob] }, "signers"],
        [{ ccs: [{ email: "law@example.com" }] }, "ccs"],
      ] as const)
        assert.deepEqual(faultOf(await editor.call("PUT /draft", { ...save, ...change })), [400, "bad_request", path]);
      const form = new FormData();
      form.append("file", new Blob([Buffer.from(onePage)]), "more.pdf");
      assert.deepEqual(faultOf(await editor.call("POST /files", form)), [400, "bad_request", "files"]);
    });

    test("files come behind the others, in another order and away again, and their fields go along", async () => {
      const [first, second] = ["First", "Second"].map((words) => paper({ content: line(72, 700, words) }));
      assert.ok(first && second);
      const link = await draftLink({ files: [first, second], editor_options: { allow_edit_documents: true } });
      const editor = openEditor(house, { link });
      const view = await edit(editor);
      const fields = [signatureField(0), { ...signatureField(0), apiId: "day", type: "date_signed", page: 2 } as const];
      await editor.save({ ...saveOf(view), fields });
      const placesIn = ({ fields: placed }: typeof view) => placed.map(({ apiId, page }) => [apiId, page]);

      const added = await untilOpen(editor, await editor.add([onePage]));
      assert.deepEqual(
        added.files.map(({ name }) => name),
        ["paper-1.pdf", "paper-2.pdf", "added-1.pdf"],
      );
      assert.deepEqual(
        [added.pages.length, placesIn(added)],
        [
          3,
          [
            ["sign_0", 1],
            ["day", 2],
          ],
        ],
      );
      const turned = await untilOpen(editor, await editor.order([2, 1, 0]));
      assert.deepEqual(
        turned.files.map(({ name }) => name),
        ["added-1.pdf", "paper-2.pdf", "paper-1.pdf"],
      );
      assert.deepEqual(placesIn(turned), [
        ["sign_0", 3],
        ["day", 2],
      ]);
      const left = await untilOpen(editor, await editor.remove(1));
      assert.deepEqual([left.pages.length, placesIn(left)], [2, [["sign_0", 2]]]);
      for (const [on, body] of [
        ["POST /files/order", { order: [0, 0] }],
        ["POST /files/remove", { file: 7 }],
      ] as const)
        assert.equal(faultOf(await editor.call(on, body))[0], 400);
    });

    test("a file that cannot be used is left out: the draft is as it was, and says why", async () => {
      const editor = openEditor(house, { link: await draftLink({ editor_options: { allow_edit_documents: true } }) });
      const view = await edit(editor);
      const after = await untilOpen(editor, await editor.add([Buffer.from("%PDF-1.4\nbroken\n")]));
      assert.match(after.notice ?? "", /added-1\.pdf/);
      assert.deepEqual({ ...after, notice: null }, view);
      assert.ok((await editor.save(saveOf(after))).ok);
      assert.equal((await edit(editor)).notice, null);
    });

    test("while documents are prepared nothing is finished, and no second change of them begins", async () => {
      const editor = openEditor(house, { link: await draftLink({ editor_options: { allow_edit_documents: true } }) });
      const view = await edit(editor);
      const preparing = await editor.add([onePage]);
      assert.deepEqual(preparing, { ok: true, state: "preparing", session: view.session });
      const [second, finished] = await Promise.all([editor.add([onePage]), editor.finish(saveOf(view))]);
      const open = await untilOpen(editor, preparing);
      for (const answer of [second, finished])
        if (!answer.ok && "code" in answer) assert.match(answer.code, /^draft_(preparing|behind)$/);
      assert.ok(open.files.length >= 2);
    });

    test("calls without a bearer, or with files where none are taken, are refused", async () => {
      const answer = await fetch(`${house.url}/editor-api/draft`);
      assert.equal(codeOf((await read(answer)).json as EditorAnswer), "sign_url_invalid");
      const editor = openEditor(house, { link: await draftLink() });
      await edit(editor);
      assert.deepEqual(faultOf(await editor.call("PUT /draft", formOf([onePage], { revision: 1 }))), [
        400,
        "bad_request",
      ]);
      assert.equal(answer.headers.get("cache-control"), "no-store");
    });
  });
}
