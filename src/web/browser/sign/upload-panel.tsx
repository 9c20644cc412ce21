import { useId, useState } from "preact/hooks";
import type { Ink as Look } from "../../../wire/session.ts";
import { Ink } from "./ink.tsx";
import type { PanelProps } from "./panel-props.ts";
import { readPicture } from "./picture.ts";
import type { PictureInk } from "./pixels.ts";
import { initialsOf } from "./progress.ts";
import { say } from "./say.ts";

/** Takes a signature from a picture, and initials likewise where the document asks for them. */
export function UploadPanel({ hand, signerName, needsInitials, onMade, children }: PanelProps) {
  const name = usePicture(hand?.looks.name);
  const initials = usePicture(hand?.looks.initials);
  const [isTold, setIsTold] = useState(false);

  const submit = (event: Event) => {
    event.preventDefault();
    setIsTold(true);
    if (!name.ink || (needsInitials && !initials.ink)) return;
    const text = hand?.name || signerName;
    const looks = { name: name.ink, ...(initials.ink ? { initials: initials.ink } : {}) };
    onMade({ name: text, initials: hand?.initials || initialsOf(text) || text, looks });
  };
  const isMissing = isTold && !(name.ink && (initials.ink || !needsInitials));
  const note = name.note || initials.note || (isMissing ? say("signature.pictureNeeded") : "");

  return (
    <form noValidate onSubmit={submit}>
      <p>{say("signature.pictureHint")}</p>
      <Chooser label={say("signature.choosePicture")} picture={name} />
      {needsInitials && <Chooser label={say("signature.chooseInitials")} picture={initials} />}
      <p class="dialog-flaw" role="alert">
        {note}
      </p>
      {children}
    </form>
  );
}

type Picture = { ink: PictureInk | null; note: string; choose: (file: File | undefined) => void };

function usePicture(before: Look | undefined): Picture {
  const [ink, setInk] = useState<PictureInk | null>(before?.form === "picture" ? before : null);
  const [note, setNote] = useState("");
  const choose = async (file: File | undefined) => {
    if (!file) return;
    setNote(say("signature.reading"));
    const read = await readPicture(file);
    setInk("ink" in read ? read.ink : null);
    setNote("ink" in read ? "" : say(`signature.${read.flaw}`));
  };
  return { ink, note, choose: (file) => void choose(file) };
}

function Chooser({ label, picture }: { label: string; picture: Picture }) {
  const id = useId();
  return (
    <div class="chooser">
      {picture.ink && (
        <div class="preview" role="img" aria-label={say("signature.preview")}>
          <Ink text="" look={picture.ink} width={300} height={90} />
        </div>
      )}
      <input
        id={id}
        class="unseen"
        type="file"
        accept="image/*"
        onChange={({ currentTarget }) => {
          picture.choose(currentTarget.files?.[0]);
          currentTarget.value = "";
        }}
      />
      <label class="button" htmlFor={id}>
        {label}
      </label>
    </div>
  );
}
