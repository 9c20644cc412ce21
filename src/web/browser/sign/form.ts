import { useState } from "preact/hooks";
import { checkAnswer, checkAnswers } from "../../../signing/validation.ts";
import type { AnswerValue, FieldView, SessionView } from "../../../wire/session.ts";
import { type Answers, chooseRadio } from "./progress.ts";
import { words } from "./words.ts";

/** Words by api_id. */
export type Flaws = Readonly<Record<string, string>>;

/** The answers and flaws of one visit. */
export type Form = {
  readonly answers: Answers;
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

/** What the signer has answered, what is wrong with it, and what was last said about it. */
export function useForm(session: SessionView, save: (apiId: string, value: AnswerValue) => void): Form {
  const { fields } = session;
  const [answers, setAnswers] = useState<Answers>(session.answers);
  const [flaws, setFlaws] = useState<Flaws>({});
  const [notice, tell] = useState("");

  const answer = (changes: Answers) => {
    const next = { ...answers, ...changes };
    setAnswers(next);
    setFlaws(stillFlawed(flaws, { fields, answers: next }));
    tell("");
    for (const [apiId, value] of Object.entries(changes)) save(apiId, value);
  };

  const showFlaws = (found: Flaws): FieldView | null => {
    const first = fields.find(({ apiId }) => found[apiId] !== undefined) ?? null;
    setFlaws(found);
    if (first) tell(words.bar.stillNeeded(first.name, first.page, found[first.apiId] ?? ""));
    return first;
  };

  const leave = (field: FieldView) => {
    const value = answers[field.apiId];
    const flaw = value === undefined || value === "" ? null : checkAnswer(field, value);
    if (flaw === null || flaw === flaws[field.apiId]) return;
    setFlaws({ ...flaws, [field.apiId]: flaw });
    tell(words.bar.stillNeeded(field.name, field.page, flaw));
  };

  return {
    answers,
    flaws,
    notice,
    tell,
    answer,
    change: (field, value) => answer(field.type === "radio" ? chooseRadio(field, fields) : { [field.apiId]: value }),
    leave,
    check: () => showFlaws(Object.fromEntries(checkAnswers(fields, answers))),
    showFlaws,
  };
}

/** Known flaws vanish as soon as they are mended; new ones wait until the field is left. */
function stillFlawed(known: Flaws, { fields, answers }: { fields: readonly FieldView[]; answers: Answers }): Flaws {
  const now = checkAnswers(fields, answers);
  return Object.fromEntries(
    Object.keys(known).flatMap((apiId) => {
      const flaw = now.get(apiId);
      return flaw === undefined ? [] : [[apiId, flaw]];
    }),
  );
}
