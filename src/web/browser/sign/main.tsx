/** Entry of the signing page: reads what is known, draws, opens the visit. */
import { drawnInto } from "./drawn.tsx";
import { askForFirstPage } from "./first-page.ts";
import { learn, wantedLocale } from "./language.ts";
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
import "./print.css";

const root = document.getElementById("app");
if (!root) throw new Error("The page has no #app.");

makeRoomForKeyboard();
const opening = readOpening(document, window.location.href);
for (const [name, value] of Object.entries(opening.brand)) document.documentElement.style.setProperty(name, value);

const visit = prepareVisit(opening, draw);
const drawPage = drawnInto(root, () => <SigningPage visit={visit} view={visit.view} />);
void begin();

async function begin(): Promise<void> {
  await learn(wantedLocale(opening.locale));
  const opened = openVisit(visit);
  draw();
  await opened;
}

function draw(): void {
  askForFirstPage(visit.view);
  drawPage();
}
