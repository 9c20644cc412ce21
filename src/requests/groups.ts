// Groups of signers: each member has a signature, one signs for all. Fields, files to bring and turns are the group's, as if it were one signer.

import type { SignatureRow } from "../storage/tables.ts";

type Placed = Pick<SignatureRow, "position" | "signer_place">;
type Member = Placed & Pick<SignatureRow, "name" | "group_guid" | "group_name" | "state">;

/** The state of a signature that is not needed any more: somebody else of the group has signed. On the wire: `success`, processed without a signature. */
export const sparedState = "success";

/** The states of signatures of which nothing is wanted any more while their request is open. */
const settledStates: readonly string[] = ["signed", sparedState];

/** Whether nothing is wanted of this signature any more: it is signed, or another one of its group is. */
export function isSettled({ state }: Pick<SignatureRow, "state">): boolean {
  return settledStates.includes(state);
}

/** Whether somebody else of this signer's group has signed. */
export function isSpared({ state }: Pick<SignatureRow, "state">): boolean {
  return state === sparedState;
}

/** The index, from 0, by which fields and files name this signer: the group's for everybody in it. */
export function placeOf({ signer_place: place, position }: Placed): number {
  return place ?? position;
}

/** The signature that stands for a place: of a group the one that is signed, before that its first. */
export function signatureAt<S extends Member>(signatures: readonly S[], place: number): S | undefined {
  const those = signatures.filter((one) => placeOf(one) === place);
  return those.find(({ state }) => state === "signed") ?? those[0];
}

/** The places in order, each with the signatures that stand for it: one, or those of a group. */
export function placesOf<S extends Placed>(signatures: readonly S[]): readonly (readonly S[])[] {
  return [...Map.groupBy(signatures, placeOf).entries()].toSorted(([a], [b]) => a - b).map(([, those]) => those);
}

/** What a place is called where its signer's name is printed: the signer's name, or the group's with those of its members. */
export function nameOfPlace(those: readonly Member[]): string {
  const names = those.map(({ name }) => name);
  const group = those[0]?.group_name ?? null;
  return group === null ? names.join(", ") : `${group}: ${names.join(" or ")}`;
}
