import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import type { Command } from "./command.ts";
import { type Server, serverHelp, serverOptions } from "./server.ts";
import { personOf, speak } from "./spoken.ts";
import { age, cut, paint, table } from "./table.ts";

const help = `Sends signature requests, and shows how they stand.

Usage: countersign requests send FILE... --signer "NAME <E-MAIL>" [--title TEXT] [--message TEXT] [--test] [--client-id ID]
       countersign requests list
       countersign requests status ID
       countersign requests files ID [--output FILE] [--zip]
       countersign requests remind ID --email E-MAIL
       countersign requests cancel ID

  --signer WHO      who signs; may be given several times
  --in-order        one after the other, in the order in which they are named
  --test            a test: not legally binding
  --text-tags       fields are where the text tags of the document are
  --client-id ID    to be signed in an iframe, by this app
  --output FILE     where the document goes (its title, in this folder)
  --zip             with the files as they were sent
  --json            prints what the server answered
${serverHelp}
Exit code: 0 done, 1 the server said no or cannot be reached, 2 an option cannot be used.

Examples
  countersign requests send lease.pdf --signer "Ann Lee <ann@example.com>" --title "Lease of a flat" --test
  countersign requests status fa5c8a0b0f492d768749333ad6fcc214c111e967
  countersign requests files fa5c8a0b0f492d768749333ad6fcc214c111e967 --output lease-signed.pdf
`;

/** `countersign requests`. */
export const requestsCommand: Command = {
  name: "requests",
  says: "send signature requests, show how they stand",
  help,
  run,
};

type Values = {
  readonly signer: readonly string[];
  readonly title?: string;
  readonly message?: string;
  readonly email?: string;
  readonly output?: string;
  readonly "client-id"?: string;
  readonly test: boolean;
  readonly zip: boolean;
  readonly json: boolean;
  readonly "in-order": boolean;
  readonly "text-tags": boolean;
};
type Asked = { readonly server: Server; readonly values: Values; readonly names: readonly string[] };

function run(words: readonly string[]): Promise<number> {
  return speak("requests", () => {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        ...serverOptions,
        signer: { type: "string", multiple: true, default: [] },
        title: { type: "string" },
        message: { type: "string" },
        email: { type: "string" },
        output: { type: "string" },
        "client-id": { type: "string" },
        test: { type: "boolean", default: false },
        zip: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        "in-order": { type: "boolean", default: false },
        "text-tags": { type: "boolean", default: false },
      },
    });
    const [action = "list", ...names] = positionals;
    const act = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (act === undefined) return `There is no requests ${action}.`;
    if (action !== "list" && names.length === 0)
      return action === "send" ? "Name the file to be signed." : "Name the request's id.";
    if (action === "send" && values.signer.length === 0) return 'Say who signs: --signer "Ann Lee <ann@example.com>".';
    return { given: values, act: (server) => act({ server, values, names }) };
  });
}

const actions: Readonly<Record<string, (asked: Asked) => Promise<string>>> = {
  send,
  list,
  status,
  files,
  remind,
  cancel,
};

type Request = {
  readonly signature_request_id: string;
  readonly title: string;
  readonly created_at: number;
  readonly is_complete: boolean;
  readonly is_declined: boolean;
  readonly has_error: boolean;
  readonly signatures: readonly {
    readonly signer_name: string;
    readonly signer_email_address: string;
    readonly status_code: string;
    readonly signed_at: number | null;
  }[];
};
type One = { readonly signature_request: Request };

async function send({ server, values, names }: Asked): Promise<string> {
  const form = new FormData();
  for (const [index, path] of names.entries())
    form.append(`files[${index}]`, new Blob([readFileSync(path)]), basename(path));
  for (const [index, who] of values.signer.entries()) {
    const { name, email } = personOf(who);
    form.append(`signers[${index}][name]`, name);
    form.append(`signers[${index}][email_address]`, email);
    if (values["in-order"]) form.append(`signers[${index}][order]`, String(index));
  }
  if (values.title) form.append("title", values.title);
  if (values.message) form.append("message", values.message);
  if (values.test) form.append("test_mode", "1");
  if (values["text-tags"]) form.append("use_text_tags", "1");
  const app = values["client-id"];
  if (app) form.append("client_id", app);
  const path = app ? "/v3/signature_request/create_embedded" : "/v3/signature_request/send";
  const answer = await server.call<One>("POST", path, { form });
  return shown(
    values,
    answer,
    ({ signature_request: request }) => `Sent: ${request.signature_request_id}\n${signersOf(request)}`,
  );
}

async function list({ server, values }: Asked): Promise<string> {
  const answer = await server.call<{ readonly signature_requests: readonly Request[] }>(
    "GET",
    "/v3/signature_request/list?page_size=20",
  );
  return shown(values, answer, ({ signature_requests: requests }) =>
    requests.length === 0
      ? "There are no requests yet.\n"
      : table(
          ["WHEN", "STATE", "SIGNED", "TITLE", "REQUEST"],
          requests.map((request) => [
            age(request.created_at),
            stateOf(request),
            signedOf(request),
            cut(request.title, 40),
            request.signature_request_id,
          ]),
        ),
  );
}

/** Of a group one signs: the others do not count once somebody has. */
function signedOf({ signatures }: Request): string {
  const wanted = signatures.filter(({ status_code: code }) => code !== "success");
  return `${wanted.filter(({ signed_at: at }) => at !== null).length}/${wanted.length}`;
}

async function status({ server, values, names: [id = ""] }: Asked): Promise<string> {
  const answer = await server.call<One>("GET", `/v3/signature_request/${encodeURIComponent(id)}`);
  return shown(
    values,
    answer,
    ({ signature_request: request }) => `${request.title}: ${stateOf(request)}\n${signersOf(request)}`,
  );
}

async function files({ server, values, names: [id = ""] }: Asked): Promise<string> {
  const path = `/v3/signature_request/files/${encodeURIComponent(id)}?file_type=${values.zip ? "zip" : "pdf"}`;
  const { bytes, name } = await server.download(path);
  const target = values.output ?? basename(name);
  await writeFile(target, bytes, { flag: values.output === undefined ? "wx" : "w" });
  return values.json
    ? `${JSON.stringify({ file: target, bytes: bytes.length })}\n`
    : `${target}, ${bytes.length} bytes\n`;
}

async function remind({ server, values, names: [id = ""] }: Asked): Promise<string> {
  if (values.email === undefined) throw new Error("Say whom: --email ann@example.com");
  const body = { email_address: values.email };
  const answer = await server.call<One>("POST", `/v3/signature_request/remind/${encodeURIComponent(id)}`, { body });
  return shown(values, answer, () => `${values.email ?? ""} is reminded.\n`);
}

async function cancel({ server, values, names: [id = ""] }: Asked): Promise<string> {
  const answer = await server.call<object>("POST", `/v3/signature_request/cancel/${encodeURIComponent(id)}`);
  return shown(values, answer, () => `${id} is withdrawn.\n`);
}

function shown<T>({ json }: Values, answer: T, words: (answer: T) => string): string {
  return json ? `${JSON.stringify(answer, null, 2)}\n` : words(answer);
}

function stateOf({ is_complete: isComplete, is_declined: isDeclined, has_error: hasError }: Request): string {
  if (hasError) return paint("red", "failed");
  if (isDeclined) return paint("red", "declined");
  return isComplete ? paint("green", "complete") : paint("yellow", "open");
}

function signersOf({ signatures }: Request): string {
  return table(
    ["SIGNER", "E-MAIL", "STATE"],
    signatures.map(({ signer_name: name, signer_email_address: email, status_code: state }) => [name, email, state]),
  );
}
