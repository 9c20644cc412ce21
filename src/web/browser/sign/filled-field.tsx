import type { SessionView } from "../../../wire/session.ts";
import { Fitted } from "./fitted.tsx";
import { Ink } from "./ink.tsx";
import { placeOf } from "./place.ts";

type FilledFieldProps = { filled: SessionView["filled"][number]; page: { width: number; height: number } };

/** What somebody else has filled in already, as it will stand on the document. */
export function FilledField({ filled, page }: FilledFieldProps) {
  const isPenned = filled.type === "signature" || filled.type === "initials";
  const isTick = filled.type === "checkbox" || filled.type === "radio";
  return (
    <div class={`place filled ${filled.type}`} style={placeOf(filled, page)}>
      {isPenned && <Ink text={filled.text} look={filled.ink} width={filled.width} height={filled.height} />}
      {isTick && filled.text !== "" && filled.text !== "false" && <span class="tick" aria-hidden="true" />}
      {isPenned || isTick ? <span class="unseen">{filled.text}</span> : <Fitted {...filled} isSaid />}
    </div>
  );
}
