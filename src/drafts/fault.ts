/** Where something is wrong. */
type FaultPlace =
  | { readonly kind: "field"; readonly apiId: string }
  | { readonly kind: "signer"; readonly index: number }
  | { readonly kind: "title" | "subject" | "message" | "signers" | "ccs" | "fields" };

/** What is wrong with a draft: a name for programs, words in English, and where. */
export type DraftFault = { readonly code: string; readonly words: string; readonly at: FaultPlace };
