/** One kind of event: its name on the wire, what it is about, and the sentence that the docs print. */
export type EventKind = {
  readonly type: string;
  readonly about: "request" | "template" | "fax" | "account" | "nothing";
  readonly says: string;
};

/** Everything that this version can call back. Contract: events.md section 9. */
export const eventKinds = {
  signature_request_sent: request("The request is processed and sent: its sign URLs can be opened."),
  signature_request_prepared: request("A draft with hold_request is prepared and held back: release_hold sends it."),
  signature_request_viewed: request("A signer opened the signing page."),
  signature_request_signed: request("One signer completed all required fields and agreed."),
  signature_request_all_signed: request("Every signer is done and the sealed PDF can be downloaded."),
  signature_request_downloadable: request("The sealed PDF can be downloaded; goes out once, with all_signed."),
  signature_request_declined: request("A signer declined; event_message holds the reason."),
  signature_request_reassigned: request(
    "A signer has handed over to somebody else: the signature has a new id and a new signer.",
  ),
  signature_request_signer_removed: request(
    "An edit of the request has left a signer out; related_signature_id is the signature that is gone.",
  ),
  signature_request_canceled: request("The request was withdrawn by its sender."),
  signature_request_expired: request("expires_at passed while signatures were missing."),
  signature_request_remind: request("A reminder was sent to a signer."),
  signature_request_invalid: request("The parameters do not fit the document; event_message says why."),
  file_error: request("A file could not be used, or a text tag in it is malformed; event_message says where and why."),
  unknown_error: request("Processing failed for a reason that is the server's; event_message says so."),
  signature_request_email_bounce: request("A mail that asks a signer to sign came back; event_message says why."),
  signature_request_destroyed: request(
    "The request's documents and personal data were destroyed; only its identity and times are left.",
  ),
  signature_request_incomplete_qes: request(
    "A signer of a request with is_eid could not be identified; event_message says why. It may be tried again.",
  ),
  sign_url_invalid: request("An embedded sign URL was used after it had expired, or by a second browser."),
  template_created: template("A template is ready: signature requests can be made of it."),
  template_error: template("A template cannot be used; event_message says which file, page or tag is wrong."),
  fax_sent: fax("A fax has reached its recipient."),
  fax_received: fax("A fax has come in on a line; each account with access to the line is told."),
  fax_on_hold: fax("The provider has put a fax off; it is tried again, and another event tells how that ends."),
  fax_busy: fax("The recipient's line was busy; event_message says so."),
  fax_no_answer: fax("Nobody answered at the recipient's number."),
  fax_disconnected: fax("The line broke before all pages were through."),
  fax_blacklisted: fax("The recipient's number takes no faxes from here: it is barred or none that can be dialed."),
  account_confirmed: {
    about: "account",
    says: "An account that was made for the app has its password: its holder has the mail. The app's URL alone is told.",
  },
  callback_test: nothing("The callback URL was set or a test was asked for."),
} as const satisfies Readonly<Record<string, Omit<EventKind, "type">>>;

/** The name of an event, `event_type` on the wire. */
export type EventType = keyof typeof eventKinds;

function request(says: string): Omit<EventKind, "type"> {
  return { about: "request", says };
}

function template(says: string): Omit<EventKind, "type"> {
  return { about: "template", says };
}

function fax(says: string): Omit<EventKind, "type"> {
  return { about: "fax", says };
}

function nothing(says: string): Omit<EventKind, "type"> {
  return { about: "nothing", says };
}

const untold: ReadonlySet<string> = new Set([
  "signature_request_prepared",
  "signature_request_signer_removed",
  "signature_request_invalid",
  "file_error",
  "unknown_error",
  "signature_request_email_bounce",
  "signature_request_incomplete_qes",
  "sign_url_invalid",
] satisfies readonly EventType[]);

/** Whether the accounts of a request's signers hear of events of this type: of what becomes of it, not of its sender's troubles with it. */
export function hearSigners(type: EventType): boolean {
  return eventKinds[type].about === "request" && !untold.has(type);
}

const objectMembers = {
  request: "signature_request",
  template: "template",
  fax: "transmission",
  account: "account",
  nothing: "signature_request",
} as const;

/** The member of a callback that holds the object of an event of this type. */
export function objectMember(type: string): (typeof objectMembers)[EventKind["about"]] {
  return Object.hasOwn(eventKinds, type) ? objectMembers[eventKinds[type as EventType].about] : "signature_request";
}
