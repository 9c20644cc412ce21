import type { AnswerValue, Condition, Group, Ink, PagePiece, PageText } from "../documents/document.ts";
import type { Locale } from "../language/locales.ts";
import type { Saying } from "../language/saying.ts";

/**
 * What the signing page and the server say to each other, beside v3: JSON over `/sign-api/…`.
 * Only types: the page's browser code imports them too.
 *
 *   POST /sign-api/claim    ClaimRequest   -> SessionView | GateView | RefusalView   (fires `viewed`; never a GET)
 *   POST /sign-api/code    CodeRequest    -> SessionView | GateView | RefusalView   (before a gate)
 *   POST /sign-api/identify  IdentifyRequest -> IdentifyView | RefusalView   (identification.ts)
 *   POST /sign-api/code/send             -> GateView | RefusalView
 *   PUT  /sign-api/answers, /hand  AnswersRequest, HandRequest -> { saved: true } | RefusalView
 *   POST /sign-api/hand/phone, /look        -> PhoneLinkView, PhoneView | RefusalView
 *   POST /sign-api/hand/from-phone  PhoneRequest -> { saved: true } | RefusalView   (no session: the token is the key)
 *   POST /sign-api/attachment  multipart: attachment_id, file; /remove: attachment_id -> { saved: true } | RefusalView
 *   POST /sign-api/finish   FinishRequest  -> FinishedView | RefusalView
 *   POST /sign-api/decline, /reassign  DeclineRequest, ReassignRequest -> FinishedView | RefusalView
 * Every call after the claim carries `Authorization: Bearer <session>`. No cookies.
 */

/** How the page was opened: in an integrator's iframe, or from a mail. */
export type LinkKind = "embedded" | "mail";

/** Binds link and tab: `tab` is 64 random hex digits kept in sessionStorage, so that a reload finds the same session. */
export type ClaimRequest = {
  readonly kind: LinkKind;
  /** The link's secret: the `token` parameter, or the last segment of `/sign/…`. */
  readonly token: string;
  readonly tab: string;
  /** The language in which the page speaks. */
  readonly locale?: Locale;
  /** Embedded only: the `client_id` parameter that the host page's library added. */
  readonly clientId?: string;
  /** Embedded only: origin of the host page, as proven by verifyDomainResponse; null when that check was skipped. */
  readonly parentOrigin?: string | null;
};

/** One page, and where its pictures are. */
export type PageView = {
  /** Points, as shown. */
  readonly width: number;
  readonly height: number;
  /** Immutable addresses of the page's picture, smallest first; `width` in CSS pixels of the picture. */
  readonly pictures: readonly { readonly width: number; readonly url: string }[];
  /** Immutable address of the page's text: a `PageText` as JSON. */
  readonly textUrl: string;
};

/** The kinds of field that stand on the document. */
export type OnPage =
  | "signature"
  | "initials"
  | "date_signed"
  | "text"
  | "checkbox"
  | "radio"
  | "dropdown"
  | "hyperlink";

/** One field of this signer; an `attachment`, beneath the document, has the attachment's id and the file's name as its answer. */
export type FieldView = {
  readonly apiId: string;
  readonly type: OnPage | "attachment";
  /** Label, placeholder or name; empty: the page says what kind it is. A merge field that the signer may edit comes as text or checkbox. */
  readonly name: string;
  readonly required: boolean;
  /** From 1. Box in points, origin top left of the page. */
  readonly page: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly placeholder?: string;
  readonly validation?: { readonly type: string; readonly pattern?: string; readonly words?: string };
  readonly masked?: boolean;
  /** What is written into one is written into all with the same one. */
  readonly linkId?: string;
  /** The radio buttons or checkboxes that it belongs to. */
  readonly group?: Group;
  /** When it is there; without one, always. */
  readonly condition?: Condition;
  readonly options?: readonly string[];
  readonly content?: string;
  readonly contentUrl?: string;
  /** As named on the v3 wire; absent: notoSans. */
  readonly fontFamily?: string;
  readonly fontSize?: number;
};

export type { AnswerValue, Ink, PagePiece, PageText };

/** As `signer_experience.form_view` of the v3 wire says it. */
export type FormView = "disabled" | "enabled" | "enabled_by_default" | "forced";

/** How a signer's name and initials look; where one is missing, as the house's script writes them. */
export type Hands = { readonly name?: Ink; readonly initials?: Ink };

/** Keeps a look; null: the house's script. */
export type HandRequest = { readonly kind: keyof Hands; readonly ink: Ink | null };

/** Where a phone finds the pad: its address, and that as a QR code, rows of 0 and 1. */
export type PhoneLinkView = { readonly ok: true; readonly url: string; readonly code: readonly string[] };

/** What has come from the phone; null: nothing yet. */
export type PhoneView = { readonly ok: true; readonly hands: Hands | null };

/** What the phone sends. */
export type PhoneRequest = { readonly token: string; readonly name: Ink; readonly initials: Ink | null };

/** What the pad of a phone is told: beside its token, whether initials are wanted too. */
export type PhoneFacts = { readonly locale: Locale; readonly token: string; readonly needsInitials: boolean };

/** The ways to make a signature. */
export type PenWay = "type" | "draw" | "upload";

/** All that the page shows. */
export type SessionView = {
  readonly ok: true;
  /** Bearer of every further call; lives 4 hours after the claim, so that a slow reader loses nothing. */
  readonly session: string;
  readonly signatureId: string;
  readonly requestId: string;
  readonly title: string;
  readonly message: string;
  readonly requester: string;
  readonly signer: { readonly name: string; readonly email: string };
  readonly testMode: boolean;
  readonly allowDecline: boolean;
  readonly allowReassign: boolean;
  /** Whether the fields may, or must, be shown as a form (`signer_experience.form_view`). */
  readonly formView: FormView;
  /** e.g. `MM / DD / YYYY`. */
  readonly dateFormat: string;
  /** Where the page goes after signing, or null. http or https. */
  readonly redirectUrl: string | null;
  /** The version of the consent in English; the page says it in its own language, and adds that: `2026-11-2-de`. */
  readonly consent: { readonly version: string };
  readonly pages: readonly PageView[];
  /** This signer's fields, in reading order. */
  readonly fields: readonly FieldView[];
  /** What this signer has answered before: the autosave, and presets. */
  readonly answers: Readonly<Record<string, AnswerValue>>;
  readonly hands: Hands;
  /** The ways that are offered (`signing_options`), the first one first. */
  readonly penWays: readonly PenWay[];
  /** Whether a phone may lend its screen as a pad. */
  readonly allowPhone: boolean;
  /** Fields of others, already filled: drawn as they are, not editable. */
  readonly filled: readonly {
    readonly page: number;
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly type: FieldView["type"];
    readonly text: string;
    /** Of signatures and initials. */
    readonly ink?: Ink;
    /** Of texts. */
    readonly fontSize?: number;
    readonly fontFamily?: string;
  }[];
  /** Set when this signer is done already: the page shows the thank-you at once. */
  readonly state: "open" | "signed" | "declined";
};

/** What the page shows before a gate: nothing of the document. */
export type GateView = {
  readonly ok: true;
  readonly state: "gate";
  /** Bearer of every further call, as in `SessionView`. */
  readonly session: string;
  readonly signatureId: string;
  /** A code that the sender has told the signer, the code of a text message, or an electronic identity. */
  readonly needs: "pin" | "sms" | "eid";
  /** The end of the telephone number that the code went to. */
  readonly phone: string | null;
  /** Why no code is taken or sent just now. */
  readonly notice: Saying | null;
};

/** A code for the gate. */
export type CodeRequest = { readonly code: string };

export type { RefusalCode, RefusalView } from "./refusals.ts";

/** Saves some answers; the others stay. */
export type AnswersRequest = { readonly answers: Readonly<Record<string, AnswerValue>> };

/** Signs: the last answers and looks as this tab shows them, what was agreed to, and the zone of the day. */
export type FinishRequest = {
  readonly answers: Readonly<Record<string, AnswerValue>>;
  /** A kind that is not there looks simply typed. */
  readonly hands: Hands;
  readonly consentVersion: string;
  /** IANA name of the browser's zone: date_signed is a day there. */
  readonly timeZone: string;
};

/** Declines; the reason may be empty. */
export type DeclineRequest = { readonly reason: string };

/** Hands over to somebody else; the reason may be empty. */
export type ReassignRequest = { readonly name: string; readonly email: string; readonly reason: string };

/** The visit has reached its end. */
export type FinishedView = { readonly ok: true; readonly state: "signed" | "declined" | "reassigned" };

/** Facts that the server writes into the page's HTML as JSON (`id="boot"`): all the page knows before its claim. */
export type BootFacts = {
  /** The language in which the signer is spoken to, unless the tab remembers another. */
  readonly locale: Locale;
  readonly kind: LinkKind;
  readonly token: string;
  /** Embedded: whether skip_domain_verification=1 is honoured for this link (test mode). */
  readonly maySkipDomainCheck: boolean;
  /** Embedded: hosts that may hold the iframe (the app's domains); subdomains too. */
  readonly domains: readonly string[];
  /** `white_labeling_options` of the app; null: it never gave any. */
  readonly colours: Readonly<Record<string, unknown>> | null;
  /** The app's picture, by its path on this server, and its name; null: it has none. */
  readonly logo: { readonly path: string; readonly name: string } | null;
};
