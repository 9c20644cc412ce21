import assert from "node:assert/strict";
import { onePage } from "../support/requests.ts";
import type { TestServer } from "../support/server.ts";

/** Sends a request to be signed in an iframe of the server's app; answers its id. */
export async function sendTo(server: TestServer): Promise<string> {
  const form = new FormData();
  form.append("client_id", server.clientId);
  form.append("test_mode", "1");
  form.append("signers[0][name]", "Ann Lee");
  form.append("signers[0][email_address]", "ann@example.com");
  form.append("files[0]", new Blob([Buffer.from(onePage)]), "paper.pdf");
  const { status, body } = await server.call("POST", "/signature_request/create_embedded", form);
  assert.equal(status, 200, JSON.stringify(body));
  return (body.signature_request as unknown as { signature_request_id: string }).signature_request_id;
}
