/** Entry of the editor page: reads what is known, draws, opens the visit. */
import { render } from "preact";
import { wantedLocale } from "../sign/language.ts";
import { EditorPage } from "./editor-page.tsx";
import { readEditorOpening } from "./opening.ts";
import { openVisit, prepareVisit } from "./visit.ts";
import { learnEditor } from "./words.ts";
import "./editor.css";

const root = document.getElementById("app");
if (!root) throw new Error("The page has no #app.");

const opening = readEditorOpening();
for (const [name, value] of Object.entries(opening.brand)) document.documentElement.style.setProperty(name, value);

let isDrawn = false;
const visit = prepareVisit(opening, draw);
void begin();

async function begin(): Promise<void> {
  await learnEditor(wantedLocale(opening.locale));
  await openVisit(visit);
}

function draw(): void {
  // The server's own words stand until ours are there.
  if (!isDrawn) root?.replaceChildren();
  isDrawn = true;
  if (root) render(<EditorPage visit={visit} view={visit.view} />, root);
}
