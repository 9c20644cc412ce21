import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { line, paper } from "../documents/papers.ts";
import { faultOf } from "../support/ask.ts";
import { edit, embeddedDraft, openEditor, saveOf, signatureField, untilOpen } from "../support/editor.ts";
import { grounds, type House } from "../support/house.ts";
import { onePage } from "../support/requests.ts";

for (const ground of grounds()) {
  describe(`files of a draft, on ${ground.name}`, { skip: ground.skip }, () => {
    let house: House;
    before(async () => {
      house = await ground.open();
    });
    after(() => house.close());

    async function draftLink(asked: Parameters<typeof embeddedDraft>[1] = {}): Promise<string> {
      return (await embeddedDraft(house, asked)).claim_url;
    }

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
  });
}
