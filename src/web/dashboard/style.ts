import { hashOf } from "../../base/secrets.ts";
import { docsStyle } from "../docs/style.ts";
import { palette } from "./palette.ts";
import { callbacksStyle } from "./style-callbacks.ts";
import { deskStyle } from "./style-desk.ts";
import { liveStyle } from "./style-live.ts";
import { startStyle } from "./style-start.ts";

/** The one style sheet of the dashboard. */
export const style = `${palette}${liveStyle}${callbacksStyle}${startStyle}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { scrollbar-gutter: stable; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 14px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
a { color: var(--accent); text-underline-offset: 2px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
h1 { font-size: 22px; line-height: 1.3; margin: 0; letter-spacing: -0.01em; text-wrap: balance; }
h2 { font-size: 15px; line-height: 1.4; margin: 0; }
h3, h4 { font-size: 13px; line-height: 1.4; margin: 0; }
h4 { color: var(--soft); font-weight: 550; }
legend { padding: 0; margin-bottom: 8px; }
legend h2 { display: inline; }
.row button.after { margin-top: 8px; }
p, ul, ol, dl, pre { margin: 0; }
code, pre, .id { font-family: ui-monospace, SFMono-Regular, "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: 0.93em; }
.id { font-size: 12px; }
.soft { color: var(--soft); }
.small { font-size: 13px; }
.nowrap { white-space: nowrap; }

.top { background: var(--paper); border-bottom: 1px solid var(--line); }
.bar { max-width: 1160px; margin: 0 auto; padding: 0 24px; display: flex; align-items: center; gap: 28px; min-height: 52px; }
.brand { display: inline-flex; flex: none; align-items: center; gap: 9px; color: var(--ink); font-weight: 650; font-size: 15px; text-decoration: none; }
.brand img { border-radius: 6px; }
.skip { position: absolute; left: -9999px; }
.skip:focus { left: 8px; top: 8px; z-index: 9; background: var(--paper); padding: 8px 12px; }
.tabs { display: flex; flex-wrap: wrap; gap: 4px; border-bottom: 1px solid var(--line); margin-bottom: -4px; }
.tabs a { padding: 8px 12px; color: var(--soft); text-decoration: none; font-weight: 500; border-bottom: 2px solid transparent; margin-bottom: -1px; }
.tabs a:hover { color: var(--ink); }
.tabs a[aria-current] { color: var(--ink); border-bottom-color: var(--accent); }
.top nav { display: flex; gap: 2px; align-self: stretch; min-width: 0; overflow-x: auto; scrollbar-width: none; }
.top nav a { display: flex; align-items: center; padding: 0 clamp(5px, 1vw, 12px); white-space: nowrap; color: var(--soft); text-decoration: none; font-weight: 500; border-bottom: 2px solid transparent; border-top: 2px solid transparent; }
.top nav a:hover { color: var(--ink); }
.top nav a[aria-current] { color: var(--ink); border-bottom-color: var(--accent); }
.top nav a:focus-visible { outline-offset: -4px; }
.who { margin-left: auto; display: flex; align-items: center; gap: 12px; min-width: 0; }
.who .soft { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; max-width: 220px; }

main { max-width: 1160px; margin: 0 auto; padding: 28px 24px 72px; display: grid; gap: 20px; grid-template-columns: minmax(0, 1fr); }
main.door { max-width: 400px; padding-top: 12vh; gap: 16px; }
main.door .brand { justify-content: center; font-size: 17px; }
main.door h1 { font-size: 20px; margin-bottom: 12px; }
.head { display: flex; flex-wrap: wrap; gap: 6px 16px; align-items: baseline; justify-content: space-between; }
.crumb { font-size: 13px; margin-bottom: 4px; }
.title { display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center; }

.card { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; padding: 20px; display: grid; gap: 14px; grid-template-columns: minmax(0, 1fr); }
.door .card { padding: 26px; box-shadow: 0 1px 3px var(--shade); gap: 0; }
.door .card p { margin-bottom: 12px; }
.card > header { display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center; justify-content: space-between; }
.card.flush { padding: 0; gap: 0; overflow: hidden; }
.card.flush > header { padding: 14px 20px; border-bottom: 1px solid var(--line); }
.stack { display: grid; gap: 6px; grid-template-columns: minmax(0, 1fr); }
.stack input:not([type=hidden]) + label { margin-top: 10px; }
.door .stack button.main { margin-top: 18px; }
.door .other { margin-top: 16px; padding-top: 16px; border-top: 1px solid var(--line); }
.door .card p.other { margin-bottom: 0; }
.foot { padding: 16px 20px; display: grid; gap: 10px; grid-template-columns: minmax(0, 1fr); }
.foot.lined { border-top: 1px solid var(--line); }
.narrow { display: none; }
thead td { padding: 0; background: var(--head); }
td.end { text-align: right; white-space: nowrap; }
.row { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
.between { justify-content: space-between; }
.field { flex-wrap: nowrap; }
.block { display: block; }
.cards { display: grid; gap: 20px; grid-template-columns: minmax(0, 1fr); align-content: start; }
.pair { display: grid; gap: 20px; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); align-items: start; }
.pair.even { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }

label, legend { font-weight: 550; font-size: 13px; }
fieldset { border: 0; margin: 0; padding: 0; min-width: 0; display: grid; gap: 8px; }
input:not([type=radio]), select { font: inherit; color: inherit; background: var(--field); border: 1px solid var(--edge); border-radius: 7px; padding: 7px 10px; height: 36px; width: 100%; min-width: 0; }
input[aria-invalid=true] { border-color: var(--bad); }
select.short { width: auto; }
input[type=radio] { width: 16px; height: 16px; margin: 2px 8px 0 0; accent-color: var(--accent); flex: none; }
.choice { display: flex; align-items: flex-start; font-weight: 400; font-size: 14px; }
.choice .soft { display: block; }
button, .button { font: inherit; font-weight: 550; font-size: 13.5px; min-height: 36px; padding: 6px 14px; border-radius: 7px; border: 1px solid var(--edge); background: var(--paper); color: var(--ink); cursor: pointer; text-decoration: none; display: inline-flex; align-items: center; justify-content: center; white-space: nowrap; }
button:hover, .button:hover { border-color: var(--soft); }
button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
button.main:hover { background: var(--accent-strong); border-color: var(--accent-strong); }
button.danger { background: var(--bad-ground); border-color: var(--bad); color: var(--bad); }
button.quiet { border-color: transparent; background: none; padding: 4px 8px; min-height: 32px; color: var(--soft); }
button.quiet:hover { color: var(--ink); background: var(--tint); }
button[aria-disabled=true] { opacity: 0.6; cursor: progress; }
button.tiny, .button.tiny { min-height: 30px; padding: 3px 10px; font-size: 13px; }

.badge { display: inline-flex; align-items: center; gap: 6px; padding: 1px 8px; border-radius: 5px; font-size: 12px; font-weight: 600; line-height: 20px; white-space: nowrap; background: var(--idle-ground); color: var(--idle); }
.badge::before { content: ""; width: 6px; height: 6px; border-radius: 50%; background: currentcolor; flex: none; }
.badge.ok { background: var(--ok-ground); color: var(--ok); }
.badge.bad { background: var(--bad-ground); color: var(--bad); }
.badge.wait { background: var(--wait-ground); color: var(--wait); }
.badges { display: flex; flex-wrap: wrap; gap: 4px; }
.notice { padding: 11px 14px; border-radius: 8px; background: var(--idle-ground); border-left: 3px solid var(--idle); display: grid; gap: 4px; }
p.notice { display: block; }
.notice.ok { background: var(--ok-ground); border-color: var(--ok); }
.notice.bad { background: var(--bad-ground); border-color: var(--bad); }
.notice.wait { background: var(--wait-ground); border-color: var(--wait); }
.why { font-size: 15px; white-space: pre-line; }
.hint { font-size: 13px; color: var(--soft); }
.fault { font-size: 13px; color: var(--bad); }

dl.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 6px 20px; }
dl.facts dt { color: var(--soft); }
dl.facts dd { margin: 0; }
pre { background: var(--code); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; font-size: 12.5px; line-height: 1.55; white-space: pre-wrap; max-height: 480px; overflow: auto; }
details > summary { cursor: pointer; font-weight: 550; font-size: 13px; padding: 2px 0; width: fit-content; }
details[open] > summary { margin-bottom: 8px; }
details > * + * { margin-top: 8px; }

table { border-collapse: collapse; width: 100%; }
caption { text-align: left; }
th { text-align: left; font-size: 12px; font-weight: 550; color: var(--soft); padding: 9px 12px; border-bottom: 1px solid var(--line); background: var(--head); white-space: nowrap; }
td { padding: 9px 12px; border-bottom: 1px solid var(--line); vertical-align: top; }
tbody tr:last-child td { border-bottom: 0; }
table.rows tbody tr:hover { background: var(--tint); }
th:first-child, td:first-child { padding-left: 20px; }
th:last-child, td:last-child { padding-right: 20px; }
td a.plain { color: inherit; text-decoration: none; font-weight: 550; }
td a.plain:hover { text-decoration: underline; }

.filters { display: grid; grid-template-columns: repeat(5, minmax(0, 1fr)); gap: 12px 10px; align-items: end; }
.filters > div { display: grid; gap: 4px; min-width: 0; }
.filters > .long, .filters > .wide { grid-column: span 2; }
.filters > .row { display: flex; gap: 14px; }
.filters.calls { grid-template-columns: repeat(4, minmax(0, 1fr)); }
.verb { color: var(--soft); font-size: 12px; font-weight: 600; }
h1.call { font-size: 19px; }
.pager { display: flex; justify-content: space-between; gap: 12px; padding: 12px 20px; border-top: 1px solid var(--line); align-items: center; }
.empty { padding: 36px 24px; display: grid; gap: 12px; grid-template-columns: minmax(0, 1fr); justify-items: start; }
p.empty { display: block; }
.empty pre { width: 100%; }

ol.line { list-style: none; padding: 0; display: grid; }
ol.line > li { display: grid; grid-template-columns: 150px minmax(0, 1fr) minmax(0, 1fr); gap: 4px 20px; padding: 11px 20px; border-top: 1px solid var(--line); }
ol.line > li:first-child { border-top: 0; }
ol.line .legend { background: var(--head); color: var(--soft); font-size: 12px; font-weight: 550; padding-block: 9px; }
.exchange { display: grid; gap: 14px; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); align-items: start; }
.exchange > div { display: grid; gap: 8px; grid-template-columns: minmax(0, 1fr); }
.test { display: grid; gap: 12px; grid-template-columns: minmax(0, 1fr); border-top: 1px solid var(--line); padding-top: 16px; }
.step + .step { margin-top: 8px; }
.step .badges { margin-top: 3px; }
.step a.plain { color: inherit; font-weight: 550; text-decoration: none; }
.step a.plain:hover { text-decoration: underline; }
.under { display: block; color: var(--soft); font-size: 13px; }
.under.fault { color: var(--bad); }
.attempts { list-style: none; padding: 0; display: grid; gap: 12px; }
.attempts > li { display: grid; gap: 6px; padding-top: 12px; border-top: 1px solid var(--line); grid-template-columns: minmax(0, 1fr); }

@media (min-width: 761px) {
  table.rows td:has(> strong, > .plain) { min-width: 150px; }
}
@media (min-width: 1081px) {
  table.rows td:has(> strong, > .plain) { min-width: 200px; }
}
@media (max-width: 1080px) {
  .filters { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .filters > .long, .filters > .wide { grid-column: 1 / -1; }
}

@media (max-width: 760px) {
  body { font-size: 15px; }
  .bar { flex-wrap: wrap; gap: 0 12px; padding: 8px 16px 0; }
  .who { min-width: 0; flex: 1; justify-content: flex-end; }
  .top nav { order: 3; flex: 1 0 100%; flex-wrap: wrap; margin: 0 -8px; max-width: calc(100% + 16px); }
  .top nav a { padding: 8px; min-height: 40px; }
  .tabs a { padding: 8px; }
  main { padding: 20px 16px 56px; gap: 16px; }
  .card { padding: 16px; }
  .card.flush > header, .pager { padding-inline: 16px; }
  .pair, .pair.even, .exchange { grid-template-columns: minmax(0, 1fr); }
  .filters, .filters.calls { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
  .filters > .moment { grid-column: 1 / -1; }
  .filters button { flex: 1; }
  .row.field { flex-wrap: wrap; }
  .row.field button { flex: 1; }
  input:not([type=radio]), select { font-size: 16px; height: 42px; }
  button, .button { min-height: 42px; }
  button.tiny, .button.tiny, button.quiet { min-height: 36px; }
  .foot { padding-inline: 16px; }
  td.end { text-align: left; }
  table.rows, table.rows tbody { display: block; }
  table.rows thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table.rows tr { display: grid; gap: 3px; padding: 11px 16px; border-bottom: 1px solid var(--line); grid-template-columns: minmax(0, 1fr); }
  table.rows tbody tr:last-child { border-bottom: 0; }
  table.rows td, table.rows td:first-child, table.rows td:last-child { padding: 0; border: 0; }
  table.rows td:empty { display: none; }
  .narrow { display: inline; color: var(--soft); }
  dl.facts { grid-template-columns: minmax(0, 1fr); gap: 0; }
  dl.facts dd { margin-bottom: 8px; }
  ol.line > li { grid-template-columns: minmax(0, 1fr); padding-inline: 16px; }
  ol.line .legend { display: none; }
}
@media (max-width: 430px) {
  .filters, .filters.calls, .filters.replay { grid-template-columns: minmax(0, 1fr); }
}
@media (prefers-reduced-motion: no-preference) { button, .button, .top nav a { transition: background-color 0.12s, border-color 0.12s, color 0.12s; } }
${deskStyle}${docsStyle}`;

/** Where it is served: the name holds a hash of its bytes, so that it never changes. */
export const stylePath = `/app/style-${hashOf(style).slice(0, 16)}.css`;
