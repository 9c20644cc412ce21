import type { PageView } from "../../../wire/session.ts";
import type { VisitView } from "./visit.ts";

/** Of which pictures the browser takes the one that is sharp enough. */
export function picturesOf({ pictures }: PageView) {
  return {
    sizes: "(min-width: 948px) 900px, 100vw",
    srcset: pictures.map(({ url, width }) => `${url} ${width}w`).join(", "),
    src: pictures.at(-1)?.url,
  };
}

let isAsked = false;

/** Asks for the picture of the first page while the rest is still being drawn. */
export function askForFirstPage({ stage }: VisitView): void {
  const page = stage.kind === "signing" ? stage.session.pages[0] : undefined;
  if (isAsked || !page) return;
  isAsked = true;
  const { src = "", srcset, sizes } = picturesOf(page);
  // Not by an image of its own: that would wait for the script to end.
  const ask = { rel: "preload", as: "image", href: src, imageSrcset: srcset, imageSizes: sizes };
  document.head.append(Object.assign(document.createElement("link"), ask));
}
