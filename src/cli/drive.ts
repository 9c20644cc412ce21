// Drives signature requests as an integrator and a signer would, through the public API and the signing page's own calls.

import { randomBytes } from "node:crypto";
import type { AnswerValue, FieldView, SessionView } from "../wire/session.ts";
import type { Server } from "./server.ts";

/** A person who is asked to sign. */
export type Person = { readonly name: string; readonly email: string };

/** What a request is asked for with. */
export type Asking = {
  readonly signers: readonly Person[];
  /** The app in whose iframe it is signed; null: it goes out by mail. */
  readonly clientId: string | null;
  readonly file?: Uint8Array;
  readonly more?: Readonly<Record<string, string>>;
};

/** A request that was made. */
export type Made = { readonly id: string; readonly signatureIds: readonly string[] };

/** Makes a request in test mode; with `edits` puts it in the place of that one. */
export async function ask(server: Server, asking: Asking & { readonly edits?: string }): Promise<Made> {
  const { signers, clientId, file, more = {}, edits } = asking;
  const form = new FormData();
  form.append("test_mode", "1");
  form.append("title", "A test of callbacks");
  form.append("files[0]", new Blob([Buffer.from(file ?? onePage())]), "test.pdf");
  if (clientId !== null) form.append("client_id", clientId);
  for (const [index, { name, email }] of signers.entries()) {
    form.append(`signers[${index}][name]`, name);
    form.append(`signers[${index}][email_address]`, email);
  }
  for (const [name, value] of Object.entries(more)) form.set(name, value);
  const [making, editing] = clientId === null ? ["send", "edit"] : ["create_embedded", "edit_embedded"];
  const [method, path] = edits === undefined ? ["POST", making] : ["PUT", `${editing}/${edits}`];
  type Answer = {
    readonly signature_request: {
      readonly signature_request_id: string;
      readonly signatures: readonly { readonly signature_id: string }[];
    };
  };
  const { signature_request: made } = await server.call<Answer>(method, `/v3/signature_request/${path}`, { form });
  return { id: made.signature_request_id, signatureIds: made.signatures.map(({ signature_id: id }) => id) };
}

/** Makes a template in test mode, whose one field is to stand on this page of a document that has one. */
export async function makeTemplate(
  server: Server,
  { clientId, page }: { readonly clientId: string; readonly page: number },
): Promise<Made> {
  const form = new FormData();
  const field = { document_index: 0, api_id: "sign", type: "signature", signer: 0, required: true };
  const place = { page, x: 72, y: 120, width: 200, height: 30 };
  form.append("test_mode", "1");
  form.append("title", "A test of callbacks");
  form.append("client_id", clientId);
  form.append("files[0]", new Blob([Buffer.from(onePage())]), "test.pdf");
  form.append("signer_roles[0][name]", "Signer");
  form.append("form_fields_per_document", JSON.stringify([{ ...field, ...place }]));
  type Answer = { readonly template: { readonly template_id: string } };
  const { template } = await server.call<Answer>("POST", "/v3/template/create", { form });
  return { id: template.template_id, signatureIds: [] };
}

/** A signing page that somebody has open: what its script says to the server. */
export type OpenPage = {
  readonly view: SessionView;
  readonly sign: () => Promise<void>;
  readonly decline: (reason: string) => Promise<void>;
  readonly reassign: (to: Person) => Promise<void>;
  /** Goes to be identified and fails; the development provider offers that. */
  readonly failIdentification: () => Promise<void>;
  /** The same link in another browser. */
  readonly openElsewhere: () => Promise<void>;
};

/** Opens the signing page of a signature, as an iframe of the app does. */
export async function openPage(
  server: Server,
  { signatureId, clientId }: { readonly signatureId: string; readonly clientId: string },
): Promise<OpenPage> {
  type Answer = { readonly embedded: { readonly sign_url: string } };
  const { embedded } = await server.call<Answer>("GET", `/v3/embedded/sign_url/${signatureId}`);
  type App = { readonly api_app: { readonly domains: readonly string[] } };
  const { api_app } = await server.call<App>("GET", `/v3/api_app/${clientId}`);
  const token = new URL(embedded.sign_url).searchParams.get("token") ?? "";
  const claim = (tab: string) => {
    const body = {
      kind: "embedded",
      token,
      tab,
      clientId,
      parentOrigin: `https://${api_app.domains[0] ?? "localhost"}`,
    };
    return say<SessionView>(server, { path: "claim", body });
  };
  const tab = randomBytes(32).toString("hex");
  const view = await claim(tab);
  if (!view.ok) throw new Error(`The signing page does not open: ${JSON.stringify(view)}`);
  const bearer = `${token}.${tab}`;
  const act = async (path: string, body: object) => {
    const said = await say<{ readonly ok: boolean }>(server, { path, body, bearer });
    if (!said.ok) throw new Error(`The signing page refuses: ${JSON.stringify(said)}`);
  };
  return {
    view,
    sign: () =>
      act("finish", {
        answers: Object.fromEntries(view.fields.flatMap((field) => answerTo(field, view.signer.name))),
        hands: view.hands,
        consentVersion: view.consent.version,
        timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      }),
    decline: (reason) => act("decline", { reason }),
    failIdentification: () => failIdentification(server, { bearer, signUrl: embedded.sign_url }),
    reassign: ({ name, email }) => act("reassign", { name, email, reason: "A test" }),
    openElsewhere: async () => {
      await claim(randomBytes(32).toString("hex"));
    },
  };
}

function answerTo({ apiId, type }: FieldView, name: string): readonly (readonly [string, AnswerValue])[] {
  return type === "signature" || type === "initials" ? [[apiId, name]] : [];
}

type Failing = { readonly bearer: string; readonly signUrl: string };

async function failIdentification(server: Server, { bearer, signUrl }: Failing): Promise<void> {
  const { pathname, search } = new URL(signUrl);
  const body = { returnTo: pathname + search };
  const { url } = await say<{ readonly url?: string }>(server, { path: "identify", body, bearer });
  const { pathname: path = "" } = URL.parse(url ?? "") ?? {};
  if (!path.startsWith("/eid/development/"))
    throw new Error("Only the development provider of electronic identification offers to fail.");
  await fetch(`${server.url}${path}/fail`, { method: "POST", signal: AbortSignal.timeout(30_000) });
}

type Saying = { readonly path: string; readonly body: object; readonly bearer?: string };

async function say<T>({ url }: Server, { path, body, bearer }: Saying): Promise<T> {
  const response = await fetch(`${url}/sign-api/${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  return (await response.json()) as T;
}

/** A page that says what it is for. */
export function onePage(): Uint8Array {
  const content = "BT /F 14 Tf 72 720 Td (A test of callbacks) Tj ET";
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F 5 0 R >> >> /Contents 4 0 R >>",
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  let text = "%PDF-1.4\n";
  const places = objects.map((object, index) => {
    const at = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(at).padStart(10, "0")} 00000 n \n`;
  });
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.join("")}`;
  const end = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(text + table + end, "latin1");
}
