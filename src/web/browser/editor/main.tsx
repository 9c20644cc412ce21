/** Entry of the editor page: reads what is known, draws, opens the visit. */
import { render } from "preact";
import { useState } from "preact/hooks";
import { wantedLocale } from "../sign/language.ts";
import { openVisit } from "./course.ts";
import { EditorPage } from "./editor-page.tsx";
import { readEditorOpening } from "./opening.ts";
import { prepareVisit, type Visit } from "./visit.ts";
import { learnEditor } from "./words.ts";
import "./editor.css";

const root = document.getElementById("app");
if (!root) throw new Error("The page has no #app.");

const opening = readEditorOpening();
for (const [name, value] of Object.entries(opening.brand)) document.documentElement.style.setProperty(name, value);
await learnEditor(wantedLocale(opening.locale));

let redraw = () => {};
const visit = prepareVisit(opening, () => redraw());
// The server's own words stand until ours are there.
root.replaceChildren();
render(<Page visit={visit} />, root);
void openVisit(visit);

/** Drawn once and then by its own state: a page that is given to `render` anew begins to count its ids from the start. */
function Page({ visit }: { visit: Visit }) {
  const [, setCount] = useState(0);
  redraw = () => setCount((count) => count + 1);
  return <EditorPage visit={visit} view={visit.view} />;
}
