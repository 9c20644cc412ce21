import type { RequestRecord } from "../../requests/find.ts";
import { isSettled, isSpared, placeOf, placesOf, signatureAt } from "../../requests/groups.ts";
import { restUntil } from "../../requests/remind.ts";
import { isTurn } from "../../requests/turn.ts";
import type { SignatureRow, TrailRow } from "../../storage/tables.ts";
import { type Html, html } from "../html.ts";
import { keyField } from "./frame.ts";
import { count, stateBadge, time } from "./words.ts";

/** A signer who could not be reminded, and why. */
export type RemindRefusal = { readonly signatureId: string; readonly words: string; readonly status: number };

type SignersView = {
  readonly record: RequestRecord;
  /** Of the request: a signature's row does not keep when it was declined. */
  readonly trail: readonly TrailRow[];
  readonly refused: RemindRefusal | null;
  readonly formKey: string;
  readonly at: number;
};

/** Who signs, in which order, how far they are; and who can be reminded, with a button for it. */
export function renderSigners(view: SignersView): Html {
  const { request, signatures } = view.record;
  const isOrdered = signatures.some(({ sign_order: order }) => order !== null);
  const rows = signatures.map(
    (
      one,
    ) => html`<tr><td><strong>${one.name}</strong><span class="under">${one.email}</span>${one.group_name !== null && html`<span class="under">group ${one.group_name}, of whom one signs for all</span>`}${isOrdered && html`<span class="under">turn ${turnOf(one, signatures)}</span>`}</td>
<td>${stateBadge("signature", one.state)}${renderReason(one, request.error_message)}</td>
<td>${lastStep(view, one)}${renderRemind(view, one)}</td></tr>
`,
  );
  const order = isOrdered && placesOf(signatures).length > 1 ? ", one after another" : "";
  const embedded =
    request.is_embedded === 1 && request.state === "awaiting"
      ? html`<p class="pager soft small">They sign inside your site and get no letters, so nobody can be reminded from here.</p>`
      : null;
  return html`<section class="card flush" aria-labelledby="signers"><header><h2 id="signers">Signers</h2><p class="hint">${count(signatures.length, ["person", "people"])}${order}</p></header>
<table class="rows"><thead><tr><th scope="col">Who</th><th scope="col">State</th><th scope="col">Last step</th></tr></thead><tbody>${rows}</tbody></table>${embedded}</section>`;
}

/** Orders may have gaps and begin anywhere: people count turns from 1. */
function turnOf({ sign_order: order }: SignatureRow, signatures: readonly SignatureRow[]): number {
  const orders = [...new Set(signatures.map(({ sign_order: each }) => each ?? 0))].toSorted((a, b) => a - b);
  return orders.indexOf(order ?? 0) + 1;
}

/** What the whole request failed for stands above already. */
function renderReason({ decline_reason: reason, error }: SignatureRow, known: string | null): Html | null {
  const words = reason ?? error;
  return words === null || words === known ? null : html`<span class="under" dir="auto">${words}</span>`;
}

function lastStep({ record: { signatures }, trail }: SignersView, signature: SignatureRow): Html {
  const { signed_at: signed, viewed_at: viewed, reminded_at: reminded } = signature;
  if (isSpared(signature))
    return html`${signatureAt(signatures, placeOf(signature))?.name ?? "somebody else"} signed for the group`;
  const declined = trail.findLast((row) => row.kind === "declined" && row.signature_id === signature.signature_id);
  if (signature.state === "declined" && declined !== undefined) return html`declined ${time(declined.at)}`;
  if (signed !== null) return html`signed ${time(signed)}`;
  if (viewed !== null) return html`viewed ${time(viewed)}`;
  return reminded === null ? html`<span class="soft">not opened yet</span>` : html`reminded ${time(reminded)}`;
}

function renderRemind({ record, refused, formKey, at }: SignersView, signature: SignatureRow): Html | null {
  const { request, signatures } = record;
  const { signature_id: id, name } = signature;
  const fault =
    refused?.signatureId === id ? html`<span class="under fault" role="alert">${refused.words}</span>` : null;
  if (request.state !== "awaiting" || request.is_embedded === 1 || isSettled(signature)) return fault;
  if (!isTurn(signatures, id)) return html`<span class="under">is asked when it is their turn</span>${fault}`;
  const rest = restUntil(signature, at);
  if (rest !== null) return html`<span class="under">can be reminded again from ${time(rest)}</span>${fault}`;
  return html`<form method="post" action="/app/requests/${request.request_id}/remind" class="act">${keyField(formKey)}<input type="hidden" name="signature" value="${id}"><button class="tiny" aria-label="Send reminder to ${name}">Send reminder</button></form>${fault}`;
}
