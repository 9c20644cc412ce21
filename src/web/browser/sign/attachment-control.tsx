import { useState } from "preact/hooks";
import { limits } from "../../../base/limits.ts";
import type { FieldView } from "../../../wire/session.ts";
import type { FieldActions, NamedProps } from "./field-props.ts";
import { say } from "./say.ts";

type AttachmentControlProps = {
  field: FieldView;
  /** The name of the file that has come; empty: none. */
  name: string;
  named: NamedProps;
  on: FieldActions;
};

/** Kinds of file that browsers offer first; the server looks at the file itself. */
const accepted =
  ".pdf,.png,.jpg,.jpeg,.gif,.webp,.tif,.tiff,.doc,.docx,.xls,.xlsx,.ppt,.pptx,.odt,.ods,.odp,.rtf,.txt,.csv";

/** Where a file is brought: it goes up as soon as it is chosen. */
export function AttachmentControl({ field, name, named, on }: AttachmentControlProps) {
  const [note, setNote] = useState("");
  const [percent, setPercent] = useState<number | null>(null);

  const bring = async (file: File | undefined) => {
    if (!file || percent !== null) return;
    if (file.size > limits.attachmentBytes) {
      setNote(say("attachment.tooLarge", { most: limits.attachmentBytes / 1024 ** 2 }));
      return;
    }
    setPercent(0);
    setNote("");
    const flaw = await on.bring(field, { file, onProgress: setPercent });
    setPercent(null);
    setNote(flaw ?? say("attachment.done"));
  };
  const remove = async () => setNote((await on.drop(field)) ?? "");

  return (
    <div class="attachment">
      {name !== "" && <span class="file-name">{name}</span>}
      <div class="attachment-ways">
        <input
          {...named}
          class="unseen"
          type="file"
          accept={accepted}
          onChange={({ currentTarget }) => {
            void bring(currentTarget.files?.[0]);
            currentTarget.value = "";
          }}
        />
        <label class="button" htmlFor={named.id}>
          {name === "" ? say("attachment.choose") : say("attachment.replace")}
        </label>
        {name !== "" && (
          <button type="button" class="button quiet" onClick={() => void remove()}>
            {say("attachment.remove")}
          </button>
        )}
      </div>
      <p class="row-aside" role="status">
        {percent === null ? note : say("attachment.uploading", { percent })}
      </p>
    </div>
  );
}
