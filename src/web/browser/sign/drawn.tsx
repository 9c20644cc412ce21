import { type ComponentChild, render } from "preact";
import { useState } from "preact/hooks";

/** What draws a page into its place, and draws it anew each time that it is called. */
export function drawnInto(root: HTMLElement, draw: () => ComponentChild): () => void {
  let redraw: (() => void) | null = null;
  // Given to `render` once and then drawn by its own state: `render` would begin to count the ids of `useId` from the start.
  function Page() {
    const [, setCount] = useState(0);
    redraw = () => setCount((count) => count + 1);
    return draw();
  }
  return () => {
    if (redraw) return redraw();
    // The server's own words stand until ours are there.
    root.replaceChildren();
    render(<Page />, root);
  };
}
