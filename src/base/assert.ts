/** Throws when something that the code relies on is not so: a bug, never bad input. */
export function assert(holds: unknown, what: string): asserts holds {
  if (!holds) throw new Error(`Assertion failed: ${what}`);
}

/** The value, which the code knows to be there. */
export function present<T>(value: T | null | undefined, what: string): T {
  assert(value !== null && value !== undefined, `${what} is present`);
  return value;
}

/** Marks a branch that the types say cannot be reached. */
export function unreachable(value: never): never {
  throw new Error(`Unreachable: ${JSON.stringify(value)}`);
}
