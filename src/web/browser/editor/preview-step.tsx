import { useLazy } from "../sign/lazy.ts";
import { say } from "../sign/say.ts";
import { Waiting } from "../sign/screen.tsx";
import type { Desk } from "./desk.ts";

/** The preview comes when it is looked at: it brings the signing page's own drawing with it. */
export function PreviewStep({ desk }: { desk: Desk }) {
  const { part, isLate } = useLazy(loadPreview);
  if (!part) return <Waiting note={isLate ? say("opening.noAnswer") : say("opening.loading")} />;
  return <part.Preview desk={desk} />;
}

function loadPreview() {
  return import("./preview.tsx");
}
