/** Entry of the signing page: reads what is known, draws, opens the visit. */
import { render } from "preact";
import { readOpening } from "./opening.ts";
import { makeRoomForKeyboard } from "./phone.ts";
import { SigningPage } from "./signing-page.tsx";
import { openVisit, prepareVisit } from "./visit.ts";
import "./faces.css";
import "./script-font.css";
import "./chrome.css";
import "./paper.css";
import "./form.css";
import "./dialogs.css";

const root = document.getElementById("app");
if (!root) throw new Error("The page has no #app.");
root.replaceChildren();

makeRoomForKeyboard();
const opening = readOpening(document, window.location.href);
for (const [name, value] of Object.entries(opening.brand)) document.documentElement.style.setProperty(name, value);

const visit = prepareVisit(opening, draw);
draw();
void openVisit(visit);

function draw(): void {
  if (root) render(<SigningPage visit={visit} view={visit.view} />, root);
}
