/** Which of the faults that were told are still told after an edit, and where. */
import type { EditorFaults, EditorSigner } from "../../../wire/editor-view.ts";
import type { Draft } from "./draft.ts";

type Fault = EditorFaults["faults"][number];

/** The draft before an edit and after it. */
export type Change = { readonly before: Draft; readonly after: Draft };

/** A fault goes with its field or its signer, and moves with a signer who moves. Who has a field to sign in by now has none of their own. */
export function faultsAfter(faults: readonly Fault[], change: Change): readonly Fault[] {
  const kept = faults.flatMap((fault): readonly Fault[] => {
    const { at, code } = fault;
    if (at.kind === "field") return change.after.fields.some(({ apiId }) => apiId === at.apiId) ? [fault] : [];
    if (at.kind !== "signer") return [fault];
    const index = placeAfter(at.index, change);
    if (index === null || (code === "signer_without_field" && signsAnywhere(change.after, index))) return [];
    return [{ ...fault, at: { kind: "signer", index } }];
  });
  return [...new Map(kept.map((fault) => [JSON.stringify([fault.code, fault.at]), fault])).values()];
}

/** Where a signer stands now; null once they are gone. */
function placeAfter(index: number, { before, after }: Change): number | null {
  const who = before.signers[index];
  if (who === undefined) return null;
  const places = after.signers.flatMap((one, place) => (isSame(one, who) ? [place] : []));
  if (places.includes(index)) return index;
  // An edit writes into one signer, or changes how many there are or in which order: never two of these at once.
  return places[0] ?? (before.signers.length === after.signers.length ? index : null);
}

function isSame(one: EditorSigner, other: EditorSigner): boolean {
  return one.was === other.was && one.role === other.role && one.name === other.name && one.email === other.email;
}

function signsAnywhere({ fields }: Draft, index: number): boolean {
  return fields.some(({ signer, type }) => signer === index && (type === "signature" || type === "initials"));
}
