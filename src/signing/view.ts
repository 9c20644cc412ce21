import { limits } from "../base/limits.ts";
import { macOf, type Secret } from "../base/secrets.ts";
import type { Field, Page } from "../documents/document.ts";
import { pagesOf } from "../requests/find.ts";
import { optionsOf } from "../requests/options.ts";
import type { FieldView, Hands, PageView, SessionView } from "../wire/session.ts";
import { fieldsOf } from "./answers.ts";
import { viewAttachments } from "./attachments.ts";
import { consentVersion } from "./consent.ts";
import { earlierAnswers, presetAnswers } from "./finish.ts";
import type { Session } from "./signer-session.ts";
import { drawnValues } from "./values.ts";

type Showing = {
  readonly secret: Secret;
  readonly bearer: string;
  readonly requester: string;
  /** Of every signer. */
  readonly hands: ReadonlyMap<string, Hands>;
};

/** All that the signing page shows to one signer. */
export function viewSession(session: Session, { secret, bearer, requester, hands }: Showing): SessionView {
  const { record, signature } = session;
  const { request } = record;
  const options = optionsOf(request);
  const fields = fieldsOf(session);
  const attached = viewAttachments(session);
  const done = signature.state === "signed" || signature.state === "declined" ? signature.state : "open";
  return {
    ok: true,
    session: bearer,
    signatureId: signature.signature_id,
    requestId: request.request_id,
    title: request.title,
    message: request.message ?? "",
    requester,
    signer: { name: signature.name, email: signature.email },
    testMode: request.test_mode === 1,
    allowDecline: options.allowDecline,
    allowReassign: options.allowReassign && signature.pin_hash === null && signature.sms_use !== "authentication",
    formView: options.formView,
    dateFormat: options.dateFormat,
    redirectUrl: request.redirect_url,
    consent: { version: consentVersion({ testMode: request.test_mode === 1 }) },
    pages: pagesOf(request).map((page, index) =>
      viewPage(page, { number: index + 1, hash: request.document_blob ?? "", secret }),
    ),
    fields: [...fields.map(viewField), ...attached.fields],
    answers: { ...presetAnswers(session), ...earlierAnswers(session, fields), ...attached.answers },
    hands: hands.get(signature.signature_id) ?? {},
    penWays: options.penWays,
    allowPhone: options.allowPhone,
    filled: drawnValues(record, hands).map(({ box, ...value }) => ({
      page: box.page,
      x: box.x,
      y: box.y,
      width: box.width,
      height: box.height,
      type: value.kind === "check" ? value.shape : value.kind,
      text: value.kind === "check" ? "✓" : value.text,
      ...(value.kind === "signature" && value.ink ? { ink: value.ink } : {}),
      ...(value.kind === "text" ? { fontSize: value.fontSize, fontFamily: value.fontFamily } : {}),
    })),
    state: done,
  };
}

/** The last part of a picture's address: without the house's secret nobody can make it up. */
export function pictureKey(
  secret: Secret,
  { hash, page, width }: { readonly hash: string; readonly page: number; readonly width: number },
): string {
  return macOf(secret, `picture ${hash} ${page} ${width}`).slice(0, 32);
}

/** The last part of the address of a page's text, likewise. */
export function pageTextKey(secret: Secret, { hash, page }: { readonly hash: string; readonly page: number }): string {
  return macOf(secret, `text ${hash} ${page}`).slice(0, 32);
}

/** One page, counted from 1, of the document of this hash, as its pages show it. */
export function viewPage(
  { width, height }: Page,
  { number, hash, secret }: { readonly number: number; readonly hash: string; readonly secret: Secret },
): PageView {
  const pictures = limits.pictureWidths.map((pixels) => ({
    width: pixels,
    url: `/sign-api/pictures/${hash}/${number}-${pixels}-${pictureKey(secret, { hash, page: number, width: pixels })}`,
  }));
  const textUrl = `/sign-api/texts/${hash}/${number}-${pageTextKey(secret, { hash, page: number })}`;
  return { width, height, pictures, textUrl };
}

function viewField(placed: Field): FieldView {
  const { box, checked, signer, autoFill, widget, type: placedType, ...field } = placed;
  const type = pageType(placedType);
  const name = field.name || field.placeholder || "";
  return { ...field, type, name, page: box.page, x: box.x, y: box.y, width: box.width, height: box.height };
}

/** A merge field that the signer may edit is filled as its plain kin. */
function pageType(type: Field["type"]): FieldView["type"] {
  if (type === "text-merge") return "text";
  return type === "checkbox-merge" ? "checkbox" : type;
}
