import type { RequestRecord } from "../requests/find.ts";
import type { SignLinkRow } from "../storage/signing-tables.ts";
import type { SignatureRow } from "../storage/tables.ts";

/** One signer at one document, through one link in one tab. The request's row is held. */
export type Session = { readonly record: RequestRecord; readonly signature: SignatureRow; readonly link: SignLinkRow };
