import { type Html, html } from "../html.ts";

/** What is wrong, in words, and with which field; an empty name: with the form as a whole. */
export type FormFault = { readonly field: string; readonly words: string };

/** Whose fault it is, the field's id, and the id of its hint where it has one. */
type FieldAsk = { readonly fault: FormFault | null; readonly name: string; readonly hint?: string };

/** The marks of a field, with what is wrong with it: attributes for its tag, and a sentence to stand behind it. */
export function field({ fault, name, hint }: FieldAsk): { readonly marks: Html; readonly words: Html | null } {
  const isWrong = fault?.field === name;
  const about = [...(hint === undefined ? [] : [hint]), ...(isWrong ? [`${name}-fault`] : [])].join(" ");
  return {
    marks: html`${about !== "" && html` aria-describedby="${about}"`}${isWrong && html` aria-invalid="true"`}`,
    words: isWrong ? html`<p class="fault" id="${name}-fault">${fault.words}</p>` : null,
  };
}

/** The attribute of a box that is ticked. */
export function checked(is: boolean): Html | null {
  return is ? html` checked` : null;
}

/** What heads a form that was refused: its own words, or a link to the field that is marked. */
export function refusalNotice({ field: name, words }: FormFault, said: string): Html {
  return html`<div class="notice bad" role="alert"><strong>${said}</strong><span>${name === "" ? words : html`Mend the field that is marked: <a href="#${name}">${words}</a>`}</span></div>`;
}
