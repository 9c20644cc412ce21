import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { hashOf } from "../../../src/base/secrets.ts";
import * as calls from "../../../src/web/browser/editor/calls.ts";
import { cancelVisit, reopen } from "../../../src/web/browser/editor/course.ts";
import { finishVisit } from "../../../src/web/browser/editor/finish.ts";
import { isUnkept, keepLater } from "../../../src/web/browser/editor/keeping.ts";
import type { Visit } from "../../../src/web/browser/editor/visit.ts";
import { signatureField } from "../../support/editor.ts";
import { grounds, type House } from "../../support/house.ts";
import { layWire, openAgain, openDraft, titled, until } from "./wire.ts";

const [ground] = grounds();

describe("a visit of the editor", () => {
  let house: House;
  let wire: ReturnType<typeof layWire>;
  before(async () => {
    house = (await ground?.open()) ?? assert.fail();
    wire = layWire(house);
  });
  after(() => house.close());

  async function keptTitle(token: string): Promise<string> {
    const { said_json: said } = await house.store.read
      .selectFrom("drafts")
      .select("said_json")
      .where("token_hash", "=", hashOf(token))
      .executeTakeFirstOrThrow();
    return (JSON.parse(said) as { readonly title: string }).title;
  }
  const type = (visit: Visit, title: string) => keepLater(visit, titled(visit, title));
  const finish = (visit: Visit, draft = titled(visit, "Sent")) => {
    const { stage } = visit.view;
    assert.ok(stage.kind === "editing");
    return finishVisit(visit, { view: stage.draft, draft, onTrouble: () => {} });
  };

  test("is left with all that was typed, also while a save is under way", async () => {
    const { visit, heard, token } = await openDraft(house);
    const first = wire.stop("PUT draft", "after");
    type(visit, "One");
    void visit.autosave?.flush();
    await first.reached;
    type(visit, "One two");
    const left = cancelVisit(visit);
    first.go();
    await left;
    assert.equal(await keptTitle(token), "One two");
    assert.equal(visit.view.isOutdated, false);
    assert.deepEqual(heard, ["hellosign:userCancelRequest"]);
  });

  for (const at of ["before", "after"] as const)
    test(`keeps the last letter when its window is closed during a save that the server hears ${at === "after" ? "first" : "last"}`, async () => {
      const { visit, token } = await openDraft(house);
      const first = wire.stop("PUT draft", at);
      type(visit, "One");
      void visit.autosave?.flush();
      await first.reached;
      type(visit, "One two");
      const left = visit.autosave?.flush("leaving");
      if (at === "before") await left;
      first.go();
      await left;
      await until("both are answered", () => visit.autosave?.isBehind() === false);
      assert.equal(await keptTitle(token), "One two");
      type(visit, "Three");
      await visit.autosave?.flush();
      assert.deepEqual([await keptTitle(token), visit.view.isOutdated], ["Three", false]);
    });

  test("is not told of another window when the answer to its own save was lost", async () => {
    const { visit, token } = await openDraft(house);
    wire.lose("PUT draft");
    type(visit, "One");
    await visit.autosave?.flush();
    assert.equal(visit.view.keeping.kind, "failing");
    await visit.autosave?.flush();
    assert.deepEqual([visit.view.keeping.kind, visit.view.isOutdated], ["kept", false]);
    assert.equal(await keptTitle(token), "One");
  });

  test("says that all is kept when nothing newer waits, and may not be left with a draft that was refused", async () => {
    const { visit } = await openDraft(house);
    const first = wire.stop("PUT draft", "after");
    type(visit, "One");
    void visit.autosave?.flush();
    await first.reached;
    type(visit, "One two");
    first.go();
    await until("the first is answered", () => visit.revision === 2);
    assert.equal(visit.view.keeping.kind, "behind");
    await visit.autosave?.flush();
    assert.equal(visit.view.keeping.kind, "kept");

    type(visit, "x".repeat(5001));
    await visit.autosave?.flush();
    assert.equal(visit.view.keeping.kind, "refused");
    assert.ok(isUnkept(visit));
  });

  test("changes no files while something is not kept, and opens the fields with all that was typed once it is", async () => {
    const asked = { editor_options: { allow_edit_documents: true }, force_subject_message: true };
    const { visit, token } = await openDraft(house, asked);
    const change = () => {
      wire.isCut = false;
      return calls.orderFiles(visit.session, [0]);
    };
    type(visit, "Typed");
    wire.isCut = true;
    assert.ok(await reopen(visit, change));
    assert.ok(!wire.calls.includes("POST files/order"));
    assert.equal(visit.view.isFrozen, false);
    wire.isCut = false;
    const { autosave } = visit;
    assert.equal(await reopen(visit, change), null);
    const { stage } = visit.view;
    assert.ok(stage.kind === "editing");
    assert.deepEqual([stage.draft.title, stage.at], ["Typed", "fields"]);
    // The saves of before are over.
    autosave?.change(titled(visit, "Of before"));
    await autosave?.flush();
    assert.equal(await keptTitle(token), "Typed");
  });

  test("sends nothing else while the server takes the end; after a no it goes on, and what was typed last is kept", async () => {
    const { visit, token } = await openDraft(house);
    type(visit, "Last letter");
    const decision = wire.stop("POST finish", "before");
    const unsigned = signatureField(0, { type: "checkbox", required: false, checked: false });
    const finished = finish(visit, { ...titled(visit, "Sent"), fields: [unsigned] });
    await decision.reached;
    assert.ok(visit.view.isFrozen);
    const before = wire.calls.length;
    await visit.autosave?.flush();
    assert.equal(wire.calls.length, before);
    decision.go();
    assert.ok("faults" in ((await finished) ?? {}));
    assert.equal(visit.view.isFrozen, false);
    await until("it is kept", () => visit.view.keeping.kind === "kept");
    assert.equal(await keptTitle(token), "Last letter");
  });

  test("of a request on hold says that it is prepared, also after a reload", async () => {
    const { visit, heard, token } = await openDraft(house, { hold_request: true });
    assert.equal(await finish(visit, { ...titled(visit, "Held"), fields: [signatureField(0)] }), null);
    assert.deepEqual(heard, ["hellosign:userSendRequest", "hellosign:userFinishRequest"]);
    for (const one of [visit, (await openAgain(house, token)).visit])
      assert.deepEqual(one.view.stage, { kind: "over", how: "held" });
  });
});
