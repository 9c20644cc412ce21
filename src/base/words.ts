/** Text as a database takes it: without NUL and halves of surrogate pairs, which PostgreSQL refuses. What is cut may end in a half: cut first. */
export function storableText(text: string): string {
  return text.replaceAll("\0", "\uFFFD").toWellFormed();
}

/** Text as it is kept and asked for where it is searched: in small letters, written in one way, without NUL and halves of surrogate pairs. */
export function foldText(text: string): string {
  return (
    text
      .toWellFormed()
      .replaceAll("\0", " ")
      .toLowerCase()
      .normalize("NFC")
      // Two letters have small forms that depend on what stands beside them: final sigma, and the I with a dot.
      .replaceAll("ς", "σ")
      .replaceAll("i\u0307", "i")
  );
}

/** A text as a pattern of LIKE that means nothing but itself, where the statement says `escape '\\'`. */
export function likeItself(text: string): string {
  return text.replaceAll(/[\\%_]/g, "\\$&");
}

/** The words of a text that is searched for, folded, each once. */
export function wordsIn(text: string): readonly string[] {
  return [...new Set(foldText(text).split(/\s+/u))].filter((word) => word !== "");
}

/** Every three characters that stand side by side in a folded text, each once: none in a text of one or two. */
export function trigramsOf(text: string): readonly string[] {
  const characters = [...text];
  const found = new Set<string>();
  for (let at = 0; at + 2 < characters.length; at += 1)
    found.add(`${characters[at]}${characters[at + 1]}${characters[at + 2]}`);
  return [...found];
}

/** A trigram as a 32-bit integer with a sign. Two may share one: whoever looks up by it reads the text as well. */
export function trigramNumber(trigram: string): number {
  let number = 0;
  for (const character of trigram)
    number = Math.imul(number ^ (character.codePointAt(0) ?? 0), 0x01000193) + 0x9e3779b9;
  return number | 0;
}
