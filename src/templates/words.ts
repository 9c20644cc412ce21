import { foldText } from "../base/words.ts";

/** What is said of a template and can be searched. */
export type TemplateWords = {
  readonly title: string;
  readonly subject: string | null;
  readonly message: string | null;
  /** Its values are searched, their names are not. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly files: readonly string[];
};

/** The words by which a template is found, folded, as columns of its row. */
export function wordColumns({ title, subject, message, metadata, files }: TemplateWords) {
  const values = Object.values(metadata).map((value) => (typeof value === "string" ? value : JSON.stringify(value)));
  return {
    title_words: foldText(title),
    message_words: foldText([subject ?? "", message ?? ""].join("\n")),
    metadata_words: foldText(values.join("\n")),
    filename_words: foldText(files.join("\n")),
  };
}
