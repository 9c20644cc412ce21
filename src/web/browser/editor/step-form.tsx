import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { EditorFaults } from "../../../wire/editor-view.ts";
import type { Desk } from "./desk.ts";
import { faultWords } from "./words.ts";

type At = EditorFaults["faults"][number]["at"];

/** What is wrong at a place, in words; empty: nothing. */
export function flawOf({ faults }: Desk, isHere: (at: At) => boolean): string {
  return faults
    .filter(({ at }) => isHere(at))
    .map(faultWords)
    .join(" ");
}

type StepFormProps = { desk: Desk; heading: string; at: "signers" | "message"; children: ComponentChildren };

/** A step that is not the paper: a heading, which has the focus first, and boxes. */
export function StepForm({ desk, heading, at, children }: StepFormProps) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const flaw = flawOf(desk, ({ kind }) => kind === at);
  return (
    <main class="step-form">
      <div class="step-card">
        <h2 id="step-heading" ref={title} tabIndex={-1}>
          {heading}
        </h2>
        {flaw !== "" && <p class="dialog-flaw">{flaw}</p>}
        {children}
      </div>
    </main>
  );
}
