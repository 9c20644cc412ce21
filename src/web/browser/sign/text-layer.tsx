import { Fragment } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { PagePiece, PageText } from "../../../wire/session.ts";
import { readPageText } from "./calls.ts";

/** How far outside the box that scrolls a page's text is read already. */
const ahead = "200% 0px";

/** The share of a line's height that its letters' size is: the rest is air above and below. */
const letterShare = 0.8;

/**
 * The text of a page over its picture: unseen, but there to be selected and to be read out. Each piece lies where its print is, in
 * percents of the page, and is stretched to the length of the print.
 */
export function TextLayer({ url }: { url: string }) {
  const layer = useRef<HTMLDivElement>(null);
  const text = useTextNear(url, layer);
  // The page is drawn anew with each letter typed into a field: its text is not.
  const pieces = useMemo(() => text && <Pieces text={text} />, [text]);

  return (
    <div class="words" ref={layer}>
      {pieces}
    </div>
  );
}

function Pieces({ text }: { text: PageText }) {
  return text.pieces.map((piece, index) => (
    <Fragment key={index}>
      <span class="piece" dir="auto" style={placeOfPiece(piece, text)}>
        {piece[0]}
      </span>
      {/* A piece lies outside the flow of the page: without this, what is copied from two lines is one word. */}
      <br />
    </Fragment>
  ));
}

/** Reads the text once its page comes near. Without an answer it asks again when the page comes near again. */
function useTextNear(url: string, layer: { readonly current: HTMLDivElement | null }): PageText | null {
  const [text, setText] = useState<PageText | null>(null);
  useEffect(() => {
    const element = layer.current;
    if (!element) return;
    const watcher = new IntersectionObserver(([entry]) => entry?.isIntersecting && void bring(), {
      root: document.getElementById("paper"),
      rootMargin: ahead,
    });
    const bring = async () => {
      const read = await readPageText(url);
      if (read === null) return;
      watcher.disconnect();
      setText(read);
    };
    watcher.observe(element);
    return () => watcher.disconnect();
  }, [url]);
  return text;
}

function placeOfPiece([text, x, y, width, height, turn]: PagePiece, page: PageText): Record<string, string> {
  const line = Math.max(height, 1);
  const natural = widthAtOne(text) * line * letterShare;
  const stretch = natural > 0 && width > 0 ? width / natural : 1;
  return {
    left: `${(x / page.width) * 100}%`,
    top: `${(y / page.height) * 100}%`,
    "font-size": `${((line * letterShare) / page.width) * 100}cqw`,
    "line-height": `${1 / letterShare}`,
    transform: `${turn === 0 ? "" : `rotate(${turn}deg) `}scaleX(${stretch})`,
  };
}

let ruler: CanvasRenderingContext2D | null = null;
const rulerSize = 100;

/** The width of a text set in the layer's font at a size of 1. */
function widthAtOne(text: string): number {
  ruler ??= document.createElement("canvas").getContext("2d");
  if (!ruler) return 0;
  ruler.font = `${rulerSize}px Arial, Helvetica, sans-serif`;
  return ruler.measureText(text).width / rulerSize;
}
