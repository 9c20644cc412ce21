import type { Kind } from "./draft.ts";

const paths: Readonly<Record<Kind, string>> = {
  signature: "M2 14c3-8 5-10 6-8s-3 8-1 8 3-4 4-4 0 3 2 3 2-1 5-1M2 17h16",
  initials: "M3 14 6.5 5 10 14M4.3 11h4.4M13 5v9M2 17h16",
  date_signed: "M3 5h14v12H3zM3 9h14M7 3v4M13 3v4",
  text: "M4 5h12M10 5v11M7.500 16h5",
  checkbox: "M4 4h12v12H4zM7 10l2.500 2.500L13.500 7",
  radio: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM10 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4Z",
  dropdown: "M3 6h14v8H3zM10.500 9l1.800 2L14 9",
  hyperlink:
    "M8.500 11.500l3-3M9 6.500l2-2a3.200 3.200 0 0 1 4.500 4.500l-2 2M11 13.500l-2 2A3.200 3.200 0 0 1 4.500 11l2-2",
  "text-merge": "M8 3c-3 0-1 6-4 7 3 1 1 7 4 7M12 3c3 0 1 6 4 7-3 1-1 7-4 7",
  "checkbox-merge": "M7 3c-3 0-1 6-4 7 3 1 1 7 4 7M13 3c3 0 1 6 4 7-3 1-1 7-4 7M7.500 10l2 2 3-4",
};

/** The picture of a kind of field, beside its word. */
export function Icon({ kind }: { kind: Kind }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={paths[kind]} />
    </svg>
  );
}
