/** Figures, charts, and choices beside each other. */
export const callbacksStyle = `
.choices { display: inline-flex; justify-self: start; border: 1px solid var(--edge); border-radius: 7px; overflow: hidden; background: var(--paper); }
.choices a { padding: 6px 14px; color: var(--soft); text-decoration: none; font-size: 13.5px; font-weight: 550; }
.choices a + a { border-left: 1px solid var(--line); }
.choices a:hover { color: var(--ink); background: var(--tint); }
.choices a[aria-current] { color: var(--ink); background: var(--tint); box-shadow: inset 0 -2px var(--accent); }
.choices a:focus-visible { outline-offset: -3px; }
dl.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(104px, 1fr)); gap: 12px 16px; }
dl.figures dt { color: var(--soft); font-size: 12px; }
dl.figures dd { margin: 0; font-size: 20px; line-height: 1.3; font-weight: 600; letter-spacing: -0.01em; }
dl.figures .fault { font-size: inherit; }
.chart { display: block; width: 100%; height: 158px; }
.chart .axis { stroke: var(--line); stroke-width: 1; }
.chart .good { fill: var(--chart-good); }
.chart .poor { fill: var(--chart-poor); }
.chart .pace { fill: none; stroke: var(--chart-line); stroke-width: 1.5; }
.scale { display: flex; justify-content: space-between; gap: 12px; font-size: 12px; color: var(--soft); margin-top: -8px; }
.keys { display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 12px; color: var(--soft); list-style: none; padding: 0; }
.keys li::before { content: ""; display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: 6px; background: var(--chart-good); }
.keys li.poor::before { background: var(--chart-poor); }
.keys li.pace::before { height: 2px; vertical-align: middle; background: var(--chart-line); }
.wide-table { overflow-x: auto; max-height: 320px; overflow-y: auto; border: 1px solid var(--line); border-radius: 8px; }
.filters.replay { grid-template-columns: 1.4fr 1.2fr 1.2fr 1.6fr 1.2fr auto; }
@media (max-width: 1000px) { .filters.replay { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); } }
`;
