import assert from "node:assert/strict";
import { test } from "node:test";
import { asSent, type Draft } from "../../src/web/browser/editor/draft.ts";
import { faultsAfter } from "../../src/web/browser/editor/faults-after.ts";
import { edited, startHistory, undone } from "../../src/web/browser/editor/history.ts";
import { doneMessage, withOutcome } from "../../src/web/browser/editor/host-words.ts";
import {
  withOrder,
  withoutSigner,
  withSigner,
  withSignerChanged,
  withSignerMoved,
} from "../../src/web/browser/editor/people-edits.ts";
import { stepAfter, stepBefore, stepsOf } from "../../src/web/browser/editor/steps.ts";
import type { EditorView } from "../../src/wire/editor-view.ts";
import { draftOf, fieldAt } from "./paper.ts";

const [ann, bob, cleo] = ["Ann", "Bob", "Cleo"].map((name, was) => ({
  name,
  email: `${name}@example.com`,
  order: null,
  was,
}));
assert.ok(ann && bob && cleo);
const three = {
  ...draftOf(
    fieldAt("of_ann"),
    fieldAt("of_bob", { signer: 1 }),
    fieldAt("of_cleo", { signer: 2 }),
    fieldAt("mine", { signer: null }),
  ),
  signers: [ann, bob, cleo],
};
const owners = ({ fields }: Pick<Draft, "fields">) =>
  Object.fromEntries(fields.map(({ apiId, signer }) => [apiId, signer]));

test("whoever moves takes their fields along", () => {
  const moved = withSignerMoved(three, { at: 2, to: 0 });
  assert.deepEqual(
    moved.signers.map(({ name }) => name),
    ["Cleo", "Ann", "Bob"],
  );
  assert.deepEqual(owners(moved), { of_ann: 1, of_bob: 2, of_cleo: 0, mine: null });
  assert.equal(withSignerMoved(three, { at: 0, to: -1 }), three);
});

test("whoever goes takes their fields with them, and nobody else's", () => {
  const left = withoutSigner(three, 1);
  assert.deepEqual(
    left.signers.map(({ name }) => name),
    ["Ann", "Cleo"],
  );
  assert.deepEqual(owners(left), { of_ann: 0, of_cleo: 1, mine: null });
});

test("who they were when the draft was opened stays with them wherever they move, and comes back when a removal is undone", () => {
  const wases = ({ signers }: Pick<Draft, "signers">) => signers.map(({ was }) => was);
  const added = withSigner(three, { name: "", email: "", order: null, was: null });
  assert.deepEqual(wases(withSignerMoved(added, { at: 3, to: 0 })), [null, 0, 1, 2]);
  const history = edited(startHistory<Draft>(added), { draft: withoutSigner(added, 1), key: null, most: 9 });
  assert.deepEqual(wases(history.present), [0, 2, null]);
  assert.deepEqual(wases(undone(history).present), [0, 1, 2, null]);
  assert.deepEqual(wases(asSent(withSignerChanged(added, { at: 1, change: { name: "Robert" } }))), [0, 1, 2, null]);
});

test("an order is kept without gaps while signers come, move and go", () => {
  const ordered = withoutSigner(
    withSignerMoved(withSigner(withOrder(three, true), { ...ann, order: 0 }), { at: 3, to: 1 }),
    0,
  );
  assert.deepEqual(
    ordered.signers.map(({ order }) => order),
    [0, 1, 2],
  );
  assert.deepEqual(
    withOrder(ordered, false).signers.map(({ order }) => order),
    [null, null, null],
  );
});

test("what is not written yet does not go out", () => {
  const condition = { field: "a", operator: "is", values: [""], hides: false } as const;
  const [field] = asSent(draftOf(fieldAt("b", { options: ["One", "", " "], condition }))).fields;
  assert.deepEqual([field?.options, field?.condition?.values], [["One"], []]);
});

const show = { preview: false, stepper: true, signersFirst: false, subjectFirst: false };
const allow = { signers: false, names: [] as number[], documents: false, ccs: false, meNow: true, fields: true };
const view = { kind: "request", signers: [ann], isSelfSigning: false, show, allow } as unknown as EditorView;

test("the way leads through what its caller asks for, and first to those whom nobody has named", () => {
  assert.deepEqual(stepsOf(view), ["fields"]);
  assert.deepEqual(stepsOf({ ...view, show: { ...show, signersFirst: true, subjectFirst: true, preview: true } }), [
    "signers",
    "fields",
    "message",
    "preview",
  ]);
  assert.deepEqual(stepsOf({ ...view, allow: { ...allow, fields: false } }), ["preview"]);
  assert.deepEqual(stepsOf({ ...view, allow: { ...allow, signers: true }, signers: [] }), ["signers", "fields"]);
  assert.deepEqual(
    stepsOf({
      ...view,
      allow: { ...allow, names: [0] },
      signers: [{ role: "Client", name: "", email: "", order: null, was: 0 }],
    }),
    ["signers", "fields"],
  );
  assert.deepEqual(
    [stepAfter("fields", ["fields", "preview"]), stepAfter("preview", ["fields", "preview"])],
    ["preview", null],
  );
  assert.deepEqual([stepAfter("message", ["fields"]), stepBefore("message", ["fields"])], ["fields", null]);
});

test("the host is told a request's ids and people, a template's ids and roles, by every name that its library knows", () => {
  const ids = { requestId: "r1", signatureId: "s1", templateId: null };
  const sent = { ok: true, state: "done", kind: "request", isHeld: false, ...ids } as const;
  const told = doneMessage(sent, { ...three, ccs: [{ email: "cc@example.com" }] });
  assert.equal(told.type, "hellosign:userSendRequest");
  assert.deepEqual(told.payload, {
    signatureRequestId: "r1",
    signatureId: "s1",
    signatureRequestInfo: {
      title: "Lease",
      message: "",
      signatures: three.signers.map(({ name, email }) => ({
        signer_name: name,
        signer_email_address: email,
        order: null,
      })),
      ccEmailAddresses: ["cc@example.com"],
    },
  });
  assert.equal(
    withOutcome(new URL("https://example.com/done?order=7"), sent),
    "https://example.com/done?order=7&event=signature_request_sent&signature_request_id=r1&signature_id=s1",
  );
});

test("what was told of a signer moves and goes with them, and ends once they have a field to sign in", () => {
  const without = (index: number) => ({
    code: "signer_without_field",
    words: "There is no signature field for this signer yet.",
    at: { kind: "signer" as const, index },
  });
  const noAddress = { code: "bad_email", words: "x", at: { kind: "signer" as const, index: 2 } };
  const before: Draft = { ...withOrder(three, true), fields: [] };
  const placesAfter = (after: Draft, told = [without(0), without(1), without(2)]) =>
    faultsAfter(told, { before, after }).map(({ at }) => (at.kind === "signer" ? at.index : at.kind));
  assert.deepEqual(placesAfter(withoutSigner(before, 1)), [0, 1]);
  assert.deepEqual(placesAfter(withoutSigner(before, 2), [without(2)]), []);
  assert.deepEqual(placesAfter(withSignerMoved(before, { at: 0, to: 2 }), [without(0)]), [2]);
  assert.deepEqual(placesAfter(withSignerChanged(before, { at: 1, change: { name: "Bo" } })), [0, 1, 2]);
  assert.deepEqual(placesAfter({ ...before, fields: [fieldAt("b", { signer: 1, type: "signature" })] }), [0, 2]);
  assert.deepEqual(
    placesAfter({ ...before, fields: [fieldAt("c", { signer: 2, type: "signature" })] }, [noAddress]),
    [2],
  );
});
