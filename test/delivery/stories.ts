import assert from "node:assert/strict";
import { line, paper } from "../documents/papers.ts";
import { newTab, openPen } from "../support/pen.ts";
import type { Ledger } from "./ledger.ts";
import type { Victim } from "./victim.ts";

/** What a request was answered with, and what its story then demands. */
export type Promised = {
  readonly story: string;
  readonly requestId: string;
  /** The event types without `signature_request_`, with the index of the signature that they name. */
  readonly events: readonly (readonly [type: string, signature: number | null])[];
  readonly signatures: readonly string[];
  readonly ends: "complete" | "canceled" | "declined" | "error";
};

/** Who tells a story: against which server, what has been promised so far, and when to kill. */
export type Teller = {
  readonly victim: Victim;
  readonly ledger: Ledger;
  readonly promised: Promised[];
  /** The words of calls that were never answered: their requests may exist or not. */
  readonly unanswered: Set<string>;
  /** Called at each moment of a story that has a name; `comes` resolves when it has come, where that takes a while. */
  readonly at: (moment: string, comes?: () => Promise<void>) => Promise<void>;
};

/** A story that is told from its first call to its end, through every death of the server. */
export type Story = (teller: Teller, name: string) => Promise<void>;

/** Two people sign a document of so many files. */
export function signedByTwo(files: number): Story {
  return async (teller, name) => {
    const { victim, ledger, at } = teller;
    const before = victim.childTimes();
    const { id, signatures } = await create(teller, {
      name,
      to: "create_embedded",
      files: filesOf(files, "Agreement"),
    });
    const events = ["sent", "viewed 0", "signed 0", "viewed 1", "signed 1", "all_signed", "downloadable"];
    promise(teller, { story: name, requestId: id, signatures, ends: "complete", ...told(events) });
    await at("create answered");
    await at("child at work on the files", () => victim.childWorks(before));

    await ledger.heard("signature_request_sent", id);
    for (const [index, signature] of signatures.entries()) {
      const pen = await takePen(teller, signature);
      await at("claim answered");
      await victim.reach(pen.save);
      await at("answers saved");
      const rested = victim.childTimes();
      await victim.reach(pen.finish);
      if (index + 1 < signatures.length) await at("finish answered");
      else await at("child at work on the seal", () => victim.childWorks(rested));
    }
    await ledger.heard("signature_request_downloadable", id);
  };
}

/** A request by mail, its file at an address; a reminder; withdrawn. */
export function canceled(fileUrl: string): Story {
  return async (teller, name) => {
    const { victim, ledger, at } = teller;
    const { id, signatures } = await create(teller, { name, to: "send", fileUrl });
    promise(teller, {
      story: name,
      requestId: id,
      signatures,
      ends: "canceled",
      ...told(["sent", "remind 0", "canceled"]),
    });
    await at("send answered");
    await ledger.heard("signature_request_sent", id);
    await victim.reach(async (tries) => {
      const body = { email_address: "signer0@example.com" };
      const { status } = await victim.server.call("POST", `/signature_request/remind/${id}`, body);
      assert.ok(status === 200 || (tries > 1 && status === 400), `remind: ${status}`);
    });
    await at("remind answered");
    await victim.reach(async (tries) => {
      const { status } = await victim.server.call("POST", `/signature_request/cancel/${id}`);
      assert.ok(status === 200 || (tries > 1 && status === 410), `cancel: ${status}`);
    });
    await at("cancel answered");
    await ledger.heard("signature_request_canceled", id);
  };
}

/** One of two signers declines. */
export const declined: Story = async (teller, name) => {
  const { victim, ledger, at } = teller;
  const { id, signatures } = await create(teller, { name, to: "create_embedded", files: filesOf(1, "Agreement") });
  promise(teller, {
    story: name,
    requestId: id,
    signatures,
    ends: "declined",
    ...told(["sent", "viewed 1", "declined 1"]),
  });
  await ledger.heard("signature_request_sent", id);
  const pen = await takePen(teller, signatures[1] ?? "");
  await victim.reach(() => pen.decline("Not like this."));
  await at("decline answered");
  await ledger.heard("signature_request_declined", id);
};

/** A text tag that is malformed: processing ends with the one event that says so. */
export const malformed: Story = async (teller, name) => {
  const { ledger, at } = teller;
  const files = filesOf(1, "[sig|req]");
  const { id, signatures } = await create(teller, { name, to: "create_embedded", files, useTextTags: true });
  promise(teller, { story: name, requestId: id, signatures, ends: "error", events: [["file_error", null]] });
  await at("create of a malformed tag answered");
  await ledger.heard("file_error", id);
};

/** A call that is refused: nothing of it may ever be heard. */
export const refused: Story = async (teller, name) => {
  const { victim, at } = teller;
  await victim.reach(async (tries) => {
    const form = formOf(victim, { name: `refused ${name}`, to: "create_embedded", files: filesOf(1, "No"), tries });
    form.delete("signers[1][email_address]");
    const { status, body } = await victim.server.call("POST", "/signature_request/create_embedded", form);
    assert.equal(status, 400, JSON.stringify(body));
  });
  await at("refusal answered");
};

type Creating = {
  readonly name: string;
  readonly to: "create_embedded" | "send";
  readonly files?: readonly Uint8Array[];
  readonly fileUrl?: string;
  readonly useTextTags?: boolean;
};

async function create(teller: Teller, creating: Creating) {
  const { victim, unanswered } = teller;
  return victim.reach(async (tries) => {
    const word = wordOf({ ...creating, tries });
    unanswered.add(word);
    const form = formOf(victim, { ...creating, tries });
    const { status, body } = await victim.server.call("POST", `/signature_request/${creating.to}`, form);
    unanswered.delete(word);
    assert.equal(status, 200, JSON.stringify(body));
    const shown = body.signature_request as unknown as Shown;
    return { id: shown.signature_request_id, signatures: shown.signatures.map(({ signature_id: one }) => one) };
  });
}

type Shown = {
  readonly signature_request_id: string;
  readonly signatures: readonly { readonly signature_id: string }[];
};

function wordOf({ name, tries }: { readonly name: string; readonly tries: number }): string {
  return `${name}, call ${tries}`;
}

/** The multipart body of a creating call; its word stands in the request's metadata. */
export function formOf({ server }: Pick<Victim, "server">, creating: Creating & { readonly tries: number }): FormData {
  const form = new FormData();
  form.set("title", creating.name);
  form.set("metadata[word]", wordOf(creating));
  form.set("client_id", server.clientId);
  form.set("allow_decline", "1");
  if (creating.useTextTags) form.set("use_text_tags", "1");
  for (const index of [0, 1]) {
    form.set(`signers[${index}][name]`, `Signer ${index}`);
    form.set(`signers[${index}][email_address]`, `signer${index}@example.com`);
  }
  creating.files?.forEach((bytes, index) => {
    form.set(`files[${index}]`, new Blob([Buffer.from(bytes)]), `paper-${index}.pdf`);
  });
  if (creating.fileUrl) form.set("file_urls[0]", creating.fileUrl);
  return form;
}

async function takePen({ victim, at }: Teller, signatureId: string) {
  const { server } = victim;
  const link = await victim.reach(async () => {
    const { status, body } = await server.call("GET", `/embedded/sign_url/${signatureId}`);
    assert.equal(status, 200, JSON.stringify(body));
    return (body.embedded as unknown as { readonly sign_url: string }).sign_url;
  });
  await at("sign_url answered");
  const tab = newTab();
  return victim.reach(() => openPen({ url: server.url, link, clientId: server.clientId, tab }));
}

function promise({ promised }: Teller, one: Promised): void {
  promised.push(one);
}

/** "viewed 0" as an event of the first signature, "sent" as one of all. */
function told(events: readonly string[]): Pick<Promised, "events"> {
  return {
    events: events.map((text) => {
      const [type = "", index] = text.split(" ");
      return [`signature_request_${type}`, index === undefined ? null : Number(index)] as const;
    }),
  };
}

function filesOf(count: number, text: string): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, index) => paper({ content: line(72, 700, `${text} ${index}`) }));
}
