import { useState } from "preact/hooks";
import type { Hands } from "../../../wire/session.ts";
import { inkFrom, Pad, type Strokes } from "./pad.tsx";
import type { PanelProps } from "./panel-props.ts";
import { useIsPhone } from "./phone.ts";
import { PhoneCode } from "./phone-code.tsx";
import { initialsOf } from "./progress.ts";
import { say } from "./say.ts";

/** Draws a signature, and initials where the document asks for them. What is kept as text is the signer's name. */
export function DrawPanel({ hand, signerName, needsInitials, phone, onMade, children }: PanelProps) {
  const [name, setName] = useState<Strokes>([]);
  const [initials, setInitials] = useState<Strokes>([]);
  const isPhone = useIsPhone();
  const [isTold, setIsTold] = useState(false);
  const [isOnPhone, setIsOnPhone] = useState(false);
  const text = hand?.name || signerName;
  const made = (looks: Hands, kept?: Hands) =>
    onMade({ name: text, initials: hand?.initials || initialsOf(text) || text, looks }, kept);

  const submit = (event: Event) => {
    event.preventDefault();
    const ink = inkFrom(name);
    const shortInk = inkFrom(initials);
    setIsTold(true);
    if (!ink || (needsInitials && !shortInk)) return;
    made({ name: ink, ...(shortInk ? { initials: shortInk } : {}) });
  };
  const isMissing = isTold && (name.length === 0 || (needsInitials && initials.length === 0));

  if (isOnPhone && phone !== null) {
    const came = (hands: Hands) => made(hands, hands);
    return <PhoneCode session={phone} onCame={came} onBack={() => setIsOnPhone(false)} />;
  }
  return (
    <form noValidate onSubmit={submit}>
      <Pad label={say("signature.pad")} height={isPhone ? 300 : 200} strokes={name} onChange={setName} />
      {needsInitials && (
        <>
          <p class="pad-title">{say("signature.initials")}</p>
          <Pad label={say("signature.initialsPad")} height={140} strokes={initials} onChange={setInitials} />
        </>
      )}
      {phone !== null && window.matchMedia("(pointer: fine)").matches && (
        <button type="button" class="button quiet" onClick={() => setIsOnPhone(true)}>
          {say("signature.usePhone")}
        </button>
      )}
      <p class="dialog-note">{say("signature.typeInstead")}</p>
      <p class="dialog-flaw" role="alert">
        {isMissing ? say("signature.drawNeeded") : ""}
      </p>
      {children}
    </form>
  );
}
