/** How pages show that they are kept as things are now, and what has just arrived. */
export const liveStyle = `
.live { display: inline-flex; align-items: center; gap: 6px; margin-left: 10px; padding: 0 2px 0 10px; border: 1px solid var(--line); border-radius: 999px; background: var(--paper); font-size: 12px; font-weight: 600; color: var(--soft); white-space: nowrap; vertical-align: middle; }
.live[hidden] { display: none; }
.live::before { content: ""; width: 7px; height: 7px; border-radius: 50%; background: var(--edge); }
.live[data-state=live]::before { background: var(--ok); }
.live[data-state=lost]::before { background: var(--bad); }
.live button { font-size: 12px; padding: 0 8px; min-height: 24px; }
.said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@keyframes arrive { from { background: var(--ok-ground); } }
.arrived { animation: arrive 2.5s ease-out; }
@media (prefers-reduced-motion: reduce) { .arrived { animation: none; } }
@media (max-width: 760px) { .live { margin-left: 0; }
  .live button.quiet { min-height: 32px; } }
`;
