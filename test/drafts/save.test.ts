import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { faultOf } from "../support/ask.ts";
import { edit, embeddedDraft, openEditor, saveOf, signatureField } from "../support/editor.ts";
import { grounds, type House } from "../support/house.ts";
import { onePage } from "../support/requests.ts";

for (const ground of grounds()) {
  describe(`what the editor saves, on ${ground.name}`, { skip: ground.skip }, () => {
    let house: House;
    before(async () => {
      house = await ground.open();
    });
    after(() => house.close());

    async function draftLink(asked: Parameters<typeof embeddedDraft>[1] = {}): Promise<string> {
      return (await embeddedDraft(house, asked)).claim_url;
    }

    test("what is saved is what is shown after a reload, with everything that a field can say", async () => {
      const editor = openEditor(house, { link: await draftLink({ signers: [] }) });
      const view = await edit(editor);
      assert.deepEqual(view.signers, [{ name: "", email: "", order: null, was: 0 }]);
      const text = { ...signatureField(0), apiId: "t", type: "text", y: 200, name: "Note" } as const;
      const save = {
        ...saveOf(view),
        title: "New",
        signers: [{ name: "Ann", email: "", order: 3, was: null }],
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

    test("a page whose save was not answered is not behind that save, but behind any that it has not made", async () => {
      const editor = openEditor(house, { link: await draftLink() });
      const save = saveOf(await edit(editor));
      const [own, others] = ["a".repeat(32), "b".repeat(32)];
      assert.deepEqual(await editor.save({ ...save, id: own }), { ok: true, revision: 2 });
      const behind = await editor.save({ ...save, title: "Behind", unheard: [others] });
      assert.deepEqual("code" in behind && behind.code, "draft_behind");
      assert.deepEqual(await editor.save({ ...save, title: "Own", unheard: [others, own] }), { ok: true, revision: 3 });
      const later = await editor.save({ ...save, title: "Behind", unheard: [own] });
      assert.deepEqual("code" in later && later.code, "draft_behind");
      assert.equal(saveOf(await edit(editor)).title, "Own");
    });

    test("what the caller does not allow is refused, though the page would not offer it", async () => {
      const editor = openEditor(house, { link: await draftLink({ allow_ccs: false }) });
      const save = saveOf(await edit(editor));
      const bob = { name: "Bob", email: "bob@example.com", order: null, was: null };
      for (const [change, path] of [
        [{ signers: [bob] }, "signers"],
        [{ ccs: [{ email: "law@example.com" }] }, "ccs"],
      ] as const)
        assert.deepEqual(faultOf(await editor.call("PUT /draft", { ...save, ...change })), [400, "bad_request", path]);
      const form = new FormData();
      form.append("file", new Blob([Buffer.from(onePage)]), "more.pdf");
      assert.deepEqual(faultOf(await editor.call("POST /files", form)), [400, "bad_request", "files"]);
    });
  });
}
