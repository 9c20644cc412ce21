/** Where the signer stands: which field is at hand, and how it is shown - on the page, in the sheet of a phone, in a form. */
import { useLayoutEffect, useState } from "preact/hooks";
import type { FieldView, SessionView } from "../../../wire/session.ts";
import { goToField } from "./go-to.ts";
import { useIsPhone } from "./phone.ts";
import { unitsOf } from "./progress.ts";
import { setZoom } from "./zoom.ts";

/** The way through the fields. */
export type Way = {
  /** The api_id of the field at hand; null before the first one. */
  readonly current: string | null;
  readonly isForm: boolean;
  /** The fields that are in the sheet: one, a group, or none. */
  readonly sheet: readonly FieldView[];
  /** The signer has come to a field. */
  readonly meet: (field: FieldView) => void;
  /** Brings the signer to a field. */
  readonly goTo: (field: FieldView) => void;
  /** To the field before, where a sheet is open and there is one. */
  readonly back: (() => void) | null;
  /** Closes the sheet. */
  readonly leave: () => void;
  /** Between form and document, where the request leaves the choice. */
  readonly switchView: (() => void) | null;
};

/** The way through the fields that are there. */
export function useWay({ formView }: SessionView, shown: readonly FieldView[]): Way {
  const isPhone = useIsPhone();
  const [current, setCurrent] = useState<string | null>(null);
  const [isForm, setIsForm] = useState(formView === "forced" || formView === "enabled_by_default");
  const [sheetAt, setSheetAt] = useState<string | null>(null);
  const usesSheet = isPhone && !isForm;
  const units = usesSheet && sheetAt !== null ? unitsOf(shown) : [];
  const at = units.findIndex((unit) => unit.some(({ apiId }) => apiId === sheetAt));
  const sheet = units[at] ?? [];
  const inSheet = sheet.find(({ apiId }) => apiId === sheetAt);

  // Before anything is painted: who types on must not type into nothing while the control moves.
  useLayoutEffect(() => {
    if (!inSheet) return;
    goToField(inSheet);
    // As with the Tab key: what is there is ready to be typed over.
    if (document.activeElement instanceof HTMLInputElement) document.activeElement.select();
  }, [inSheet?.apiId]);

  const goTo = (field: FieldView) => {
    if (field.type === "attachment") {
      setSheetAt(null);
      goToField(field);
    } else if (usesSheet && sheetAt !== field.apiId) setSheetAt(field.apiId);
    else goToField(field);
  };
  const before = units.slice(0, Math.max(at, 0)).findLast(([first]) => first !== undefined && isStop(first));

  return {
    current,
    isForm,
    sheet,
    meet: (field) => {
      setCurrent(field.apiId);
      // A box is ticked where it stands: a sheet that opened or closed under the finger would take the tap away.
      if (usesSheet && field.type === "text" && !sheet.includes(field)) setSheetAt(field.apiId);
    },
    goTo,
    back: before?.[0] ? () => before[0] && goTo(before[0]) : null,
    leave: () => {
      if (sheetAt === null) return;
      setSheetAt(null);
      const box = document.getElementById("paper");
      if (!box) return;
      setZoom(box, 1);
      box.focus({ preventScroll: true });
    },
    switchView: formView === "disabled" || formView === "forced" ? null : () => setIsForm(!isForm),
  };
}

function isStop({ type }: FieldView): boolean {
  return type !== "date_signed" && type !== "hyperlink" && type !== "attachment";
}
