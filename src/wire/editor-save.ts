import { Type } from "typebox";
import { limits } from "../base/limits.ts";
import type { Field } from "../documents/document.ts";
import type { DraftSave } from "../drafts/save.ts";
import { fieldKinds, fontNames } from "./form-field-input.ts";
import { Nullable } from "./shapes.ts";

const Name = Type.String({ maxLength: limits.nameLength });
const Text = Type.String({ maxLength: limits.fieldValueLength });
const Points = Type.Number({ minimum: -limits.pageSidePoints, maximum: limits.pageSidePoints });
const Index = Type.Integer({ minimum: 0, maximum: limits.signers - 1 });
const Count = Type.Integer({ minimum: 0, maximum: limits.fieldsPerRequest });

const Condition = Type.Object({
  field: Name,
  operator: Type.Enum(["is", "not", "match", "any", "none"] as const),
  values: Type.Array(Text, { maxItems: limits.dropdownOptions }),
  hides: Type.Boolean(),
});

const FieldShape = Type.Object({
  apiId: Type.String({ minLength: 1, maxLength: limits.nameLength }),
  type: Type.Enum([...fieldKinds]),
  name: Text,
  signer: Nullable(Index),
  required: Type.Boolean(),
  page: Type.Integer({ minimum: 1, maximum: limits.pagesPerRequestMost }),
  x: Points,
  y: Points,
  width: Points,
  height: Points,
  placeholder: Type.Optional(Text),
  validation: Type.Optional(
    Type.Object({
      type: Name,
      pattern: Type.Optional(Text),
      words: Type.Optional(Text),
    }),
  ),
  autoFill: Type.Optional(Name),
  masked: Type.Optional(Type.Boolean()),
  linkId: Type.Optional(Name),
  group: Type.Optional(Type.Object({ id: Name, label: Name, least: Count, most: Count })),
  condition: Type.Optional(Condition),
  checked: Type.Optional(Type.Boolean()),
  options: Type.Optional(Type.Array(Name, { maxItems: limits.dropdownOptions })),
  content: Type.Optional(Text),
  contentUrl: Type.Optional(Type.String({ maxLength: limits.urlLength })),
  fontFamily: Type.Optional(Type.Enum([...fontNames])),
  fontSize: Type.Optional(Type.Number({ minimum: 7, maximum: 49 })),
  isFixed: Type.Optional(Type.Boolean()),
});

const SaveId = Type.String({ pattern: "^[0-9a-f]{32}$" });

/** What the editor's page saves and finishes with: shapes and bounds, whatever it may mean. */
export const EditorSaveInput = Type.Object({
  revision: Type.Integer({ minimum: 0 }),
  id: Type.Optional(SaveId),
  unheard: Type.Optional(Type.Array(SaveId, { maxItems: limits.editorUnheard })),
  title: Type.String({ maxLength: limits.messageLength }),
  subject: Type.String({ maxLength: limits.messageLength }),
  message: Type.String({ maxLength: limits.fieldValueLength }),
  signers: Type.Array(
    Type.Object({
      role: Type.Optional(Name),
      name: Name,
      email: Name,
      order: Nullable(Type.Integer({ minimum: 0, maximum: 1000 })),
      was: Nullable(Index),
    }),
    { maxItems: limits.signers },
  ),
  ccs: Type.Array(Type.Object({ role: Type.Optional(Name), email: Type.Optional(Name) }), { maxItems: limits.signers }),
  mergeFields: Type.Array(Type.Object({ name: Name, type: Type.Enum(["text", "checkbox"] as const) }), {
    maxItems: limits.fieldsPerRequest,
  }),
  fields: Type.Array(FieldShape, { maxItems: limits.fieldsPerRequest }),
});

/** What a draft is to keep of what its page has sent. */
export function readEditorSave({
  revision,
  id,
  unheard = [],
  fields,
  ...said
}: Type.Static<typeof EditorSaveInput>): DraftSave {
  return { revision, id: id ?? null, unheard, said: { ...said, fields: fields.map(readField) } };
}

/** A field that says it belongs to the document's own form is looked up among those: its number here stands for none. */
function readField({
  page,
  x,
  y,
  width,
  height,
  isFixed = false,
  ...field
}: Type.Static<typeof EditorSaveInput>["fields"][number]): Field {
  return { ...field, box: { page, x, y, width, height }, ...(isFixed ? { widget: -1 } : {}) };
}
