import type { TestEvent } from "node:test/reporters";
import { inspect } from "node:util";

/** What became of one test: one line of JSON in the file that `test-file.ts` reads. */
export type Outcome = {
  /** The names from the outermost test inwards, joined by " > ". */
  readonly name: string;
  readonly kind: "passed" | "failed" | "skipped";
  /** Why it was skipped, or how it failed, in full. */
  readonly words: string;
};

/** A reporter for `node --test-reporter`: the outcome of every test that has no tests inside it. */
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const names: string[] = [];
  let last = 0;

  for await (const event of events) {
    if (event.type === "test:start") names.splice(event.data.nesting, names.length, event.data.name);
    if (event.type !== "test:pass" && event.type !== "test:fail") continue;

    const isParent = event.data.nesting < last || event.data.details.type === "suite";
    last = event.data.nesting;
    const name = [...names.slice(0, event.data.nesting), event.data.name].join(" > ");
    const outcome = outcomeOf(event, { name, isParent });
    if (outcome) yield `${JSON.stringify(outcome)}\n`;
  }
}

type Ended = Extract<TestEvent, { type: "test:pass" | "test:fail" }>;

function outcomeOf(
  event: Ended,
  { name, isParent }: { readonly name: string; readonly isParent: boolean },
): Outcome | null {
  if (event.type === "test:fail") {
    const { error } = event.data.details;
    if (isParent && "failureType" in error && error.failureType === "subtestsFailed") return null;
    return { name, kind: "failed", words: inspect(error.cause ?? error, { depth: 8 }) };
  }

  const skipped = event.data.skip ?? event.data.todo;
  if (skipped !== undefined && skipped !== false) {
    return {
      name,
      kind: "skipped",
      words: typeof skipped === "string" && skipped !== "" ? skipped : "no reason given",
    };
  }
  return isParent ? null : { name, kind: "passed", words: "" };
}
