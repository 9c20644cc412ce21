import { useEffect, useState } from "preact/hooks";
import { limits } from "../../../base/limits.ts";
import type { Hands, PhoneLinkView } from "../../../wire/session.ts";
import * as calls from "./calls.ts";
import { say, speak } from "./say.ts";

type PhoneCodeProps = { session: string; onCame: (hands: Hands) => void; onBack: () => void };

/** A QR code that leads a phone to a pad. Waits until something has come from there. */
export function PhoneCode({ session, onCame, onBack }: PhoneCodeProps) {
  const [link, setLink] = useState<PhoneLinkView | null>(null);
  const [note, setNote] = useState("");

  useEffect(() => {
    let isGone = false;
    const look = async () => {
      const reply = await calls.openPhone(session);
      if (reply === "unreachable" || !reply.ok)
        return setNote(reply === "unreachable" ? say("trouble.gaveUp") : speak(reply.says));
      setLink(reply);
      for (const end = Date.now() + limits.phoneLinkMs; !isGone && Date.now() < end; ) {
        await new Promise((resolve) => setTimeout(resolve, limits.phoneLookEveryMs));
        const seen = isGone ? "unreachable" : await calls.lookAtPhone(session);
        if (!isGone && seen !== "unreachable" && seen.ok && seen.hands) return onCame(seen.hands);
      }
      if (!isGone) setNote(say("signature.phoneDead"));
    };
    void look();
    return () => {
      isGone = true;
    };
  }, [session]);

  return (
    <div class="phone-code">
      {link && note === "" && <Code link={link} />}
      <p role="status">{note || say("signature.scan")}</p>
      <button type="button" class="button" onClick={onBack}>
        {say("signature.back")}
      </button>
    </div>
  );
}

function Code({ link: { url, code } }: { link: PhoneLinkView }) {
  const side = code.length + 8;
  const path = code.flatMap((row, y) => Array.from(row, (bit, x) => (bit === "1" ? `M${x + 4} ${y + 4}h1v1h-1z` : "")));
  return (
    <svg viewBox={`0 0 ${side} ${side}`} role="img" aria-label={say("signature.scanLabel", { address: url })}>
      <rect width={side} height={side} fill="#fff" />
      <path d={path.join("")} shape-rendering="crispEdges" />
    </svg>
  );
}
