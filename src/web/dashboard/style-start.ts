/** The first steps, and code to be copied. */
export const startStyle = `
ol.steps { list-style: none; counter-reset: step; padding: 0; display: grid; gap: 20px; grid-template-columns: minmax(0, 1fr); }
ol.steps > li { counter-increment: step; }
ol.steps > li > header { justify-content: flex-start; gap: 6px 12px; }
ol.steps > li > header h2::before { content: counter(step); display: inline-grid; place-items: center; width: 24px; height: 24px; margin-right: 10px; border-radius: 50%; background: var(--tint); border: 1px solid var(--line); font-size: 13px; }
ol.steps > li > header:has(.ok) h2::before { background: var(--ok-ground); border-color: transparent; color: var(--ok); content: "✓" / "done"; }
ol.steps .badge { white-space: normal; }
.code { position: relative; }
.code > button { position: absolute; top: 8px; right: 8px; }
.code pre { padding-right: 84px; }
.j-name { color: var(--accent); }
.j-string { color: var(--ink); }
.j-number { color: var(--wait); }
.j-word { color: var(--bad); }
@media (max-width: 760px) { .choices { flex-wrap: wrap; } .choices a { padding: 8px 12px; } }
`;
