/** What the API reference looks like, and the foot of every page. Part of the one style sheet. */
export const docsStyle = `
.bottom { max-width: 1160px; margin: 0 auto; padding: 0 24px 32px; display: flex; flex-wrap: wrap; gap: 6px 20px; font-size: 13px; }
main.door + .bottom { justify-content: center; }
.docs { grid-template-columns: minmax(0, 1fr); }
.docs .lead { max-width: 74ch; }
.docs .search { display: flex; gap: 8px; max-width: 560px; }
.docs .search input { flex: 1; }
.docs .jump { display: flex; flex-wrap: wrap; gap: 6px 16px; list-style: none; padding: 0; font-size: 13px; }
.docs section[id], .docs tr[id] { scroll-margin-top: 16px; }
.docs tr:target, .docs section:target { outline: 2px solid var(--accent); outline-offset: -2px; }
.docs .on { display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: baseline; font-size: 15px; }
.docs .operations td:first-child { width: 46%; }
.docs td ul { margin: 4px 0 0; padding-left: 18px; }
.docs .parameters td:first-child { width: 38%; }
.docs .parameters .deep-1 td:first-child { padding-left: 38px; }
.docs .parameters .deep-2 td:first-child, .docs .parameters .deep-3 td:first-child { padding-left: 56px; }
.docs .must { color: var(--bad); font-size: 12px; font-weight: 550; }
.docs .choices { font-size: 12.5px; color: var(--soft); }
.docs .prose { display: grid; gap: 10px; max-width: 74ch; }
.docs .prose ul { padding-left: 20px; }
@media (max-width: 760px) {
  .bottom { padding-inline: 16px; }
  .docs table.rows td, .docs .operations td:first-child, .docs .parameters td:first-child { width: auto; }
  .docs .parameters .deep-1 td:first-child, .docs .parameters .deep-2 td:first-child, .docs .parameters .deep-3 td:first-child { padding-left: 0; }
  .docs .parameters tr.deep-1 { padding-left: 30px; }
  .docs .parameters tr.deep-2, .docs .parameters tr.deep-3 { padding-left: 44px; }
}
`;
