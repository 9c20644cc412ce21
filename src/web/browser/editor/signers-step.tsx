import { limits } from "../../../base/limits.ts";
import type { EditorSigner } from "../../../wire/editor-view.ts";
import { Button, TextBox, Tick } from "./boxes.tsx";
import { announce, type Desk, draftOf, edit, rest } from "./desk.ts";
import { useLastFocused } from "./last-focused.ts";
import { colourOf, nameAt } from "./people.ts";
import {
  fieldsFor,
  isOrdered,
  withOrder,
  withoutSigner,
  withSigner,
  withSignerChanged,
  withSignerMoved,
} from "./people-edits.ts";
import { flawOf, StepForm } from "./step-form.tsx";
import { tell } from "./words.ts";

/** Who signs, or which roles there are. */
export function SignersStep({ desk }: { desk: Desk }) {
  const { kind, allow } = desk.view;
  const draft = draftOf(desk);
  const isTemplate = kind === "template";
  const list = useLastFocused<HTMLOListElement>(draft.signers.length, ":scope > li");

  const add = () => {
    const signer: EditorSigner = {
      ...(isTemplate ? { role: "" } : {}),
      name: "",
      email: "",
      order: isOrdered(draft) ? 0 : null,
      was: null,
    };
    edit(desk, { draft: withSigner(draft, signer) });
  };
  return (
    <StepForm desk={desk} heading={tell(`signers.heading.${kind}`)} at="signers">
      {draft.signers.length === 0 && <p>{tell("signers.none")}</p>}
      <ol class="people" ref={list}>
        {draft.signers.map((signer, index) => (
          <Person key={index} desk={desk} signer={signer} index={index} />
        ))}
      </ol>
      {allow.signers && draft.signers.length < limits.signers && (
        <Button label={tell(isTemplate ? "signers.addRole" : "signers.add")} onClick={add} />
      )}
      {draft.signers.length > 1 && allow.signers && (
        <Tick
          label={tell("signers.ordered")}
          isOn={isOrdered(draft)}
          onChange={(ordered) => edit(desk, { draft: withOrder(draft, ordered) })}
        />
      )}
    </StepForm>
  );
}

function Person({ desk, signer, index }: { desk: Desk; signer: EditorSigner; index: number }) {
  const { kind, allow } = desk.view;
  const draft = draftOf(desk);
  const number = index + 1;
  const isTemplate = kind === "template";
  const change = (changed: Partial<EditorSigner>, box: string) =>
    edit(desk, { draft: withSignerChanged(draft, { at: index, change: changed }), key: `signer ${index} ${box}` });
  const box = (member: "role" | "name" | "email", word: "signers.role" | "signers.name" | "signers.email") => (
    <TextBox
      label={tell(word)}
      value={signer[member] ?? ""}
      kind={member === "email" ? "email" : "text"}
      maxLength={member === "email" ? limits.emailLength : limits.nameLength}
      isDisabled={!allow.signers && !allow.names.includes(index)}
      onInput={(value) => change({ [member]: value }, member)}
      onRest={() => rest(desk)}
    />
  );
  const flaw = flawOf(desk, (at) => at.kind === "signer" && at.index === index);

  return (
    <li class="person" style={{ "--who": colourOf(index) }} id={`signer-${index}`} tabIndex={-1}>
      <fieldset>
        <legend>
          <span class="dot" aria-hidden="true">
            {number}
          </span>
          {tell(isTemplate ? "signers.oneRole" : "signers.one", { number })}
        </legend>
        {flaw !== "" && <p class="dialog-flaw">{flaw}</p>}
        <div class="boxes-row">
          {isTemplate ? (
            box("role", "signers.role")
          ) : (
            <>
              {box("name", "signers.name")}
              {box("email", "signers.email")}
            </>
          )}
        </div>
        {!isTemplate && signer.role && <p class="dialog-note">{`${tell("signers.role")}: ${signer.role}`}</p>}
        {allow.signers && <PersonButtons desk={desk} index={index} />}
      </fieldset>
    </li>
  );
}

function PersonButtons({ desk, index }: { desk: Desk; index: number }) {
  const draft = draftOf(desk);
  const name = nameAt(draft, index);
  const move = (to: number) => {
    edit(desk, {
      draft: withSignerMoved(draft, { at: index, to }),
      says: tell("signers.moved", { name, number: to + 1 }),
    });
    document.getElementById(`signer-${to}`)?.focus();
  };
  const remove = () => {
    edit(desk, { draft: withoutSigner(draft, index) });
    announce(desk, tell("signers.removed", { name, count: fieldsFor(draft, index) }));
    document.getElementById("step-heading")?.focus();
  };
  return (
    <div class="person-buttons">
      <Button label={tell("signers.up")} look="quiet" isDisabled={index === 0} onClick={() => move(index - 1)} />
      <Button
        label={tell("signers.down")}
        look="quiet"
        isDisabled={index === draft.signers.length - 1}
        onClick={() => move(index + 1)}
      />
      <Button label={tell("signers.remove")} look="quiet" onClick={remove} />
    </div>
  );
}
