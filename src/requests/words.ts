import type { Work } from "../events/work.ts";
import { rememberRequests } from "../storage/request-words.ts";

/**
 * Writes the words by which a request is found as it stands now: after a change of its signers, and after an event with a message.
 * `sendRequest` writes the first ones, and what is destroyed has none.
 */
export async function keepWords(work: Work, requestId: string): Promise<void> {
  const messages = work.happened
    .filter((one) => one.requestId === requestId)
    .flatMap(({ message }) => (message === null ? [] : [message]));
  await rememberRequests(work, { ids: [requestId], messages });
}
