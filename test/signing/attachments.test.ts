import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { unzipSync } from "fflate";
import { limits } from "../../src/base/limits.ts";
import { findTrail } from "../../src/evidence/trail.ts";
import type { FieldView, RefusalView } from "../../src/wire/session.ts";
import { needing, runOn } from "../evidence/tools.ts";
import { ask } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { answersTo, open, type Page, pageOf } from "../support/page.ts";
import { ann, bob, send, sendAndWait, untilState } from "../support/requests.ts";

const passport = { name: "Passport", signer_index: 0, instructions: "Both sides, please.", required: true };
const note = { name: "Note", signer_index: 1 };
const png = Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.alloc(600, 7)]);

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;
    before(async () => {
      house = await openHeardHouse(ground);
    });
    after(() => house.close());

    const post = async (page: Pick<Page, "token" | "tab">, path: string, body: FormData | object) => {
      const isForm = body instanceof FormData;
      const response = await fetch(`${house.url}/sign-api/${path}`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${page.token}.${page.tab}`,
          ...(isForm ? {} : { "content-type": "application/json" }),
        },
        body: isForm ? body : JSON.stringify(body),
      });
      return { status: response.status, said: (await response.json()) as { saved: true } | RefusalView };
    };
    const bring = (
      page: Page,
      { at, bytes = png, name = "passport.png" }: { at: string; bytes?: Uint8Array; name?: string },
    ) => {
      const body = new FormData();
      body.append("attachment_id", at);
      body.append("file", new Blob([Buffer.from(bytes)]), name);
      return post(page, "attachment", body);
    };
    const begin = async (more: object = {}) => {
      const shown = await sendAndWait(house, { signers: [ann, bob], attachments: [passport, note], ...more });
      const pages = await Promise.all(shown.signatures.map((one) => pageOf(house, one.signature_id)));
      const [first, second] = pages;
      assert.ok(first && second);
      const views = { ann: await open(first), bob: await open(second) };
      return { id: shown.signature_request_id, shown, first, second, views };
    };
    const wanted = (fields: readonly FieldView[]) => fields.filter(({ type }) => type === "attachment");
    const idOf = (fields: readonly FieldView[]) => wanted(fields)[0]?.apiId ?? "";
    const attachmentsOf = async (id: string) => {
      const { json } = await ask(house, `GET /signature_request/${id}`);
      return (json as { signature_request: { attachments: readonly Record<string, unknown>[] } }).signature_request
        .attachments;
    };
    const written = (view: { fields: readonly FieldView[] }) =>
      answersTo({ ...view, fields: view.fields.filter(({ type }) => type !== "attachment") } as never);

    test("each signer is asked for what is theirs, and the request tells what is asked and when it came", async () => {
      const { id, first, views } = await begin();
      assert.deepEqual(
        wanted(views.ann.fields).map(({ name, required, content }) => ({ name, required, content })),
        [{ name: "Passport", required: true, content: "Both sides, please." }],
      );
      assert.deepEqual(
        wanted(views.bob.fields).map(({ name, required, content }) => ({ name, required, content })),
        [{ name: "Note", required: false, content: "" }],
      );
      const before = await attachmentsOf(id);
      assert.deepEqual(
        before.map(({ id: _, ...rest }) => rest),
        [
          { signer: "0", name: "Passport", required: true, instructions: "Both sides, please.", uploaded_at: null },
          { signer: "1", name: "Note", required: false, instructions: null, uploaded_at: null },
        ],
      );
      const at = idOf(views.ann.fields);
      assert.equal(before[0]?.id, at);
      assert.deepEqual((await bring(first, { at })).said, { saved: true });
      const [came] = await attachmentsOf(id);
      assert.ok(typeof came?.uploaded_at === "number" && came.uploaded_at > 1e9);
      assert.equal((await open(first)).answers[at], "passport.png");
      assert.deepEqual((await post(first, "attachment/remove", { attachment_id: at })).said, { saved: true });
      assert.equal((await attachmentsOf(id))[0]?.uploaded_at, null);
      assert.deepEqual(
        await eventsOf(house, id),
        ["sent", "viewed", "viewed"].map((type) => `signature_request_${type}`),
      );
    });

    test("nobody signs without what is required; then it is part of the sealed document, of the zip and of the trail", async () => {
      const { id, first, second, views } = await begin();
      const at = idOf(views.ann.fields);
      const early = await first.finish(written(views.ann));
      assert.ok(!early.ok && early.code === "invalid_answer");
      assert.deepEqual(early.fields, { [at]: { key: "flaw.attachment" } });
      await bring(first, { at, bytes: Buffer.from("one"), name: "wrong.txt" });
      await bring(first, { at });
      assert.deepEqual(await first.finish(written(views.ann)), { ok: true, state: "signed" });
      // An optional one that is taken back is not there.
      const other = idOf(views.bob.fields);
      await bring(second, { at: other, bytes: Buffer.from("as agreed"), name: "note.txt" });
      await post(second, "attachment/remove", { attachment_id: other });
      assert.deepEqual(await second.finish(written(views.bob)), { ok: true, state: "signed" });
      await untilState(house, { id, not: ["awaiting", "sealing"] });

      const { bytes: zip } = await ask(house, `GET /signature_request/files/${id}?file_type=zip`);
      const files = unzipSync(zip);
      const names = Object.keys(files).filter((name) => name.startsWith("attachments/"));
      assert.deepEqual(names, ["attachments/1 passport.png"]);
      assert.deepEqual(Buffer.from(files["attachments/1 passport.png"] ?? []), png);
      const told = (await findTrail(house.store.read, id)).filter(({ kind }) => kind === "attached");
      assert.deepEqual(
        told.map(({ who, facts_json: facts }) => [who, (JSON.parse(facts) as { file: string }).file]),
        [["Ann Lee (ann@example.com)", "passport.png"]],
      );
    });

    test("poppler finds the file inside the sealed document", needing("pdfdetach", "pdfsig"), async () => {
      const { id, first, second, views } = await begin({ audit_trail: "separate" });
      await bring(first, { at: idOf(views.ann.fields) });
      await first.finish(written(views.ann));
      await second.finish(written(views.bob));
      await untilState(house, { id, not: ["awaiting", "sealing"] });
      const { bytes: pdf } = await ask(house, `GET /signature_request/files/${id}`);
      assert.match(runOn(pdf, "pdfdetach", "-list", "{}"), /1: 1 passport\.png/);
      assert.match(runOn(pdf, "pdfsig", "{}"), /Signature is Valid/);
    });

    test("what may not be attached is refused in words, and nothing of it is kept", async () => {
      const { id, first, second, views } = await begin();
      const at = idOf(views.ann.fields);
      for (const [name, bytes] of [
        ["run.exe", Buffer.from("MZ\0\0program")],
        ["page.html", Buffer.from("<!doctype html><p>x")],
        ["letter.txt", Buffer.from("a\0b")],
        ["archive.zip", Buffer.from("504b0304", "hex")],
        ["empty.pdf", Buffer.alloc(0)],
      ] as const) {
        const { said } = await bring(first, { at, name, bytes });
        assert.ok("ok" in said && said.says.key === "attachment.unreadable", name);
      }
      const large = await bring(first, { at, bytes: Buffer.alloc(limits.attachmentBytes + 1, 37), name: "large.pdf" });
      assert.equal(large.status, 400);
      const others = await bring(second, { at });
      assert.ok("ok" in others.said && others.said.code === "invalid_answer", "another signer's place");
      const nobody = await bring({ ...first, token: "0".repeat(64) }, { at });
      assert.ok("ok" in nobody.said && nobody.said.code === "sign_url_invalid");
      assert.ok((await attachmentsOf(id)).every(({ uploaded_at: when }) => when === null));
    });

    test("all files of a request together have a bound, and an export holds what was brought before anybody signs", async () => {
      const { id, first, second, views } = await begin();
      await bring(first, { at: idOf(views.ann.fields) });
      const authorization = `Basic ${Buffer.from(`${house.apiKey}:`).toString("base64")}`;
      const zip = await fetch(`${house.url}/api/signature_requests/${id}/export`, { headers: { authorization } });
      const files = unzipSync(new Uint8Array(await zip.arrayBuffer()));
      assert.deepEqual(Buffer.from(files["attachments/1 passport.png"] ?? []), png);
      await house.store.transact(async (tx) => {
        const full = { bytes: limits.attachmentBytesInAll - 1 };
        await tx.updateTable("attachments").set(full).where("attachment_id", "=", idOf(views.ann.fields)).execute();
      });
      const { said } = await bring(second, { at: idOf(views.bob.fields), bytes: Buffer.from("as"), name: "note.txt" });
      assert.ok("ok" in said && said.says.key === "attachment.tooMuch");
    });

    test("who has signed changes nothing any more", async () => {
      const { first, views } = await begin();
      const at = idOf(views.ann.fields);
      await bring(first, { at });
      await first.finish(written(views.ann));
      for (const { said } of [
        await bring(first, { at }),
        await post(first, "attachment/remove", { attachment_id: at }),
      ])
        assert.ok("ok" in said && said.code === "already_signed");
    });

    test("a signer who stands in for another begins without the other's files", async () => {
      const { id, first, views } = await begin({ allow_reassign: true });
      await bring(first, { at: idOf(views.ann.fields) });
      await first.reassign({ name: "Cy Orr", email: "cy@example.com", reason: "" });
      assert.equal((await attachmentsOf(id))[0]?.uploaded_at, null);
    });

    test("an index of no signer is refused with its path, and nothing is sent", async () => {
      const refused = await send(house, { attachments: [{ ...passport, signer_index: 3 }] });
      assert.equal(refused.status, 400);
      assert.match(JSON.stringify(refused.json), /attachments\[0\]\[signer_index\]/);
    });
  });
}
