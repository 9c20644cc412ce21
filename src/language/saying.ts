import type { en as editorEn } from "./editor/en.ts";
import type { en as mailEn } from "./mail/en.ts";
import type { en } from "./page/en.ts";

/** The key of a sentence of the signing page. */
export type PageWord = keyof typeof en;

/** The sentences of the signing page in one language. */
export type PageWords = Readonly<Record<PageWord, string>>;

/** The key of a sentence that only the editor page says. */
export type EditorWord = keyof typeof editorEn;

/** The sentences that only the editor page says, in one language. */
export type EditorWords = Readonly<Record<EditorWord, string>>;

/** The key of a sentence of a letter. */
export type MailWord = keyof typeof mailEn;

/** The sentences of letters in one language. */
export type MailWords = Readonly<Record<MailWord, string>>;

/** What is put into a sentence, by the names of its places. */
export type Values = Readonly<Record<string, string | number>>;

/** A sentence that is not said yet: in which language is decided by who shows it. */
export type Saying = { readonly key: PageWord; readonly values?: Values };
