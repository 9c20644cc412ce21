import type { Box, Field } from "../documents/document.ts";
import type { Locale } from "../language/locales.ts";
import type { PageView, RefusalView } from "./session.ts";

/**
 * What the editor page and the server say to each other, beside v3: JSON over `/editor-api/…`.
 * Only types: the page's browser code imports them too.
 *
 *   POST /editor-api/claim   EditorClaim  -> EditorView | PreparingView | RefusalView   (never a GET; one tab of one browser has it)
 *   GET  /editor-api/draft                -> EditorView | PreparingView | RefusalView   (asked again while it prepares, and after a reload)
 *   PUT  /editor-api/draft   EditorSent   -> EditorSaved | RefusalView                  (autosave)
 *   POST /editor-api/files   multipart: file[], after an allowance -> PreparingView | RefusalView
 *   POST /editor-api/files/order { order: number[] } and /remove { file: number } -> PreparingView | RefusalView
 *   POST /editor-api/finish  EditorSent   -> EditorFinished | EditorFaults | RefusalView
 * The claim and GET draft answer EditorFinished once the draft is finished: a tab that did not hear the answer, or reloads, learns it so.
 * Finishing twice answers the same. Files that cannot be used leave the draft as it was, and `notice` of the next EditorView says why.
 * Refusals of a draft, beside those of links: draft_behind (another tab has saved since), draft_preparing, draft_closed, draft_failed.
 * Every call after the claim carries `Authorization: Bearer <session>`. No cookies.
 */

/** What is made: a request that is sent, or a template that is kept. */
export type DraftKind = "request" | "template";

/** Binds link and tab, as the signing page's claim does. */
export type EditorClaim = {
  /** The `token` parameter of the page's address. */
  readonly token: string;
  readonly tab: string;
  readonly locale?: Locale;
  /** The `client_id` parameter that the host page's library added; absent outside a frame. */
  readonly clientId?: string;
  /** Origin of the host page, as proven by verifyDomainResponse; null when that check was skipped. Absent outside a frame. */
  readonly parentOrigin?: string | null;
};

/** The documents are being made ready: ask again in a moment. */
export type PreparingView = { readonly ok: true; readonly session: string; readonly state: "preparing" };

/** Somebody who is to sign, or in a template the role that somebody will play. */
export type EditorSigner = {
  /** The role's name; in a request made of templates it stands beside the person. */
  readonly role?: string;
  /** Empty in a template. */
  readonly name: string;
  readonly email: string;
  /** Null where all are asked at once. */
  readonly order: number | null;
  /** Sent back as it came, wherever they stand: by it the files that are asked of them are known. Null for who is added. */
  readonly was: number | null;
};

/** A field as it stands on the page: points, from the page's top left; `page` from 1 over all files. */
export type EditorField = Omit<Field, "box" | "widget"> &
  Box & {
    /** It came with the document (a PDF form): it may be assigned, named and removed, not moved. */
    readonly isFixed?: boolean;
  };

/** A merge field of a template, which an integrator fills by its name wherever it stands. */
export type EditorMergeField = { readonly name: string; readonly type: "text" | "checkbox" };

/** All that can be changed; `revision` counts the saves, so that of two windows one is told that it is behind. */
export type EditorSave = {
  readonly revision: number;
  readonly title: string;
  readonly subject: string;
  readonly message: string;
  readonly signers: readonly EditorSigner[];
  /** Addresses in a request, role names in a template. */
  readonly ccs: readonly { readonly role?: string; readonly email?: string }[];
  readonly mergeFields: readonly EditorMergeField[];
  readonly fields: readonly EditorField[];
};

/** A save, or a finish. A page whose saves were not answered says which, and is not behind its own. */
export type EditorSent = EditorSave & {
  /** An id of this save that no other has. */
  readonly id?: string;
  /** The ids of those whose answers have not come. */
  readonly unheard?: readonly string[];
};

/** It is kept. */
export type EditorSaved = { readonly ok: true; readonly revision: number };

/** All that the page shows. */
export type EditorView = EditorSave & {
  readonly ok: true;
  /** Bearer of every further call. */
  readonly session: string;
  readonly state: "open";
  readonly kind: DraftKind;
  /** Ids for the host page's messages; a request has one only where the operation that made the draft answered one. */
  readonly templateId: string | null;
  readonly requestId: string | null;
  readonly signatureId: string | null;
  readonly testMode: boolean;
  readonly files: readonly { readonly name: string; readonly pages: number }[];
  readonly pages: readonly PageView[];
  /** What the caller allows and wants: editor_options, force_*, skip_me_now, show_preview, preview_only, show_progress_stepper. */
  readonly allow: {
    readonly signers: boolean;
    /** Where signers may not be changed: the indexes of those whom the sender names, for the caller did not. */
    readonly names: readonly number[];
    readonly documents: boolean;
    readonly ccs: boolean;
    /** The sender may place fields to fill now ("Me (now)"). */
    readonly meNow: boolean;
    /** False with preview_only: it is looked at and sent. */
    readonly fields: boolean;
  };
  readonly show: {
    readonly preview: boolean;
    readonly stepper: boolean;
    /** Signers or roles are looked over first. */
    readonly signersFirst: boolean;
    /** Subject and message are looked over before the end. */
    readonly subjectFirst: boolean;
  };
  /** For send_document: whoever opens it signs it alone. */
  readonly isSelfSigning: boolean;
  /** A held request is prepared, not sent (`hold_request`). */
  readonly isHeld: boolean;
  /** e.g. `MM / DD / YYYY`. */
  readonly dateFormat: string;
  /** Where the page goes when it is done (`requesting_redirect_url`), or null. */
  readonly redirectUrl: string | null;
  /** Why the files that were added last are not there, in English; null when there is nothing to tell. The next save clears it. */
  readonly notice: string | null;
};

/** Done: the request goes out or is held, or the template is kept. What the host page is told of it. */
export type EditorFinished = {
  readonly ok: true;
  readonly state: "done";
  readonly kind: DraftKind;
  readonly templateId: string | null;
  readonly requestId: string | null;
  /** Of the first signer. */
  readonly signatureId: string | null;
  /** The request is prepared, not sent. */
  readonly isHeld: boolean;
};

/** It cannot be finished like this: each fault names where it is. */
export type EditorFaults = {
  readonly ok: false;
  readonly name: "draft_invalid";
  readonly faults: readonly {
    /** What is wrong, for programs: `signer_without_field`, `off_page`, … (src/drafts/check*.ts). */
    readonly code: string;
    /** The same in English. */
    readonly words: string;
    readonly at:
      | { readonly kind: "field"; readonly apiId: string }
      | { readonly kind: "signer"; readonly index: number }
      | { readonly kind: "title" | "subject" | "message" | "signers" | "ccs" | "fields" };
  }[];
};

/** Facts that the server writes into the page's HTML as JSON (`id="boot"`): all the page knows before its claim. */
export type EditorBootFacts = {
  readonly locale: Locale;
  readonly token: string;
  /** Null: there is no draft behind the link; its claim will say so. */
  readonly kind: DraftKind | null;
  /** Whether the page belongs into an iframe of its app: outside of one it is refused. */
  readonly isEmbedded: boolean;
  /** Whether skip_domain_verification=1 is honoured (test mode). */
  readonly maySkipDomainCheck: boolean;
  /** Hosts that may hold the iframe (the app's domains); subdomains too. */
  readonly domains: readonly string[];
  /** `white_labeling_options` of the app; null: it never gave any. */
  readonly colours: Readonly<Record<string, unknown>> | null;
};

/** Any answer to a call of the editor. */
export type EditorAnswer = EditorView | PreparingView | EditorSaved | EditorFinished | EditorFaults | RefusalView;
