import { limits } from "../../../base/limits.ts";
import { clearMember } from "./acts.ts";
import { Choice, TextBox, Tick } from "./boxes.tsx";
import { isMeNow } from "./draft.ts";
import type { FieldPart } from "./field-part.ts";
import { TextProps } from "./text-props.tsx";
import { tell } from "./words.ts";

/** What only fields of this kind have. */
export function KindBoxes(part: FieldPart) {
  const { type } = part.field;
  const isLettered =
    type === "text" || type === "dropdown" || type === "date_signed" || type === "hyperlink" || type === "text-merge";
  return (
    <>
      {type === "text" && <TextProps {...part} />}
      {(type === "checkbox" || type === "radio") && <CheckProps {...part} />}
      {type === "dropdown" && <DropdownProps {...part} />}
      {type === "hyperlink" && <LinkProps {...part} />}
      {isLettered && <FontProps {...part} />}
    </>
  );
}

function CheckProps({ field, change }: FieldPart) {
  const label = isMeNow(field) ? tell("prop.checkedNow") : tell("prop.checked");
  return <Tick label={label} isOn={field.checked === true} onChange={(checked) => change({ checked })} />;
}

function DropdownProps({ field, change, onRest }: FieldPart) {
  const options = field.options ?? [];
  const named = options.filter((option) => option !== "");
  return (
    <>
      <TextBox
        label={tell("prop.options")}
        value={options.join("\n")}
        rows={4}
        onInput={(text) => change({ options: text.split("\n").slice(0, limits.dropdownOptions) }, "options")}
        onRest={() => {
          if (named.length < options.length) change({ options: named }, "options");
          onRest();
        }}
      />
      <Choice
        label={isMeNow(field) ? tell("prop.value") : tell("prop.preset")}
        value={named.includes(field.content ?? "") ? (field.content ?? "") : ""}
        options={[{ value: "", words: tell("prop.choose") }, ...named.map((value) => ({ value, words: value }))]}
        onChange={(content) => change({ content })}
      />
    </>
  );
}

function LinkProps({ field, change, onRest }: FieldPart) {
  return (
    <>
      <TextBox
        label={tell("prop.linkText")}
        value={field.content ?? ""}
        maxLength={limits.nameLength}
        onInput={(content) => change({ content }, "content")}
        onRest={onRest}
      />
      <TextBox
        label={tell("prop.link")}
        kind="url"
        value={field.contentUrl ?? ""}
        maxLength={limits.urlLength}
        onInput={(contentUrl) => change({ contentUrl }, "contentUrl")}
        onRest={onRest}
      />
    </>
  );
}

/** Families of the v3 wire, by the names that people know. */
const fonts = {
  "": "Noto Sans",
  arial: "Arial",
  calibri: "Calibri",
  cambria: "Cambria",
  courier: "Courier",
  georgia: "Georgia",
  helvetica: "Helvetica",
  roboto: "Roboto",
  robotoMono: "Roboto Mono",
  times: "Times",
  trebuchet: "Trebuchet",
  verdana: "Verdana",
} as const;
const sizes = [7, 8, 9, 10, 11, 12, 14, 16, 18, 20, 24, 30, 36, 49];
const usualSize = 12;

function FontProps({ desk, field, change }: FieldPart) {
  const size = field.fontSize ?? usualSize;
  return (
    <div class="boxes-row font-boxes">
      <Choice
        label={tell("prop.font")}
        value={field.fontFamily ?? ""}
        options={Object.entries(fonts).map(([value, words]) => ({ value, words }))}
        onChange={(fontFamily) =>
          fontFamily === "" ? clearMember(desk, { ids: [field.apiId], member: "fontFamily" }) : change({ fontFamily })
        }
      />
      <Choice
        label={tell("prop.fontSize")}
        value={String(size)}
        options={[...new Set([...sizes, size])]
          .toSorted((a, b) => a - b)
          .map((one) => ({ value: String(one), words: String(one) }))}
        onChange={(chosen) => change({ fontSize: Number(chosen) })}
      />
    </div>
  );
}
