import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";

type DialogProps = {
  heading: string;
  /** While true, Escape does not close it. */
  isBusy?: boolean;
  onClose: () => void;
  children: ComponentChildren;
};

/**
 * A modal dialog. Focus begins at the element marked `data-first`, unless that would only call up an on-screen
 * keyboard, and goes back to where it was at the end.
 */
export function Dialog({ heading, isBusy = false, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const headingId = useId();

  useLayoutEffect(() => {
    const dialog = element.current;
    if (!dialog) return;
    const before = document.activeElement;
    dialog.showModal();
    const first = dialog.querySelector<HTMLElement>("[data-first]");
    const isTyped = first instanceof HTMLInputElement && first.value !== "";
    if (isTyped && window.matchMedia("(pointer: coarse)").matches) dialog.focus();
    else first?.focus();
    return () => {
      dialog.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);

  const refuseToClose = (event: Event) => {
    event.preventDefault();
    if (!isBusy) onClose();
  };
  // A browser may close without asking after a second Escape; an unmounted dialog says so too, after the fact.
  const onClosed = () => {
    if (element.current?.isConnected) onClose();
  };

  return (
    <dialog
      ref={element}
      class="dialog"
      tabIndex={-1}
      aria-labelledby={headingId}
      onCancel={refuseToClose}
      onClose={onClosed}
    >
      <h2 id={headingId}>{heading}</h2>
      {children}
    </dialog>
  );
}
