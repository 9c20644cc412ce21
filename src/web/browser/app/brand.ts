import { isColour, readable } from "../../../base/contrast.ts";
import { readPair } from "../../dashboard/brand-words.ts";

/** The form of an app's colours: a picker beside each field, and the picture and the words of each pair follow what is chosen. */
export function livenBrandForm(within: ParentNode = document): void {
  const form = within.querySelector<HTMLFormElement>("form[data-brand]");
  if (form === null) return;
  const chosen = (name: string) => form.querySelector<HTMLInputElement>(`#${name}`)?.value.trim() ?? "";
  const paint = () => {
    paintPicture(form, chosen);
    tellPairs(form, chosen);
    const words = form.querySelector("[data-preview-words]");
    if (words !== null) words.textContent = "As it is chosen, not yet saved";
  };
  for (const picker of form.querySelectorAll<HTMLInputElement>("[data-picker]")) {
    const text = form.querySelector<HTMLInputElement>(`#${picker.dataset.picker}`);
    if (text === null) continue;
    picker.hidden = false;
    picker.addEventListener("input", () => {
      text.value = picker.value;
      paint();
    });
    text.addEventListener("input", () => {
      if (isColour(text.value.trim())) picker.value = text.value.trim().toLowerCase();
      paint();
    });
  }
}

type Chosen = (name: string) => string;

/** What is half typed leaves the picture as it is. */
function paintPicture(form: ParentNode, chosen: Chosen): void {
  for (const shape of form.querySelectorAll<SVGElement>("[data-fill]")) {
    const colour = chosen(shape.dataset.fill ?? "");
    if (isColour(colour)) shape.setAttribute("fill", colour);
  }
  for (const text of form.querySelectorAll<SVGElement>("[data-ink]")) {
    const [on = "", written = ""] = (text.dataset.ink ?? "").split(" ");
    const [surface, colour] = [on === "paper" ? "#ffffff" : chosen(on), chosen(written)];
    if (isColour(surface) && isColour(colour)) text.setAttribute("fill", readable(colour, surface));
  }
}

function tellPairs(form: ParentNode, chosen: Chosen): void {
  for (const line of form.querySelectorAll<HTMLElement>("[data-on]")) {
    const { on = "", written = "", paper, of = "" } = line.dataset;
    const reading = readPair(chosen(on), { written: chosen(written), ...(paper === undefined ? {} : { paper }) });
    const words = of + reading.words;
    if (line.textContent !== words) line.textContent = words;
    line.className = `reading ${reading.tone}`;
    const isBad = reading.tone === "bad";
    for (const name of [on, written]) {
      const input = form.querySelector(`#${name}`);
      if (isBad) input?.setAttribute("aria-invalid", "true");
      else if (!form.querySelector(`.reading.bad[data-on="${name}"], .reading.bad[data-written="${name}"]`))
        input?.removeAttribute("aria-invalid");
    }
  }
}
