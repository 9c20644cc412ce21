import { limits } from "../../../base/limits.ts";
import { autoFillTypes, validationNames } from "../../../documents/document.ts";
import { clearMember } from "./acts.ts";
import { Choice, TextBox, Tick } from "./boxes.tsx";
import { isMeNow } from "./draft.ts";
import type { FieldPart } from "./field-part.ts";
import { tell } from "./words.ts";

/** What only a text has: what stands in it at the start, what it takes, and whether it is filled by itself or together with others. */
export function TextProps(part: FieldPart) {
  const { field, change, onRest } = part;
  const isNow = isMeNow(field);
  return (
    <>
      <TextBox
        label={isNow ? tell("prop.value") : tell("prop.preset")}
        value={field.content ?? ""}
        rows={field.height > 30 ? 3 : 0}
        maxLength={limits.fieldValueLength}
        onInput={(content) => change({ content }, "content")}
        onRest={onRest}
      />
      {!isNow && (
        <>
          <TextBox
            label={tell("prop.placeholder")}
            value={field.placeholder ?? ""}
            maxLength={limits.nameLength}
            onInput={(placeholder) => change({ placeholder }, "placeholder")}
            onRest={onRest}
          />
          <ValidationProps {...part} />
          <AutoFillChoice {...part} />
          <LinkBox {...part} />
          <Tick label={tell("prop.masked")} isOn={field.masked === true} onChange={(masked) => change({ masked })} />
        </>
      )}
    </>
  );
}

function ValidationProps({ desk, field, change, onRest }: FieldPart) {
  const { validation } = field;
  const choose = (type: string) => {
    if (type === "") clearMember(desk, { ids: [field.apiId], member: "validation" });
    else change({ validation: type === "custom_regex" ? { type, pattern: "", words: "" } : { type } });
  };
  const kinds = [...validationNames, "custom_regex"] as const;
  return (
    <>
      <Choice
        label={tell("prop.validation")}
        value={validation?.type ?? ""}
        options={[
          { value: "", words: tell("prop.validation.any") },
          ...kinds.map((value) => ({ value, words: tell(`prop.validation.${value}`) })),
        ]}
        onChange={choose}
      />
      {validation?.type === "custom_regex" && (
        <>
          <TextBox
            label={tell("prop.pattern")}
            kind="pattern"
            value={validation.pattern ?? ""}
            maxLength={limits.patternLength}
            onInput={(pattern) => change({ validation: { ...validation, pattern } }, "pattern")}
            onRest={onRest}
          />
          <TextBox
            label={tell("prop.patternWords")}
            value={validation.words ?? ""}
            maxLength={limits.nameLength}
            onInput={(words) => change({ validation: { ...validation, words } }, "patternWords")}
            onRest={onRest}
          />
        </>
      )}
    </>
  );
}

/** What is known of the signer, where the request lets its fields be filled with that. */
function AutoFillChoice({ desk, field, change }: FieldPart) {
  const words = (type: (typeof autoFillTypes)[number]) =>
    type === "name" || type === "email" ? tell(`signers.${type}`) : tell(`prop.autoFill.${type}`);
  return (
    <Choice
      label={tell("prop.autoFill")}
      value={field.autoFill ?? ""}
      options={[
        { value: "", words: tell("prop.autoFill.none") },
        ...autoFillTypes.map((value) => ({ value, words: words(value) })),
      ]}
      onChange={(autoFill) =>
        autoFill === "" ? clearMember(desk, { ids: [field.apiId], member: "autoFill" }) : change({ autoFill })
      }
    />
  );
}

function LinkBox({ desk, field, change, onRest }: FieldPart) {
  return (
    <TextBox
      label={tell("prop.linkId")}
      value={field.linkId ?? ""}
      maxLength={limits.nameLength}
      onInput={(linkId) =>
        linkId === "" ? clearMember(desk, { ids: [field.apiId], member: "linkId" }) : change({ linkId }, "linkId")
      }
      onRest={onRest}
    />
  );
}
