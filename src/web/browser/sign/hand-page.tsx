/** Entry of the pad that a phone lends to a signing page: draws, sends, and is done. */
import { render } from "preact";
import { useState } from "preact/hooks";
import type { PhoneFacts } from "../../../wire/session.ts";
import * as calls from "./calls.ts";
import { learn } from "./language.ts";
import { inkFrom, Pad, type Strokes } from "./pad.tsx";
import { say, speak } from "./say.ts";
import "./hand-page.css";

const facts = JSON.parse(document.getElementById("boot")?.textContent ?? "null") as PhoneFacts;
const root = document.getElementById("app");
if (!root) throw new Error("The page has no #app.");
await learn(facts.locale);
root.replaceChildren();
document.title = say("signature.phoneHeading");
render(<PhonePad />, root);

function PhonePad() {
  const [name, setName] = useState<Strokes>([]);
  const [initials, setInitials] = useState<Strokes>([]);
  const [note, setNote] = useState("");
  const [isSent, setIsSent] = useState(false);

  if (facts.token === "") return <Words heading={say("signature.phoneDead")} />;
  if (isSent) return <Words heading={say("signature.phoneSent")} text={say("signature.phoneSentMore")} />;

  const send = async (event: Event) => {
    event.preventDefault();
    const [ink, shortInk] = [inkFrom(name), inkFrom(initials)];
    if (!ink || (facts.needsInitials && !shortInk)) return setNote(say("signature.drawNeeded"));
    setNote("");
    const onTrouble = () => setNote(say("trouble.tryingAgain"));
    const reply = await calls.sendFromPhone({ token: facts.token, name: ink, initials: shortInk }, { onTrouble });
    if (reply === "unreachable") return setNote(say("trouble.gaveUp"));
    if ("saved" in reply) return setIsSent(true);
    setNote(reply.code === "sign_url_invalid" ? say("signature.phoneDead") : speak(reply.says));
  };

  return (
    <main class="phone-pad">
      <h1>{say("signature.phoneHeading")}</h1>
      <form noValidate onSubmit={(event) => void send(event)}>
        <Pad label={say("signature.pad")} height={320} strokes={name} onChange={setName} />
        {facts.needsInitials && (
          <>
            <p class="pad-title">{say("signature.initials")}</p>
            <Pad label={say("signature.initialsPad")} height={220} strokes={initials} onChange={setInitials} />
          </>
        )}
        <p class="dialog-flaw" role="alert">
          {note}
        </p>
        <button type="submit" class="button primary">
          {say("signature.phoneSend")}
        </button>
      </form>
    </main>
  );
}

function Words({ heading, text = "" }: { heading: string; text?: string }) {
  return (
    <main class="screen">
      <div role="status">
        <h1>{heading}</h1>
        <p>{text}</p>
      </div>
    </main>
  );
}
