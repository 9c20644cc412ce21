// How commands that speak to a server run: misuse told with 2, trouble with 1, else their text, with 0 unless they say otherwise.

import { failure, misuse } from "./command.ts";
import { openServer, type Server } from "./server.ts";

/** What was asked for: the options that name the server, and what to do there. */
export type Doing = {
  readonly given: Parameters<typeof openServer>[0];
  readonly act: (server: Server) => Promise<string | { readonly text: string; readonly code: number }>;
};

/** Reads the words of a command and does what they ask for. `read` answers, or throws, what is wrong with them. */
export async function speak(command: string, read: () => Doing | string): Promise<number> {
  const doing = readOrWords(read);
  if (typeof doing === "string") return misuse(command, doing);
  const server = openServer(doing.given);
  if (typeof server === "string") return misuse(command, server);
  try {
    const said = await doing.act(server);
    const { text, code } = typeof said === "string" ? { text: said, code: 0 } : said;
    process.stdout.write(text);
    return code;
  } catch (error) {
    return failure(command, error);
  }
}

function readOrWords(read: () => Doing | string): Doing | string {
  try {
    return read();
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}.`;
  }
}

/** "NAME <E-MAIL>", or an e-mail address alone. */
export function personOf(who: string): { readonly name: string; readonly email: string } {
  const [, name = "", email = ""] = /^\s*(.*?)\s*<([^<>]+)>\s*$/.exec(who) ?? ["", who, who];
  return { name: name || email, email };
}
