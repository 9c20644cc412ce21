import { limits } from "../base/limits.ts";
import type { SmsProvider } from "../providers/sms.ts";
import { openWay } from "./provider-calls.ts";

/**
 * A provider that takes text messages over HTTP: POST of `{ "to": "+…", "text": "…" }` as JSON, with what stands before an @ in the
 * address as Basic credentials. Any answer of 200 to 299 means that the message is taken. Null without an address: then the inbox is.
 */
export function openSms(url: string | null): SmsProvider | null {
  if (url === null) return null;
  const { address, outbound, authorization } = openWay(url);
  return {
    async send(message) {
      const result = await outbound.request({
        url: address,
        method: "POST",
        headers: { "content-type": "application/json", "user-agent": "Countersign", ...authorization },
        body: JSON.stringify(message),
        deadlineMs: limits.smsMs,
        maxBodyBytes: limits.attemptBodyBytes,
      });
      if (result.kind === "failed") throw new Error(`The text message could not be handed over: ${result.message}`);
      if (result.status < 200 || result.status > 299)
        throw new Error(`The text message was not taken: the provider answered ${result.status}.`);
    },
  };
}
