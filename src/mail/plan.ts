import type { Happening, OwedLetter, Work } from "../events/work.ts";
import { wordsIn } from "../language/mail.ts";
import { requestAtEnd } from "../requests/at-end.ts";
import type { RequestRecord } from "../requests/find.ts";
import { isSpared } from "../requests/groups.ts";
import { whoseTurn } from "../requests/turn.ts";
import { promiseText } from "../signing/gate.ts";
import { makeLink } from "../signing/links.ts";
import type { SignatureRow } from "../storage/tables.ts";
import { writeNotices } from "./account-letters.ts";
import { addressOf, factsOf, localeOf, type MailOptions, newsOf, type Setting, settingOf } from "./facts.ts";
import {
  completion,
  declination,
  expiry,
  handover,
  invitation,
  type Letter,
  type LetterFacts,
  type News,
  reminder,
  withdrawal,
} from "./letters.ts";
import { post } from "./post.ts";

/** Writes the letters that what happened owes, in the same commit. Embedded requests send none. */
export async function planMail(work: Work, options: MailOptions): Promise<void> {
  await writeNotices(work, options);
  for (const happening of work.happened) {
    if (happening.requestId === null || !owing.has(happening.type)) continue;
    const { found, account } = await requestAtEnd(work, happening.requestId);
    if (found.request.is_embedded === 1) continue;
    await writeLetters(work, { happening, ...(await settingOf(work, { found, account, options })) });
  }
  for (const letter of work.letters) await writeOwed(work, { letter, options });
}

/** Who is not the next to sign is asked when the turn comes. */
async function writeOwed(
  work: Work,
  { letter, options }: { readonly letter: OwedLetter; readonly options: MailOptions },
): Promise<void> {
  const { found, account } = await requestAtEnd(work, letter.requestId);
  const setting = await settingOf(work, { found, account, options });
  if (letter.kind === "ask") {
    const signers = whoseTurn(found.signatures).filter((one) => one.signature_id === letter.signatureId);
    return askSigners(work, { ...setting, happening: { type: "signature_request_sent" }, signers, write: invitation });
  }
  const { to, was } = letter;
  const { title, subject } = was;
  const news = { ...newsOf(found, { ...setting, link: null, locale: localeOf(to, setting) }), title, subject };
  const words = withdrawal(news, setting.requester);
  await post(work, {
    ...addressOf(found, options),
    signatureId: null,
    kind: "signature_request_signer_removed",
    to,
    letter: words,
  });
}

const owing: ReadonlySet<string> = new Set([
  "signature_request_sent",
  "signature_request_signed",
  "signature_request_remind",
  "signature_request_reassigned",
  "signature_request_all_signed",
  "signature_request_declined",
  "signature_request_expired",
  "signature_request_canceled",
]);

type Occasion = Setting & { readonly happening: Happening };

async function writeLetters(work: Work, occasion: Occasion): Promise<void> {
  const { happening, found } = occasion;
  const { signatures } = found;
  switch (happening.type) {
    case "signature_request_sent":
      return askSigners(work, { ...occasion, signers: whoseTurn(signatures), write: invitation });
    case "signature_request_signed":
      return askSigners(work, { ...occasion, signers: await notYetAsked(work, found), write: invitation });
    case "signature_request_remind":
      return askSigners(work, {
        ...occasion,
        signers: signatures.filter((one) => one.signature_id === happening.relatedSignatureId),
        write: reminder,
      });
    case "signature_request_declined":
    case "signature_request_expired":
    case "signature_request_canceled":
      return tellEnding(work, occasion);
    case "signature_request_reassigned":
      await tellHandover(work, occasion);
      return askSigners(work, {
        ...occasion,
        signers: whoseTurn(signatures).filter((one) => one.signature_id === happening.relatedSignatureId),
        write: invitation,
      });
    default:
      return tellEverybody(work, occasion);
  }
}

/** Those whose turn has come now: in an ordered request the next ones, once. */
async function notYetAsked(work: Work, { request, signatures }: RequestRecord): Promise<readonly SignatureRow[]> {
  if (request.state !== "awaiting") return [];
  const asked = await work.tx
    .selectFrom("sign_links")
    .select("signature_id")
    .where("request_id", "=", request.request_id)
    .execute();
  const known = new Set(asked.map((link) => link.signature_id));
  return whoseTurn(signatures).filter((one) => !known.has(one.signature_id));
}

type Asking = Setting & {
  readonly happening: Pick<Happening, "type">;
  readonly signers: readonly SignatureRow[];
  readonly write: (facts: LetterFacts) => Letter;
};

async function askSigners(work: Work, asking: Asking): Promise<void> {
  const { found, requester, options, signers, write, happening } = asking;
  const requestId = found.request.request_id;
  for (const signer of signers) {
    const { token, hash } = await makeLink(work, { signatureId: signer.signature_id, requestId, kind: "mail" });
    const link = `${options.publicUrl}/sign/${token}`;
    const locale = localeOf(signer, asking);
    const letter = write(factsOf(found, { ...asking, link, locale }));
    const signatureId = signer.signature_id;
    await post(work, {
      ...addressOf(found, options),
      signatureId,
      link: hash,
      kind: happening.type,
      to: signer,
      letter,
    });
    if (signer.sms_use === "delivery" && signer.sms_phone !== null) {
      const asked = wordsIn(locale)("text.ask", { requester, title: found.request.title.slice(0, 60) });
      // The link stands alone, so that a phone sees where it ends.
      const text = `${asked} ${link}`;
      await promiseText(work, { requestId, link: hash, to: signer.sms_phone, text });
    }
  }
}

/** Tells those who were asked that nothing is asked of them any more, and the requester where others brought it about. */
async function tellEnding(work: Work, occasion: Occasion): Promise<void> {
  const { found, requester, options, happening } = occasion;
  const { request, signatures } = found;
  const links = await work.tx
    .selectFrom("sign_links")
    .select("signature_id")
    .where("request_id", "=", request.request_id)
    .execute();
  const asked = new Set(links.map((link) => link.signature_id));
  const decliner = signatures.find((one) => one.signature_id === happening.relatedSignatureId);
  const others = signatures.filter((one) => asked.has(one.signature_id) && one !== decliner && !isSpared(one));
  const isTold = happening.type !== "signature_request_canceled";
  const readers: readonly Reader[] = [...others, ...(isTold ? [{ name: requester, email: requester }] : [])];
  for (const to of onceEach(readers)) {
    const isRequester = to.email === requester;
    const link = isRequester ? occasion.desk : null;
    const news = newsOf(found, { ...occasion, link, locale: localeOf(to, occasion) });
    const letter = endingOf(news, { happening, requester, decliner });
    await post(work, { ...addressOf(found, options), signatureId: null, kind: happening.type, to, letter });
  }
}

type EndingFacts = Pick<Occasion, "happening" | "requester"> & { readonly decliner: SignatureRow | undefined };

function endingOf(news: News, { happening, requester, decliner }: EndingFacts): Letter {
  if (happening.type === "signature_request_expired") return expiry(news);
  if (happening.type === "signature_request_canceled") return withdrawal(news, requester);
  return declination(news, { who: decliner?.name ?? "A signer", reason: decliner?.decline_reason ?? "" });
}

async function tellHandover(
  work: Work,
  { found, requester, desk, options, happening, locale, logo }: Occasion,
): Promise<void> {
  const signer = found.signatures.find((one) => one.signature_id === happening.relatedSignatureId);
  if (!signer) return;
  const { reassigned_by: who, reassignment_reason: reason, name, email } = signer;
  const news = newsOf(found, { link: desk, locale, logo });
  const letter = handover(news, { who: who ?? "A signer", to: `${name} (${email})`, reason: reason ?? "" });
  const to = { name: requester, email: requester };
  await post(work, { ...addressOf(found, options), signatureId: null, kind: happening.type, to, letter });
}

async function tellEverybody(work: Work, occasion: Occasion): Promise<void> {
  const { found, requester, options, happening } = occasion;
  const { request, signatures } = found;
  const copies = (JSON.parse(request.cc_json) as string[]).map((email) => ({ name: email, email }));
  const parties: readonly Reader[] = [...signatures, ...copies, { name: requester, email: requester }];
  const link = options.fileLink(request.request_id, work.at);
  for (const to of onceEach(parties)) {
    const letter = completion(factsOf(found, { ...occasion, link, locale: localeOf(to, occasion) }));
    await post(work, { ...addressOf(found, options), signatureId: null, kind: happening.type, to, letter });
  }
}

type Reader = Pick<SignatureRow, "name" | "email"> & { readonly locale?: string | null };

/** Nobody gets a letter twice, under whatever names they take part. */
function onceEach<R extends { readonly email: string }>(readers: readonly R[]): readonly R[] {
  const same = (one: R, other: R) => one.email.toLowerCase() === other.email.toLowerCase();
  return readers.filter((reader, index) => readers.findIndex((other) => same(reader, other)) === index);
}
