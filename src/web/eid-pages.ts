import type { FastifyReply } from "fastify";
import { html } from "./html.ts";
import { sendPlain } from "./plain-page.ts";

/** Sends the page of the development provider for one who goes by this name; `token` is the secret of their identification. */
export function sendDevelopment(
  reply: FastifyReply,
  { name, token }: { readonly name: string; readonly token: string },
): FastifyReply {
  const body = html`<h1>Development identification</h1>
<p>This page stands where a provider of electronic identification would be. It proves nothing about anybody: it is for trying out what comes next.</p>
<form class="card" method="post" action="/eid/development/${token}/confirm"><p>Signer: ${name}</p><button>Confirm identity</button></form>
<form class="card" method="post" action="/eid/development/${token}/fail"><p>Or let the identification fail:</p><button>Fail</button></form>`;
  return sendPlain(reply, { title: "Development identification", body: body.markup, mayBeFramed: true });
}

/** Sends a page that says what went wrong on the way back from an identification; where it may pass, with a way to try again. */
export function sendTrouble(
  reply: FastifyReply,
  { status, message }: { readonly status: number; readonly message: string },
): FastifyReply {
  const again = html`<p><a class="button" href="">Try again</a></p>`;
  const body = html`<h1>Your identification could not be taken over</h1>
<p>${message}</p>
${status >= 500 ? again : null}`;
  reply.code(status);
  return sendPlain(reply, { title: "Identification", body: body.markup, mayBeFramed: true });
}
