import { type Desk, draftOf, goToStep } from "./desk.ts";
import { FilesBox } from "./files-box.tsx";
import { MergeBox } from "./merge-box.tsx";
import { colourOf, nameOf } from "./people.ts";
import type { Visit } from "./visit.ts";
import { tell } from "./words.ts";

/** What stands beside the pages while no field is chosen: the people, the message, the files. */
export function DocumentPane({ desk, visit }: { desk: Desk; visit: Visit }) {
  const draft = draftOf(desk);
  const { kind, isSelfSigning } = desk.view;
  const people = tell(`step.signers.${kind}`);
  return (
    <div class="pane">
      {!isSelfSigning && (
        <section class="summary" aria-label={people}>
          <div class="summary-head">
            <h3>{people}</h3>
            <EditButton of={people} onClick={() => goToStep(desk, "signers")} />
          </div>
          {draft.signers.length === 0 && <p class="dialog-note">{tell("signers.none")}</p>}
          <ol>
            {draft.signers.map((signer, index) => (
              <li key={index} style={{ "--who": colourOf(index) }}>
                <span class="dot" aria-hidden="true">
                  {index + 1}
                </span>
                {nameOf(signer)}
              </li>
            ))}
          </ol>
        </section>
      )}
      <section class="summary" aria-label={tell("step.message")}>
        <div class="summary-head">
          <h3>{tell("step.message")}</h3>
          <EditButton of={tell("step.message")} onClick={() => goToStep(desk, "message")} />
        </div>
        <p class="summary-words">{draft.subject || draft.title}</p>
      </section>
      <FilesBox desk={desk} visit={visit} />
      <MergeBox desk={desk} />
    </div>
  );
}

/** "Edit", and for those who hear it, what. */
function EditButton({ of, onClick }: { of: string; onClick: () => void }) {
  return (
    <button type="button" class="button quiet" aria-label={`${tell("side.edit")}: ${of}`} onClick={onClick}>
      {tell("side.edit")}
    </button>
  );
}
