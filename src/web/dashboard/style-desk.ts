/** What the pages that do things look like: sending, reminding, apps and their colours. Part of the one style sheet. */
export const deskStyle = `
.unseen { position: absolute; width: 1px; height: 1px; min-height: 0; padding: 0; border: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
.button.main:hover { background: var(--accent-strong); border-color: var(--accent-strong); }
textarea { font: inherit; color: inherit; background: var(--field); border: 1px solid var(--edge); border-radius: 7px; padding: 7px 10px; width: 100%; min-width: 0; resize: vertical; }
textarea[aria-invalid=true], select[aria-invalid=true] { border-color: var(--bad); }
input[type=checkbox] { width: 16px; height: 16px; margin: 2px 8px 0 0; padding: 0; accent-color: var(--accent); flex: none; }
input[type=file] { height: auto; padding: 6px; }
input[type=file]::file-selector-button { font: inherit; font-weight: 550; color: var(--ink); background: var(--paper); border: 1px solid var(--edge); border-radius: 5px; padding: 5px 12px; margin-right: 12px; cursor: pointer; }
input[type=date] { max-width: 190px; }
label .soft { font-weight: 400; }
.pair.wide { grid-template-columns: minmax(0, 6fr) minmax(0, 5fr); }
.lines { white-space: pre-line; }
.files { display: grid; gap: 6px; grid-template-columns: minmax(0, 1fr); }
.step > a.plain { margin-right: 8px; }
.people { display: grid; gap: 10px; grid-template-columns: minmax(0, 1fr); }
.person { display: grid; grid-template-columns: 22px minmax(0, 1fr) minmax(0, 1fr) auto; gap: 4px 12px; align-items: start; }
.person .nth { color: var(--soft); font-size: 13px; font-weight: 550; padding-top: 33px; text-align: right; }
.person .quiet { margin-top: 26px; }
.person .stack { gap: 4px; }
.chosen { list-style: none; padding: 0; display: grid; gap: 2px; font-size: 13px; }
.acts { display: flex; flex-wrap: wrap; gap: 8px 12px; align-items: center; }
.act { margin-top: 6px; }
.tags { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: center; }
.stack select.short { justify-self: start; }
ul.may { margin: 0; padding-left: 20px; display: grid; gap: 6px; }
.door ul.may { margin-bottom: 12px; }
.door h2 { font-size: 14px; margin-bottom: 6px; }
.form { display: grid; gap: 14px; grid-template-columns: minmax(0, 1fr); }
.role { padding: 12px 14px; border: 1px solid var(--line); border-radius: 8px; }
.role legend { padding: 0 4px; margin: 0 0 0 -4px; }
.parts { padding-left: 20px; display: grid; gap: 6px; }
.sheet { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 20px; padding: 20px; border-top: 1px solid var(--line); align-items: start; }
.sheet svg { max-width: 100%; height: auto; border: 1px solid var(--line); border-radius: 6px; background: #fff; }
.sheet rect { fill: rgb(11 107 96 / 0.14); stroke: #0b6b60; stroke-width: 1; }
.sheet text { fill: #085a50; font-weight: 700; font-family: system-ui, sans-serif; }
progress { width: 120px; height: 8px; accent-color: var(--accent); vertical-align: middle; }
.brand-groups { display: grid; gap: 18px 28px; grid-template-columns: repeat(auto-fill, minmax(min(260px, 100%), 1fr)); }
.brand-group { align-content: start; gap: 6px; }
.brand-group legend { margin-bottom: 6px; }
.colour { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 2px 10px; align-items: center; }
.colour label { font-weight: 400; }
.colour .hint { grid-column: 2; font-size: 12px; }
.picked { display: flex; gap: 6px; }
.picked input[data-hex] { width: 104px; font-family: ui-monospace, SFMono-Regular, "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: 13px; }
input[type=color] { width: 44px; padding: 3px; cursor: pointer; }
.reading { font-size: 13px; color: var(--soft); padding-left: 10px; border-left: 3px solid var(--line); }
.reading.ok { border-color: var(--ok); }
.reading.wait { border-color: var(--wait); color: var(--wait); }
.reading.bad { border-color: var(--bad); color: var(--bad); }
.preview { margin-inline: auto; width: 100%; max-width: 460px; height: auto; display: block; border-radius: 10px; border: 1px solid var(--line); }
.logo { display: block; max-width: min(100%, 240px); max-height: 80px; padding: 8px; border: 1px solid var(--line); border-radius: 8px; background: #fff; }
.stay { position: sticky; top: 16px; }
@media (max-width: 760px) {
  .stay { order: -1; top: 0; z-index: 2; padding: 8px; justify-items: center; }
  .stay header { display: none !important; }
  .stay .preview { max-height: 32vh; width: auto; max-width: 100%; }
  .brand-page input, .brand-page select, .brand-page button { scroll-margin-top: 36vh; }
  .person { grid-template-columns: minmax(0, 1fr); gap: 8px; padding-bottom: 12px; border-bottom: 1px solid var(--line); }
  .person .nth { padding: 0; text-align: left; }
  .person .nth::before { content: "Signer "; }
  .person .quiet { margin: 0; justify-self: start; }
  .sheet { grid-template-columns: minmax(0, 1fr); padding: 16px; }
  .pair.wide { grid-template-columns: minmax(0, 1fr); gap: 16px; }
  textarea { font-size: 16px; }
  .choice { padding-block: 4px; }
}
`;
