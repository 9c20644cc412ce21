import type { FastifyReply, FastifyRequest } from "fastify";
import { html } from "./html.ts";
import { sendPlain } from "./plain-page.ts";

/** What programs call: these get faults as JSON, whatever they accept. */
const forPrograms = /^\/(?:v3|api|oauth\/token|sign-api|editor-api)(?:[/?]|$)/;

/** Whether a person waits for the answer: a browser that opens a page asks for HTML. */
export function isForPerson({ url, headers }: FastifyRequest): boolean {
  return headers.accept?.includes("text/html") === true && !forPrograms.test(url);
}

/** A fault as a page: what is wrong, and where to go on. */
export function sendFaultPage(
  reply: FastifyReply,
  { status, words }: { readonly status: number; readonly words: string },
): FastifyReply {
  const title = titles[status] ?? "This did not work";
  const more = status === 404 && html`<p>If a letter led you here, its link may have ended: ask whoever sent it.</p>`;
  return sendPlain(reply.code(status), {
    title,
    body: html`<h1>${title}</h1><p>${words}</p>${more}<p><a class="button" href="/">Go to the start</a></p>`.markup,
  });
}

const titles: Readonly<Record<number, string>> = {
  404: "Page not found",
  405: "This cannot be opened",
  500: "Something went wrong",
};
