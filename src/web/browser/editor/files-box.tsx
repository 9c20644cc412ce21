import { useRef, useState } from "preact/hooks";
import { Dialog } from "../sign/dialog.tsx";
import type { Reply } from "../sign/knock.ts";
import { say } from "../sign/say.ts";
import { Button } from "./boxes.tsx";
import * as calls from "./calls.ts";
import { reopen } from "./course.ts";
import { announce, type Desk } from "./desk.ts";
import { SmallButton } from "./small-button.tsx";
import type { Visit } from "./visit.ts";
import { tell } from "./words.ts";

/** The files of the document; where the caller allows it they are added, put in another order, and removed. */
export function FilesBox({ desk, visit }: { desk: Desk; visit: Visit }) {
  const { files, allow } = desk.view;
  const [leaving, setLeaving] = useState<number | null>(null);
  const [isBusy, setIsBusy] = useState(false);

  const act = async (change: () => Promise<Reply<calls.Opened>>) => {
    const before = document.activeElement;
    setIsBusy(true);
    const flaw = await reopen(visit, change);
    setIsBusy(false);
    if (flaw === null) return;
    announce(desk, tell("files.failed", { flaw }));
    // What cannot be used for a while loses the focus.
    if (before instanceof HTMLElement) setTimeout(() => before.focus({ preventScroll: true }), 50);
  };
  const move = (from: number, to: number) => {
    const order = files.map((_, index) => index).filter((index) => index !== from);
    order.splice(to, 0, from);
    void act(() => calls.orderFiles(visit.session, order));
  };

  return (
    <section class="summary" aria-label={tell("files.heading")}>
      <div class="summary-head">
        <h3>{tell("files.heading")}</h3>
      </div>
      <ol class="files">
        {files.map((file, index) => (
          <FileRow
            key={`${file.name} ${index}`}
            file={file}
            place={{ index, all: files.length }}
            isBusy={isBusy}
            mayChange={allow.documents && files.length > 1}
            onMove={(to) => move(index, to)}
            onRemove={() => setLeaving(index)}
          />
        ))}
      </ol>
      {allow.documents && (
        <AddFiles isBusy={isBusy} onAdd={(chosen) => void act(() => calls.addFiles(visit.session, chosen))} />
      )}
      {leaving !== null && (
        <RemoveDialog
          name={files[leaving]?.name ?? ""}
          onClose={() => setLeaving(null)}
          onRemove={() => {
            setLeaving(null);
            void act(() => calls.removeFile(visit.session, leaving));
          }}
        />
      )}
    </section>
  );
}

function AddFiles({ isBusy, onAdd }: { isBusy: boolean; onAdd: (files: readonly File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const take = (chosen: FileList | null) => {
    if (chosen && chosen.length > 0) onAdd([...chosen]);
  };
  return (
    <>
      <input
        ref={input}
        class="unseen"
        type="file"
        multiple
        tabIndex={-1}
        aria-label={tell("files.add")}
        onChange={(event) => take(event.currentTarget.files)}
      />
      <Button label={tell("files.add")} isDisabled={isBusy} onClick={() => input.current?.click()} />
    </>
  );
}

type FileRowProps = {
  file: { readonly name: string; readonly pages: number };
  place: { readonly index: number; readonly all: number };
  isBusy: boolean;
  mayChange: boolean;
  onMove: (to: number) => void;
  onRemove: () => void;
};

function FileRow({ file: { name, pages }, place: { index, all }, isBusy, mayChange, onMove, onRemove }: FileRowProps) {
  const up = { label: tell("files.up", { name }), picture: "↑", isDisabled: isBusy || index === 0 };
  const down = { label: tell("files.down", { name }), picture: "↓", isDisabled: isBusy || index === all - 1 };
  return (
    <li>
      <span class="file-name">
        {name}
        <small>{tell("files.pages", { count: pages })}</small>
      </span>
      {mayChange && (
        <span class="file-buttons">
          <SmallButton {...up} onClick={() => onMove(index - 1)} />
          <SmallButton {...down} onClick={() => onMove(index + 1)} />
          <SmallButton label={tell("files.remove", { name })} picture="×" isDisabled={isBusy} onClick={onRemove} />
        </span>
      )}
    </li>
  );
}

function RemoveDialog({ name, onClose, onRemove }: { name: string; onClose: () => void; onRemove: () => void }) {
  return (
    <Dialog heading={tell("files.removeHeading")} onClose={onClose}>
      <p>{tell("files.removeExplain", { name })}</p>
      <div class="dialog-buttons">
        <button type="button" class="button" data-first onClick={onClose}>
          {say("signature.back")}
        </button>
        <button type="button" class="button danger" onClick={onRemove}>
          {tell("prop.remove")}
        </button>
      </div>
    </Dialog>
  );
}
