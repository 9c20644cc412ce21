/** Form fields in a column on the first page, for the first signer and required unless said otherwise. */
export function form(...fields: readonly object[]): readonly object[] {
  const place = { document_index: 0, required: true, signer: "0", x: 100, width: 160, height: 20, page: 1 };
  return fields.map((field, index) => ({ ...place, y: 40 + 40 * index, ...field }));
}

/** Every kind of field for the first of two signers, and one for the second. */
export const everyField = form(
  { api_id: "sign", type: "signature" },
  { api_id: "initial", type: "initials", required: false },
  { api_id: "day", type: "date_signed" },
  { api_id: "age", type: "text", validation_type: "numbers_only" },
  { api_id: "note", type: "text", required: false },
  { api_id: "yes", type: "checkbox", is_checked: false },
  { api_id: "red", type: "radio", group: "colour", is_checked: false },
  { api_id: "blue", type: "radio", group: "colour", is_checked: false },
  { api_id: "size", type: "dropdown", options: ["small", "large"], content: "large" },
  { api_id: "link", type: "hyperlink", content: "Terms", content_url: "https://example.com" },
  { api_id: "theirs", type: "text", signer: "1" },
);

/** Answers to it that fit. */
export const fitting = { sign: "Ann Lee", age: "42", yes: true, red: true };
