import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { hashOf } from "../../src/base/secrets.ts";
import type { EditorAnswer } from "../../src/wire/editor-view.ts";
import { faultOf, read, readAs } from "../support/ask.ts";
import { draftBy, edit, embeddedDraft, OneDraft, openEditor, saveOf } from "../support/editor.ts";
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
        signers: [{ name: "Ann Lee", email: "ann@example.com", order: null, was: 0 }],
        ccs: [{ email: "law@example.com" }],
        mergeFields: [],
        templateId: null,
        requestId: made.signature_request_id,
        signatureId: null,
        testMode: true,
        files: [{ name: "paper-1.pdf", pages: 1 }],
        allow: { signers: false, names: [], documents: true, ccs: true, meNow: false, fields: true },
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

    test("the first tab has the draft: it may reload, any other is refused; a GET of the link changes nothing, and answers 404 once it is claimed", async () => {
      const link = await draftLink();
      for (let n = 0; n < 2; n += 1) assert.equal((await fetch(link)).status, 200);
      const editor = openEditor(house, { link });
      const view = await edit(editor);
      assert.equal(codeOf(await openEditor(house, { link }).claim()), "sign_url_invalid");
      assert.equal(codeOf(await openEditor(house, { link, tab: newTab() }).draft()), "sign_url_invalid");
      assert.deepEqual(await openEditor(house, { link, tab: editor.tab }).claim(), view);
      const later = await fetch(link);
      assert.equal(later.status, 404);
      assert.match(await later.text(), /id="app"/);
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
