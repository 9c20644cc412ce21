/** Changes to signers and roles. Fields keep who fills them when somebody moves; when somebody goes, their fields go with them. */
import type { EditorSigner } from "../../../wire/editor-view.ts";
import { type Draft, withoutFields } from "./draft.ts";

/** The draft with one more signer, last in order. */
export function withSigner(draft: Draft, signer: EditorSigner): Draft {
  return numbered({ ...draft, signers: [...draft.signers, signer] });
}

/** The draft with a signer changed. */
export function withSignerChanged(
  draft: Draft,
  { at, change }: { readonly at: number; readonly change: Partial<EditorSigner> },
): Draft {
  return {
    ...draft,
    signers: draft.signers.map((signer, index) => (index === at ? { ...signer, ...change } : signer)),
  };
}

/** The draft with a signer at another place among the others. */
export function withSignerMoved(draft: Draft, { at, to }: { readonly at: number; readonly to: number }): Draft {
  const moved = draft.signers[at];
  if (!moved || to < 0 || to >= draft.signers.length) return draft;
  const order = draft.signers.map((_, index) => index).filter((index) => index !== at);
  order.splice(to, 0, at);
  const signers = order.flatMap((index) => draft.signers[index] ?? []);
  const fields = draft.fields.map((field) =>
    field.signer === null ? field : { ...field, signer: order.indexOf(field.signer) },
  );
  return numbered({ ...draft, signers, fields });
}

/** The draft without a signer and without the fields that only they could fill. */
export function withoutSigner(draft: Draft, at: number): Draft {
  const gone = new Set(draft.fields.filter(({ signer }) => signer === at).map(({ apiId }) => apiId));
  const left = withoutFields(draft, gone);
  const fields = left.fields.map((field) =>
    field.signer !== null && field.signer > at ? { ...field, signer: field.signer - 1 } : field,
  );
  return numbered({ ...left, fields, signers: draft.signers.filter((_, index) => index !== at) });
}

/** The draft whose signers sign one after the other, or all at once. */
export function withOrder(draft: Draft, isOrdered: boolean): Draft {
  return { ...draft, signers: draft.signers.map((signer, index) => ({ ...signer, order: isOrdered ? index : null })) };
}

/** Whether they sign one after the other. */
export function isOrdered({ signers }: Pick<Draft, "signers">): boolean {
  return signers.some(({ order }) => order !== null);
}

/** How many fields wait for a signer. */
export function fieldsFor({ fields }: Pick<Draft, "fields">, at: number): number {
  return fields.filter(({ signer }) => signer === at).length;
}

function numbered(draft: Draft): Draft {
  return isOrdered(draft) ? withOrder(draft, true) : draft;
}
