const offered = new WeakSet<HTMLButtonElement>();

/**
 * Buttons `<button data-copy="id">` put the text of the element with that id on the clipboard, and say so. They are hidden
 * in the page as it is sent: without a script, or where the browser has no clipboard for this page, there is none.
 */
export function offerCopies(within: ParentNode): void {
  if (!("clipboard" in navigator)) return;
  for (const button of within.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
    button.hidden = false;
    if (offered.has(button)) continue;
    offered.add(button);
    const words = button.textContent;
    button.addEventListener("click", () => void copy(button, words));
  }
}

const shownMs = 2000;

async function copy(button: HTMLButtonElement, words: string): Promise<void> {
  const text = document.getElementById(button.dataset.copy ?? "")?.textContent ?? "";
  const said = await navigator.clipboard.writeText(text).then(
    () => "Copied",
    () => "The browser did not let it be copied",
  );
  button.textContent = said;
  setTimeout(() => {
    button.textContent = words;
  }, shownMs);
}
