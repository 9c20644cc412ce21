/**
 * The page's half of the iframe protocol of hellosign-embedded 1: strings instead of objects. The host's own X closes the frame
 * without a word. Its "decline" takes the frame away at once, so it is said when the signer closes the page.
 */
import { type Host, type HostOptions, prepareProof } from "./host.ts";
import type { HostMessage } from "./host-message.ts";

/** Starts listening to the host page at `origin`, which speaks the old dialect. */
export function connectOldHost({ origin, debug, onConfigure }: HostOptions): Host {
  let ending = "user-done";

  const say = (word: string) => {
    if (debug) console.debug("to host", word);
    window.parent.postMessage(word, origin);
  };
  const proof = prepareProof((token) => say(`hello:${token}`));

  window.addEventListener("message", (event: MessageEvent<unknown>) => {
    if (event.source !== window.parent || event.origin !== origin || typeof event.data !== "string") return;
    if (debug) console.debug("from host", event.data);
    const token = /^helloback:(.+)$/.exec(event.data)?.[1];
    if (token !== undefined) proof.hear(token);
    const configuration = readConfiguration(event.data);
    if (configuration) onConfigure(configuration);
  });

  const post = (message: HostMessage) => {
    switch (message.type) {
      case "hellosign:initialize":
        return say("initialize");
      case "hellosign:verifyDomainRequest":
        return say(`hello:${message.payload.token}`);
      case "hellosign:userSignRequest":
        return say(eventWords("signature_request_signed", { signature_id: message.payload.signatureId }));
      case "hellosign:userSendRequest": {
        const { signatureRequestId, signatureId } = message.payload;
        const values = { signature_request_id: signatureRequestId, signature_id: signatureId };
        return say(eventWords("signature_request_sent", values));
      }
      case "hellosign:userCreateTemplate": {
        const { templateId, templateInfo } = message.payload;
        const values = { template_id: templateId, template_info: JSON.stringify(templateInfo) };
        return say(eventWords("template_created", values));
      }
      case "hellosign:userDeclineRequest":
        ending = "decline";
        return;
      case "hellosign:userReassignRequest":
        return say("reassign");
      case "hellosign:error": {
        const { code, message: description, signatureId } = message.payload;
        return say(eventWords("error", { description, code, signature_id: signatureId }));
      }
      case "hellosign:userCancelRequest":
        return say("close");
      default:
        return say(ending);
    }
  };

  return { post, proveOrigin: proof.prove };
}

function eventWords(name: string, values: Readonly<Record<string, string>>): string {
  const pairs = Object.entries({ event: name, ...values });
  return pairs.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join("&");
}

function readConfiguration(text: string): { readonly allowCancel: boolean } | null {
  try {
    const { type, payload } = JSON.parse(text) as {
      readonly type?: unknown;
      readonly payload?: { allowCancel?: unknown };
    };
    return type === "embeddedConfig" ? { allowCancel: payload?.allowCancel !== false } : null;
  } catch {
    // Other words than these may come from any page.
    return null;
  }
}
