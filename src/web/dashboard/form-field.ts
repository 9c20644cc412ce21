import { type Html, html } from "../html.ts";

/** What is wrong, in words, and with which field; an empty name: with the form as a whole. */
export type FormFault = {
  readonly field: string;
  readonly words: string;
  /** What is wrong with other fields, each another one. */
  readonly also?: readonly FormFault[];
};

/** Whose fault it is, the field's id, and the id of its hint where it has one. */
type FieldAsk = { readonly fault: FormFault | null; readonly name: string; readonly hint?: string };

/** The marks of a field, with what is wrong with it: attributes for its tag, and a sentence to stand behind it. */
export function field({ fault, name, hint }: FieldAsk): { readonly marks: Html; readonly words: Html | null } {
  const own = fault === null ? undefined : [fault, ...(fault.also ?? [])].find((one) => one.field === name);
  const isWrong = own !== undefined;
  const about = [...(hint === undefined ? [] : [hint]), ...(isWrong ? [`${name}-fault`] : [])].join(" ");
  return {
    marks: html`${about !== "" && html` aria-describedby="${about}"`}${isWrong && html` aria-invalid="true"`}`,
    words: isWrong ? html`<p class="fault" id="${name}-fault">${own.words}</p>` : null,
  };
}

/** The attribute of a box that is ticked. */
export function checked(is: boolean): Html | null {
  return is ? html` checked` : null;
}

/** What heads a form that was refused: its own words, or a link to the field that is marked. */
export function refusalNotice({ field: name, words, also = [] }: FormFault, said: string): Html {
  const marked =
    also.length === 0
      ? "Mend the field that is marked"
      : `Mend the ${also.length + 1} fields that are marked, the first of them`;
  return html`<div class="notice bad" role="alert"><strong>${said}</strong><span>${name === "" ? words : html`${marked}: <a href="#${name}">${words}</a>`}</span></div>`;
}
