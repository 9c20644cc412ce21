import type { FieldView } from "../../../wire/session.ts";
import { controlId, spotId } from "./field-props.ts";
import { setZoom, zoomOf } from "./zoom.ts";

/** On a phone the page is brought near enough to be read around the field in the sheet. */
const nearby = 1.75;

/** Scrolls the document to the field and puts the focus on its control. Only our own box moves, never the host's page. */
export function goToField({ apiId }: FieldView): void {
  const control = document.getElementById(controlId(apiId));
  const box = document.getElementById("paper");
  const spot = document.getElementById(spotId(apiId));
  const place = spot ?? control;
  control?.focus({ preventScroll: true });
  if (!box || !place || !box.contains(place)) return;

  if (spot && zoomOf(box) < nearby) setZoom(box, nearby);
  const at = place.getBoundingClientRect();
  const around = box.getBoundingClientRect();
  const top = box.scrollTop + at.top - around.top - (around.height - at.height) / 2;
  const left = box.scrollLeft + at.left - around.left - (around.width - at.width) / 2;
  const isCalm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  box.scrollTo({ top, left, behavior: isCalm ? "auto" : "smooth" });
}
