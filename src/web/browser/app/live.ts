import { offerCopies } from "./copy.ts";
import { renew } from "./renew.ts";

const pollMs = 20_000;
const tellMs = 4000;

/**
 * Keeps the parts of the page that are marked `data-live` as the server has them now: told of changes over a stream of server-sent
 * events, it reads the page again and takes those parts over. The stream stands only while the page is looked at: browsers
 * open few lines to one server. A reader can pause it.
 */
export function keepLive(): void {
  const bar = document.querySelector<HTMLElement>("[data-live-bar]");
  if (bar === null || document.querySelector("[data-live]") === null) return;
  const { button, said } = fillBar(bar);
  let stream: EventSource | null = null;
  let isPaused = false;

  const show = (state: "live" | "paused" | "lost") => {
    bar.dataset.state = state;
    said.textContent = words[state];
    button.textContent = state === "paused" ? "Go on" : "Pause";
    // Before there is something to say, a button without words would stand there.
    bar.hidden = false;
  };
  const stop = () => {
    stream?.close();
    stream = null;
  };
  const start = () => {
    if (stream !== null || isPaused || document.hidden) return;
    stream = new EventSource("/app/live");
    stream.addEventListener("open", () => {
      show("live");
      void refresh();
    });
    stream.addEventListener("change", () => void refresh());
    stream.addEventListener("error", () => show("lost"));
  };
  button.addEventListener("click", () => {
    isPaused = !isPaused;
    if (isPaused) stop();
    else start();
    show(isPaused ? "paused" : "live");
  });
  document.addEventListener("visibilitychange", () => (document.hidden ? stop() : start()));
  // A word that was lost on the way between two processes costs no more than this.
  setInterval(() => {
    if (stream?.readyState === EventSource.OPEN) void refresh();
    else if (stream?.readyState === EventSource.CLOSED) {
      stop();
      start();
    }
  }, pollMs);
  start();
}

const words = { live: "Live", paused: "Paused", lost: "Not connected" };

function fillBar(bar: HTMLElement): { readonly button: HTMLButtonElement; readonly said: HTMLElement } {
  const said = document.createElement("span");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  bar.append(said, button);
  return { button, said };
}

let isReading = false;
let isAskedAgain = false;

/** One at a time: what is asked for meanwhile is done once afterwards. */
async function refresh(): Promise<void> {
  if (isReading) {
    isAskedAgain = true;
    return;
  }
  isReading = true;
  try {
    do {
      isAskedAgain = false;
      await takeOver();
    } while (isAskedAgain);
  } catch {
    // Not reached just now: the stream says so, and the next change or poll asks again.
  } finally {
    isReading = false;
  }
}

async function takeOver(): Promise<void> {
  const answer = await fetch(location.href, { headers: { accept: "text/html", "countersign-live": "1" } });
  // Signed out meanwhile, or gone: what is shown stays, and the next click says why.
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  let arrived = 0;
  for (const part of document.querySelectorAll("[data-live]")) {
    const next = fresh.querySelector(`[data-live="${CSS.escape(part.getAttribute("data-live") ?? "")}"]`);
    if (next === null) continue;
    arrived += renew(part, next);
    offerCopies(part);
  }
  tellArrived(arrived);
}

let untold = 0;

/** Says to screen readers, seldom, how much is new. */
function tellArrived(arrived: number): void {
  if (arrived === 0) return;
  if (untold === 0)
    setTimeout(() => {
      const place = document.querySelector("[data-live-said]");
      if (place !== null) place.textContent = untold === 1 ? "1 new entry" : `${untold} new entries`;
      untold = 0;
    }, tellMs);
  untold += arrived;
}
