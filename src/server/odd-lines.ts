import type { Socket } from "node:net";
import { badRequest } from "../base/faults.ts";

/** What Node's reader of requests cannot make one of, by the code that it gives. */
const words: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW:
    "The address and the headers of this request are too long together: at most 16 KB. Send parameters in the body.",
  ERR_HTTP_REQUEST_TIMEOUT: "The request did not arrive in time.",
};

/**
 * Answers what is no whole request, as every error is answered, and ends the connection: nothing behind it can be read. No hook runs
 * for it, so that it stands in no log of calls.
 */
export function refuseLine({ code }: { readonly code?: string }, socket: Socket): void {
  if (code === "ECONNRESET" || socket.destroyed) return;
  const { status, faultName, message } = badRequest(words[code ?? ""] ?? "This is not an HTTP request.");
  const body = JSON.stringify({ error: { error_msg: message, error_name: faultName } });
  if (socket.writable)
    socket.write(
      `HTTP/1.1 ${status} Bad Request\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\ncache-control: no-store\r\nconnection: close\r\n\r\n${body}`,
    );
  socket.destroy();
}
