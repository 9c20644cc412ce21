import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** A screen while something is awaited, and for what. */
export function Waiting({ note }: { note: string }) {
  return (
    <main class="screen">
      <div class="waiting" aria-hidden="true" />
      <p role="status">{note}</p>
    </main>
  );
}

type ScreenProps = { mark: "done" | "stop"; heading: string; text?: string; children?: ComponentChildren };

/** A screen of words. Focus goes to its heading, so that it is read out. */
export function Screen({ mark, heading, text, children }: ScreenProps) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), [heading]);

  return (
    <main class="screen">
      <div class={`mark ${mark}`} aria-hidden="true" />
      <h1 ref={title} tabIndex={-1}>
        {heading}
      </h1>
      {text && <p>{text}</p>}
      {children && <div class="screen-buttons">{children}</div>}
    </main>
  );
}
