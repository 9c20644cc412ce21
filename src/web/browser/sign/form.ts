import { useState } from "preact/hooks";
import { shownFields } from "../../../signing/conditions.ts";
import { checkAnswer, checkAnswers } from "../../../signing/validation.ts";
import type { AnswerValue, FieldView, SessionView } from "../../../wire/session.ts";
import { type Answers, changesOf } from "./progress.ts";
import { say, speak } from "./say.ts";

/** Words by api_id. */
export type Flaws = Readonly<Record<string, string>>;

/** The answers and flaws of one visit. */
export type Form = {
  readonly answers: Answers;
  /** The fields that are there while these are the answers. */
  readonly shown: readonly FieldView[];
  readonly flaws: Flaws;
  /** One sentence for the live region, or empty. */
  readonly notice: string;
  readonly tell: (sentence: string) => void;
  /** Takes answers in and saves them. */
  readonly answer: (changes: Answers) => void;
  readonly change: (field: FieldView, value: AnswerValue) => void;
  /** The signer has left the field: the time to say that its value is wrong. An empty one is told only at the finish. */
  readonly leave: (field: FieldView) => void;
  /** Checks everything. The first field in the way, after telling it; null when there is none. */
  readonly check: () => FieldView | null;
  /** Tells these flaws, as the server found them. The first field among them. */
  readonly showFlaws: (found: Flaws) => FieldView | null;
};

/** `told` is the last sentence said, and the field it was said about, if any. */
type Sheet = {
  readonly answers: Answers;
  readonly flaws: Flaws;
  readonly told: { readonly sentence: string; readonly apiId: string | null };
};

const nothing = { sentence: "", apiId: null };

/** What the signer has answered, what is wrong with it, and what was last said about it. */
export function useForm(session: SessionView, save: (changes: Answers) => void): Form {
  const { fields } = session;
  // A browser may fill in several fields at once: each change starts from the one before, not from what is drawn.
  const [sheet, update] = useState<Sheet>({ answers: session.answers, flaws: {}, told: nothing });

  const answer = (changes: Answers) => {
    update(({ answers: before, flaws: known, told }) => {
      const answers = { ...before, ...changes };
      const flaws = stillFlawed(known, { fields, answers });
      return { answers, flaws, told: told.apiId !== null && flaws[told.apiId] !== undefined ? told : nothing };
    });
    save(changes);
  };

  const showFlaws = (found: Flaws): FieldView | null => {
    const first = fields.find(({ apiId }) => found[apiId] !== undefined) ?? null;
    update(({ answers }) => ({ answers, flaws: found, told: first ? tellFlaw(first, found) : nothing }));
    return first;
  };

  const leave = (field: FieldView) =>
    update((before) => {
      const value = before.answers[field.apiId];
      const says = value === undefined || value === "" ? null : checkAnswer(field, value);
      const flaw = says && speak(says);
      if (flaw === null) return before;
      // After a finish the flaw may be known already, but nobody has told it.
      const flaws = { ...before.flaws, [field.apiId]: flaw };
      return { ...before, flaws, told: tellFlaw(field, flaws) };
    });

  const shown = shownFields(fields, { answers: sheet.answers });
  return {
    answers: sheet.answers,
    shown,
    flaws: sheet.flaws,
    notice: sheet.told.sentence,
    tell: (sentence) => update((before) => ({ ...before, told: { sentence, apiId: null } })),
    answer,
    change: (field, value) => answer(changesOf(field, { value, fields })),
    leave,
    check: () => showFlaws(Object.fromEntries(allFlaws(shown, sheet.answers))),
    showFlaws,
  };
}

function tellFlaw({ apiId, name, page }: FieldView, flaws: Flaws): Sheet["told"] {
  return { sentence: say("bar.stillNeeded", { name, page, flaw: flaws[apiId] ?? "" }), apiId };
}

function allFlaws(fields: readonly FieldView[], answers: Answers): ReadonlyMap<string, string> {
  return new Map([...checkAnswers(fields, answers)].map(([apiId, says]) => [apiId, speak(says)]));
}

/** Known flaws vanish as soon as they are mended; new ones wait until the field is left. */
function stillFlawed(known: Flaws, { fields, answers }: { fields: readonly FieldView[]; answers: Answers }): Flaws {
  const now = allFlaws(shownFields(fields, { answers }), answers);
  return Object.fromEntries(
    Object.keys(known).flatMap((apiId) => {
      const flaw = now.get(apiId);
      return flaw === undefined ? [] : [[apiId, flaw]];
    }),
  );
}
