import { useRef, useState } from "preact/hooks";
import { Dialog } from "../sign/dialog.tsx";
import type { Reply } from "../sign/knock.ts";
import { say } from "../sign/say.ts";
import { Button } from "./boxes.tsx";
import * as calls from "./calls.ts";
import { announce, type Desk } from "./desk.ts";
import { SmallButton } from "./small-button.tsx";
import { reopen, type Visit } from "./visit.ts";
import { tell } from "./words.ts";

/** The files of the document; where the caller allows it they are added, put in another order, and removed. */
export function FilesBox({ desk, visit }: { desk: Desk; visit: Visit }) {
  const { files, allow } = desk.view;
  const input = useRef<HTMLInputElement>(null);
  const [leaving, setLeaving] = useState<number | null>(null);
  const [isBusy, setIsBusy] = useState(false);

  const act = async (change: () => Promise<Reply<calls.Opened>>) => {
    setIsBusy(true);
    const flaw = await reopen(visit, change);
    setIsBusy(false);
    if (flaw !== null) announce(desk, tell("files.failed", { flaw }));
  };
  const move = (from: number, to: number) => {
    const order = files.map((_, index) => index).filter((index) => index !== from);
    order.splice(to, 0, from);
    void act(() => calls.orderFiles(visit.session, order));
  };
  const add = (chosen: FileList | null) => {
    if (chosen && chosen.length > 0) void act(() => calls.addFiles(visit.session, [...chosen]));
  };

  return (
    <section class="summary" aria-label={tell("files.heading")}>
      <div class="summary-head">
        <h3>{tell("files.heading")}</h3>
      </div>
      <ol class="files">
        {files.map(({ name, pages }, index) => (
          <li key={`${name} ${index}`}>
            <span class="file-name">
              {name}
              <small>{tell("files.pages", { count: pages })}</small>
            </span>
            {allow.documents && files.length > 1 && (
              <span class="file-buttons">
                <SmallButton
                  label={tell("files.up", { name })}
                  picture="↑"
                  isDisabled={isBusy || index === 0}
                  onClick={() => move(index, index - 1)}
                />
                <SmallButton
                  label={tell("files.down", { name })}
                  picture="↓"
                  isDisabled={isBusy || index === files.length - 1}
                  onClick={() => move(index, index + 1)}
                />
                <SmallButton
                  label={tell("files.remove", { name })}
                  picture="×"
                  isDisabled={isBusy}
                  onClick={() => setLeaving(index)}
                />
              </span>
            )}
          </li>
        ))}
      </ol>
      {allow.documents && (
        <>
          <input
            ref={input}
            class="unseen"
            type="file"
            multiple
            tabIndex={-1}
            aria-label={tell("files.add")}
            onChange={(event) => add(event.currentTarget.files)}
          />
          <Button label={tell("files.add")} isDisabled={isBusy} onClick={() => input.current?.click()} />
        </>
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
