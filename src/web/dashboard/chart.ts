import { latencyOf, type Pace } from "../../callbacks/pace.ts";
import { type Html, html } from "../html.ts";
import { count, span } from "./words.ts";

/** Spans of equal length, from `since` on (UTC milliseconds), up to the one that holds `until`. */
export type ChartTime = { readonly since: number; readonly until: number; readonly spanMs: number };

const width = 720;
const bars = 96;
const gap = 18;
const line = 44;
const height = bars + gap + line;

/**
 * Draws how an endpoint fared: a bar for each span, what was acknowledged below and what failed on top, and beneath the time
 * within which 95 of 100 attempts ended. It is a picture with words for those who do not see it; the same as a table stands beside.
 */
export function renderChart(paces: readonly Pace[], time: ChartTime): Html {
  const byTime = new Map(paces.map((pace) => [pace.at, pace]));
  const most = Math.max(1, ...paces.map(({ delivered, failed }) => delivered + failed));
  const slowest = Math.max(1, ...paces.map((pace) => latencyOf(pace, 0.95) ?? 0));
  const places = spansOf(time).map((at, index) => ({ at, index, pace: byTime.get(at) ?? null }));
  const step = width / Math.max(1, places.length);
  const drawn = places.flatMap(({ index, pace }) =>
    pace === null ? [] : [renderBar(pace, { x: index * step, step, most })],
  );
  return html`<svg class="chart" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="${describe(paces)}">
<line class="axis" x1="0" x2="${width}" y1="${bars}" y2="${bars}" vector-effect="non-scaling-stroke"/><line class="axis" x1="0" x2="${width}" y1="${height - 0.5}" y2="${height - 0.5}" vector-effect="non-scaling-stroke"/>
${drawn}${renderLatency(places, { step, slowest })}</svg>
<div class="scale" aria-hidden="true"><span>${clockOf(time.since, time)}</span><span>most in ${span(time.spanMs)}: ${most.toLocaleString("en-US")} · slowest 95%: ${span(slowest)}</span><span>${clockOf(time.until, time)}</span></div>`;
}

/** The spans that have attempts, as a table, the newest first. */
export function renderChartTable(paces: readonly Pace[]): Html {
  const rows = paces.toReversed().map((pace) => {
    const [half, most] = [latencyOf(pace, 0.5), latencyOf(pace, 0.95)];
    return html`<tr><td class="nowrap">${isoOf(pace.at)}</td><td>${pace.delivered}</td><td>${pace.failed}</td><td>${pace.exhausted}</td><td>${half === null ? "" : span(half)}</td><td>${most === null ? "" : span(most)}</td></tr>`;
  });
  return html`<details><summary>As a table</summary><div class="wide-table" tabindex="0" role="region" aria-label="Attempts by time"><table><thead><tr><th scope="col">From (UTC)</th><th scope="col">Acknowledged</th><th scope="col">Failed</th><th scope="col">Given up</th><th scope="col">Half within</th><th scope="col">95% within</th></tr></thead><tbody>${rows}</tbody></table></div></details>`;
}

/** The beginnings of all spans, oldest first. */
function spansOf({ since, until, spanMs }: ChartTime): readonly number[] {
  const first = since - (since % spanMs);
  return Array.from({ length: Math.floor((until - first) / spanMs) + 1 }, (_, index) => first + index * spanMs);
}

type Bar = { readonly x: number; readonly step: number; readonly most: number };

function renderBar({ delivered, failed }: Pace, { x, step, most }: Bar): Html {
  const scaled = (amount: number) => (amount === 0 ? 0 : Math.max(2, (amount / most) * (bars - 4)));
  const [good, bad] = [scaled(delivered), scaled(failed)];
  const inner = Math.max(1, step - 2);
  const rect = (kind: string, { y, tall }: { readonly y: number; readonly tall: number }) =>
    tall > 0 &&
    html`<rect class="${kind}" x="${round(x + 1)}" y="${round(y)}" width="${round(inner)}" height="${round(tall)}"/>`;
  return html`${rect("good", { y: bars - good, tall: good })}${rect("poor", { y: bars - good - bad, tall: bad })}`;
}

type Placed = { readonly index: number; readonly pace: Pace | null };

/** A line through what follows on each other; a span alone is a dot's width. */
function renderLatency(
  places: readonly Placed[],
  { step, slowest }: { readonly step: number; readonly slowest: number },
): Html {
  const parts: string[] = [];
  let isDown = false;
  for (const { index, pace } of places) {
    const latency = pace === null ? null : latencyOf(pace, 0.95);
    if (latency === null) {
      isDown = false;
      continue;
    }
    const y = height - 3 - (latency / slowest) * (line - 8);
    const [from, to] = [round(index * step + 1), round((index + 1) * step - 1)];
    parts.push(`${isDown ? "L" : "M"}${from} ${round(y)}H${to}`);
    isDown = true;
  }
  return html`<path class="pace" d="${parts.join("")}" vector-effect="non-scaling-stroke"/>`;
}

function describe(paces: readonly Pace[]): string {
  const delivered = paces.reduce((sum, pace) => sum + pace.delivered, 0);
  const failed = paces.reduce((sum, pace) => sum + pace.failed, 0);
  return `${count(delivered, ["attempt", "attempts"])} acknowledged, ${failed.toLocaleString("en-US")} failed`;
}

function clockOf(at: number, { spanMs }: ChartTime): string {
  return spanMs < 3_600_000 ? isoOf(at).slice(5) : isoOf(at).slice(0, 10);
}

function isoOf(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace("T", " ");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
