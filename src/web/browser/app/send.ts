/**
 * The form that sends a document: rows for signers come and go, files that cannot be sent are told before they are, and
 * while it is under way it is not sent again.
 */
export function livenSendForm(within: ParentNode = document): void {
  const form = within.querySelector<HTMLFormElement>("form[data-send]");
  if (form === null) return;
  livenRows(form);
  livenFiles(form);
  livenSending(form);
}

function livenRows(form: HTMLFormElement): void {
  const people = form.querySelector<HTMLElement>("[data-people]");
  const add = form.querySelector<HTMLButtonElement>("[data-add]");
  if (people === null || add === null) return;
  const most = Number(people.dataset.most);
  const renumber = () => {
    const rows = [...people.querySelectorAll<HTMLElement>(".person")];
    for (const [index, row] of rows.entries()) numberRow(row, index);
    for (const button of people.querySelectorAll<HTMLButtonElement>("[data-remove]")) button.hidden = rows.length === 1;
    add.hidden = rows.length >= most;
  };
  add.addEventListener("click", () => {
    const row = people.lastElementChild?.cloneNode(true);
    if (!(row instanceof HTMLElement)) return;
    for (const fault of row.querySelectorAll(".fault")) fault.remove();
    for (const input of row.querySelectorAll("input")) {
      input.value = "";
      input.removeAttribute("aria-invalid");
      input.removeAttribute("aria-describedby");
    }
    people.append(row);
    renumber();
    row.querySelector("input")?.focus();
  });
  people.addEventListener("click", ({ target }) => {
    const row = target instanceof Element && target.matches("[data-remove]") ? target.closest(".person") : null;
    if (row === null) return;
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    renumber();
    next?.querySelector("input")?.focus();
  });
  form.querySelector<HTMLElement>("[data-more]")?.setAttribute("hidden", "");
  renumber();
}

function numberRow(row: HTMLElement, index: number): void {
  row.setAttribute("aria-label", `Signer ${index + 1}`);
  const shown = row.querySelector(".nth");
  if (shown !== null) shown.textContent = String(index + 1);
  for (const [place, kind] of ["name", "email"].entries()) {
    const input = row.querySelectorAll("input")[place];
    if (input === undefined) continue;
    input.id = `${kind}-${index}`;
    row.querySelectorAll("label")[place]?.setAttribute("for", input.id);
    const fault = row.querySelector(`.stack:nth-of-type(${place + 1}) .fault`);
    if (fault === null) continue;
    fault.id = `${input.id}-fault`;
    input.setAttribute("aria-describedby", fault.id);
  }
}

function livenFiles(form: HTMLFormElement): void {
  const input = form.querySelector<HTMLInputElement>("input[type=file]");
  const list = form.querySelector<HTMLElement>("[data-chosen]");
  if (input === null || list === null) return;
  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])];
    list.replaceChildren(...files.map(lineOf));
    list.hidden = files.length === 0;
    input.setCustomValidity(complaintOf(files, input.dataset));
    input.reportValidity();
  });
}

function lineOf({ name, size }: File): HTMLElement {
  const line = document.createElement("li");
  line.textContent = `${name} · ${sizeOf(size)}`;
  return line;
}

function sizeOf(bytes: number): string {
  if (bytes === 0) return "empty";
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function complaintOf(files: readonly File[], { fileBytes, allBytes, filesMost }: DOMStringMap): string {
  if (files.length > Number(filesMost)) return `A request may carry at most ${filesMost} files.`;
  const large = files.find(({ size }) => size > Number(fileBytes));
  if (large !== undefined) return `${large.name} is larger than ${sizeOf(Number(fileBytes))}.`;
  const empty = files.find(({ size }) => size === 0);
  if (empty !== undefined) return `${empty.name} is empty.`;
  const all = files.reduce((sum, { size }) => sum + size, 0);
  return all > Number(allBytes) ? `Together the files are larger than ${sizeOf(Number(allBytes))}.` : "";
}

function livenSending(form: HTMLFormElement): void {
  const button = form.querySelector<HTMLButtonElement>("[data-submit]");
  const words = form.querySelector<HTMLElement>("[data-sending]");
  if (button === null || words === null) return;
  form.addEventListener("submit", (event) => {
    if (form.dataset.sending === "yes") {
      event.preventDefault();
      return;
    }
    form.dataset.sending = "yes";
    button.setAttribute("aria-disabled", "true");
    words.textContent = "Sending … large files take a while.";
  });
  // Somebody who comes back to the page finds it ready again.
  window.addEventListener("pageshow", () => {
    delete form.dataset.sending;
    button.removeAttribute("aria-disabled");
    words.textContent = "";
  });
}
