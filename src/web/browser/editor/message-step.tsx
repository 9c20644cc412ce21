import { limits } from "../../../base/limits.ts";
import { Button, TextBox } from "./boxes.tsx";
import { type Desk, draftOf, edit, rest } from "./desk.ts";
import { useLastFocused } from "./last-focused.ts";
import { flawOf, StepForm } from "./step-form.tsx";
import { tell } from "./words.ts";

/** What signers read in their mail, and who gets a copy. */
export function MessageStep({ desk }: { desk: Desk }) {
  const draft = draftOf(desk);
  const { allow } = desk.view;
  const box = (member: "title" | "subject" | "message", { most, rows = 0 }: { most: number; rows?: number }) => (
    <TextBox
      id={`message-${member}`}
      label={tell(`message.${member}`)}
      value={draft[member]}
      rows={rows}
      maxLength={most}
      flaw={flawOf(desk, ({ kind }) => kind === member)}
      onInput={(value) => edit(desk, { draft: { ...draft, [member]: value }, key: member })}
      onRest={() => rest(desk)}
    />
  );
  return (
    <StepForm desk={desk} heading={tell("message.heading")} at="message">
      {box("title", { most: limits.titleLength })}
      {box("subject", { most: limits.subjectLength })}
      {box("message", { most: limits.messageLength, rows: 5 })}
      {(allow.ccs || draft.ccs.length > 0) && <Copies desk={desk} />}
    </StepForm>
  );
}

function Copies({ desk }: { desk: Desk }) {
  const draft = draftOf(desk);
  const { allow, kind } = desk.view;
  const member = kind === "template" ? "role" : "email";
  const flaw = flawOf(desk, (at) => at.kind === "ccs");
  const rows = useLastFocused<HTMLFieldSetElement>(draft.ccs.length, ":scope > .boxes-row");
  return (
    <fieldset class="copies" ref={rows}>
      <legend>{tell("message.ccs")}</legend>
      {flaw !== "" && <p class="dialog-flaw">{flaw}</p>}
      {draft.ccs.map((cc, index) => (
        <div class="boxes-row" key={index}>
          <TextBox
            label={tell(member === "role" ? "message.ccRole" : "message.cc", { number: index + 1 })}
            value={cc[member] ?? ""}
            kind={member === "email" ? "email" : "text"}
            maxLength={limits.emailLength}
            isDisabled={!allow.ccs}
            onInput={(value) => {
              const ccs = draft.ccs.map((one, at) => (at === index ? { ...one, [member]: value } : one));
              edit(desk, { draft: { ...draft, ccs }, key: `cc ${index}` });
            }}
            onRest={() => rest(desk)}
          />
          {allow.ccs && (
            <Button
              label={tell("message.removeCc", { number: index + 1 })}
              look="quiet"
              onClick={() => edit(desk, { draft: { ...draft, ccs: draft.ccs.filter((_, at) => at !== index) } })}
            />
          )}
        </div>
      ))}
      {allow.ccs && (
        <Button
          label={tell("message.addCc")}
          onClick={() => edit(desk, { draft: { ...draft, ccs: [...draft.ccs, { [member]: "" }] } })}
        />
      )}
    </fieldset>
  );
}
