import { onePage } from "../support/requests.ts";
import type { Visitor } from "./visitor.ts";

/** What is typed into the form that sends a document; a field of a list is there once for each of its values. */
export type Typing = Readonly<Record<string, string | readonly string[]>>;

/** A file as a browser brings it. */
export type Brought = { readonly name: string; readonly bytes: Uint8Array };

/** One signer, and what is ticked at first. */
export const filled: Typing = {
  signer_name: ["Ann Lee", "", ""],
  signer_email: ["ann@example.com", "", ""],
  title: "Lease",
  subject: "",
  message: "",
  cc: "",
  expires: "",
  client_id: "",
  test_mode: "on",
  allow_decline: "on",
  places: "tags",
};

/** One page without tags. */
export const contract: Brought = { name: "contract.pdf", bytes: onePage };

/** The form as a browser fills it in: what the page itself says of it, what is typed, and the files behind. */
export async function formFor(
  visitor: Visitor,
  { typing = {}, files = [contract] }: { readonly typing?: Typing; readonly files?: readonly Brought[] } = {},
): Promise<FormData> {
  const { text } = await visitor.get("/app/requests/new");
  const form = new FormData();
  for (const name of ["key", "once"])
    form.append(name, new RegExp(`name="${name}" value="(\\w+)"`).exec(text)?.[1] ?? "");
  for (const [name, value] of Object.entries({ ...filled, ...typing }))
    for (const one of [value].flat()) form.append(name, one);
  for (const { name, bytes } of files) form.append("files", new Blob([Buffer.from(bytes)]), name);
  return form;
}

/** Sends the form. */
export async function sendForm(visitor: Visitor, form: FormData) {
  const answer = await visitor.post("/app/requests/new", form);
  const [, id = "", done = ""] = /^\/app\/requests\/([0-9a-f]{40})\?done=(\w+)$/.exec(answer.location ?? "") ?? [];
  return { ...answer, id, done };
}
