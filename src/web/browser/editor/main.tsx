/** Entry of the editor page: reads what is known, draws, opens the visit. */
import { drawnInto } from "../sign/drawn.tsx";
import { wantedLocale } from "../sign/language.ts";
import { openVisit } from "./course.ts";
import { EditorPage } from "./editor-page.tsx";
import { readEditorOpening } from "./opening.ts";
import { prepareVisit } from "./visit.ts";
import { learnEditor } from "./words.ts";
import "./editor.css";

const root = document.getElementById("app");
if (!root) throw new Error("The page has no #app.");

const opening = readEditorOpening();
for (const [name, value] of Object.entries(opening.brand)) document.documentElement.style.setProperty(name, value);
await learnEditor(wantedLocale(opening.locale));

const visit = prepareVisit(opening, () => drawPage());
const drawPage = drawnInto(root, () => <EditorPage visit={visit} view={visit.view} />);
drawPage();
void openVisit(visit);
