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
