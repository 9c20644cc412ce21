import { useEffect, useRef } from "preact/hooks";
import type { EditorFaults } from "../../../wire/editor-view.ts";
import { choose, type Desk, draftOf, goToStep } from "./desk.ts";
import { labelOf, nameAt } from "./people.ts";
import { SmallButton } from "./small-button.tsx";
import { bringIntoView } from "./spots.ts";
import { faultWords, tell } from "./words.ts";

type Fault = EditorFaults["faults"][number];

/** What stands in the way of the end. Each sentence leads to where it can be mended, and is told there too. */
export function FaultList({ desk }: { desk: Desk }) {
  const { faults, faultsTold } = desk;
  const list = useRef<HTMLElement>(null);
  useEffect(() => list.current?.focus(), [faultsTold]);
  if (faults.length === 0) return null;
  const close = () => {
    desk.faults = [];
    desk.onChange();
    // Back to the button that has told them.
    document.querySelector<HTMLElement>(".bar-main .primary")?.focus();
  };
  return (
    <section class="faults" ref={list} tabIndex={-1} aria-labelledby="faults-heading">
      <div class="faults-head">
        <h2 id="faults-heading">{tell("faults.heading", { count: faults.length })}</h2>
        <SmallButton label={tell("faults.close")} picture="×" onClick={close} />
      </div>
      <ul>
        {faults.map((fault, index) => (
          <li key={index}>
            <button type="button" onClick={() => leadTo(desk, fault)}>
              {nameOf(desk, fault)}
              {faultWords(fault)}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function nameOf(desk: Desk, { at }: Fault): string {
  if (at.kind === "signer") return `${calledAt(desk, at.index)}: `;
  if (at.kind !== "field") return "";
  const field = draftOf(desk).fields.find(({ apiId }) => apiId === at.apiId);
  return field ? `${labelOf(field)}: ` : "";
}

function calledAt(desk: Desk, index: number): string {
  const { signers } = draftOf(desk);
  const { role, name, email } = signers[index] ?? { name: "", email: "" };
  if (role || name !== "" || email !== "") return nameAt({ signers }, index);
  return tell(desk.view.kind === "template" ? "signers.oneRole" : "signers.one", { number: index + 1 });
}

/** Goes to the step, and puts the focus on the place. */
function leadTo(desk: Desk, { at, code }: Fault): void {
  if (at.kind === "field") {
    goToStep(desk, "fields");
    choose(desk, [at.apiId]);
    later(() => bringIntoView(at.apiId, { focuses: true }));
  } else if (at.kind === "fields") goToStep(desk, "fields");
  else if (at.kind === "signers") goToStep(desk, "signers");
  else if (at.kind === "signer" && code === "signer_without_field") {
    desk.signer = at.index;
    goToStep(desk, "fields");
    later(() => document.querySelector<HTMLElement>(".palette .kind")?.focus());
  } else if (at.kind === "signer") {
    goToStep(desk, "signers");
    later(() => signerBox(at.index)?.focus());
  } else {
    goToStep(desk, "message");
    if (at.kind !== "ccs") later(() => document.getElementById(`message-${at.kind}`)?.focus());
  }
}

/** The first box of a signer that may be written into, else what stands around them. */
function signerBox(index: number): HTMLElement | null {
  const person = document.getElementById(`signer-${index}`);
  return person?.querySelector<HTMLElement>("input:enabled") ?? person;
}

/** Once it is drawn, and a step's heading has had the focus. */
function later(act: () => void): void {
  setTimeout(act, 50);
}
