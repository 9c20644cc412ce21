/** One command: its name, one sentence for the list, its help, and what it does with its words; resolves to the exit code. */
export type Command = {
  readonly name: string;
  readonly says: string;
  readonly help: string;
  readonly run: (words: readonly string[]) => Promise<number>;
};

/** A command that was called in a way that it does not have: told in words, with exit code 2. */
export function misuse(command: string, words: string): number {
  process.stderr.write(`countersign ${command}: ${words} Try: countersign ${command} --help\n`);
  return 2;
}

/** A command that could not do what it was asked for: told in words, with exit code 1. */
export function failure(command: string, error: unknown): number {
  process.stderr.write(`countersign ${command}: ${wordsOf(error)}\n`);
  return 1;
}

/** An error in words, with those of its cause where that is told apart. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error;
  return cause instanceof Error && !message.includes(cause.message) ? `${message} (${cause.message})` : message;
}
