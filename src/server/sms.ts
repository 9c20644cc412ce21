import { limits } from "../base/limits.ts";
import { openOutbound } from "../http/outbound.ts";
import type { SmsProvider } from "../providers/sms.ts";

/**
 * A provider that takes text messages over HTTP: POST of `{ "to": "+…", "text": "…" }` as JSON, with what stands before an @ in the
 * address as Basic credentials. Any answer of 200 to 299 means that the message is taken. Null without an address: then the inbox is.
 */
export function openSms(url: string | null): SmsProvider | null {
  if (url === null) return null;
  // The operator has named it: it may be anywhere, in a private network too.
  const outbound = openOutbound({ allow: ["0.0.0.0/0", "::/0"], refuseTargets: [] });
  const address = new URL(url);
  const { username, password } = address;
  address.username = "";
  address.password = "";
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization = username === "" ? {} : { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
  return {
    async send(message) {
      const result = await outbound.request({
        url: address.href,
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
