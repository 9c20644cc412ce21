import type { EditorBootFacts, EditorClaim } from "../../../wire/editor-view.ts";
import { type Opening, readOpening } from "../sign/opening.ts";
import { spokenLocale } from "../sign/say.ts";
import { tabSecret } from "../sign/tab.ts";

/** The words that the host may choose for the last button. */
export const finalWords = ["Save", "Send", "Continue"] as const;

/** All that is known before the claim. */
export type EditorOpening = Opening<EditorBootFacts> & {
  /** Whether another page holds this one. */
  readonly isFramed: boolean;
  /** What the last button says, where the host has a wish. */
  readonly finalWord: (typeof finalWords)[number] | null;
};

/** Reads the boot facts, the query, and whether the page stands in a frame. */
export function readEditorOpening(): EditorOpening {
  const { href } = window.location;
  const word = new URL(href).searchParams.get("final_button_text");
  return {
    ...readOpening<EditorBootFacts>(document, href),
    isFramed: window.parent !== window,
    finalWord: finalWords.find((one) => one === word) ?? null,
  };
}

/** What the link is claimed with. Outside a frame there is no host to speak of. */
export function claimOf({ token, clientId, parentOrigin, skipsDomainCheck, isFramed }: EditorOpening): EditorClaim {
  const claim = { token, tab: tabSecret(token), locale: spokenLocale() };
  if (!isFramed) return claim;
  return { ...claim, ...(clientId ? { clientId } : {}), parentOrigin: skipsDomainCheck ? null : parentOrigin };
}
