import { Fault } from "../../base/faults.ts";

/** What was made, or the fault that refuses it; what the house itself did wrong is thrown. */
export async function refusing<T>(make: () => Promise<T>): Promise<T | Fault> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof Fault && error.status < 500) return error;
    throw error;
  }
}

/** A fault's words beside the field that it is about, where the parameter's name need not be said: "title is too long: …" is "It is too long: …". */
export function wordsOf({ message }: Fault): string {
  if (message === "This value should not be blank") return "Fill this in.";
  const [, told] = /^[a-z_]+ not valid: (.*)$/s.exec(message) ?? [];
  const words = told ?? message.replace(/^[a-z_]+ (?=(?:is|must|may) )/, "It ");
  const sentence = words.slice(0, 1).toUpperCase() + words.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
