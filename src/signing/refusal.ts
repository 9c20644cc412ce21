import type { RefusalCode, RefusalView } from "../wire/session.ts";

/** Why the signing page cannot go on, in words for the signer. */
const refusalWords: Readonly<Record<RefusalCode, string>> = {
  sign_url_invalid:
    "This link is not valid any more. It may have been opened somewhere else already. Please ask the sender for a new one.",
  sign_url_expired: "This link has expired. Please go back and open the document again.",
  domain_not_allowed: "This page can only be shown on the websites of the sender's app.",
  client_id_mismatch: "This document belongs to another app than the one that tried to show it.",
  not_embedded: "This document can only be signed inside the sender's website.",
  request_canceled: "The sender has withdrawn this document. There is nothing left to do.",
  request_expired: "The time to sign this document has run out. Please ask the sender for a new one.",
  request_declined: "This document was declined, so it can no longer be signed.",
  request_destroyed:
    "This document is not kept here any more: its data was destroyed. If you need a copy, please ask the sender.",
  not_your_turn: "Somebody else has to sign first. You will be told when it is your turn.",
  invalid_answer: "Some fields need another look.",
  code_needed: "This document is protected. Please open it again and enter its code.",
  code_locked: "Too many wrong codes. This page is locked for a while.",
  wrong_code: "That is not the code.",
  unavailable: "This document cannot be signed just now. Please try again in a moment.",
};

/** A refusal with its words; `fields` tells field by field what would be right. */
export function refuse(code: RefusalCode, fields?: Readonly<Record<string, string>>): RefusalView {
  return { ok: false, code, message: refusalWords[code], ...(fields ? { fields } : {}) };
}
