import { useState } from "preact/hooks";
import { limits } from "../../../base/limits.ts";
import * as calls from "./calls.ts";
import { say } from "./say.ts";

/** Brings the signer's copy to the disk. While it is being sealed, the button waits for it. */
export function CopyButton({ session, title }: { session: string; title: string }) {
  const [note, setNote] = useState("");
  const [isBusy, setIsBusy] = useState(false);

  const fetchCopy = async () => {
    if (isBusy) return;
    setIsBusy(true);
    setNote(say("over.copyComing"));
    const copy = await readPatiently(session);
    setIsBusy(false);
    setNote(copy ? "" : say("over.copyMissing"));
    if (copy) save(copy, title);
  };

  return (
    <>
      <button type="button" class="button" aria-disabled={isBusy} onClick={() => void fetchCopy()}>
        {say("over.copy")}
      </button>
      <p class="screen-note" role="status">
        {note}
      </p>
    </>
  );
}

async function readPatiently(session: string): Promise<Blob | null> {
  for (let asked = 0; asked < limits.copyAsks; asked += 1) {
    const copy = await calls.readCopy(session);
    if (copy) return copy;
    await new Promise((resolve) => setTimeout(resolve, limits.copyAskMs));
  }
  return null;
}

function save(copy: Blob, title: string): void {
  const href = URL.createObjectURL(copy);
  Object.assign(document.createElement("a"), { href, download: `${title.replace(/\.pdf$/i, "")}.pdf` }).click();
  setTimeout(() => URL.revokeObjectURL(href), limits.copyMs);
}
