import { storableText } from "../base/words.ts";
import { openOutbound } from "../http/outbound.ts";

/** A call of a provider: JSON there and back. Null for an empty answer. Throws, in words, when it does not come to an answer of 200 to 299. */
export type ProviderCall = (method: "GET" | "POST" | "DELETE", path: string, body?: object) => Promise<unknown>;

/** Who is called: its address, with what stands before an @ as Basic credentials; what it is, in words; the bounds of an answer. */
export type Called = {
  readonly url: string;
  readonly what: string;
  readonly deadlineMs: number;
  readonly maxBodyBytes: number;
};

/** The way to a provider: its address without credentials, which stand before an @ in `url`, and the header that they make. */
export function openWay(url: string) {
  // The operator has named it: it may be anywhere, in a private network too.
  const outbound = openOutbound({ allow: ["0.0.0.0/0", "::/0"], refuseTargets: [] });
  const address = new URL(url);
  const { username, password } = address;
  address.username = "";
  address.password = "";
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization = username === "" ? {} : { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
  return { address: address.href, outbound, authorization };
}

/** Opens the calls of a provider over HTTP. */
export function openProvider({ url, what, ...bounds }: Called): ProviderCall {
  const { address, outbound, authorization } = openWay(url);
  const base = address.replace(/\/$/, "");
  return async (method, path, body) => {
    const result = await outbound.request({
      url: base + path,
      method,
      headers: { "content-type": "application/json", "user-agent": "Countersign", ...authorization },
      body: body === undefined ? "" : JSON.stringify(body),
      ...bounds,
    });
    if (result.kind === "failed") throw new Error(`The ${what} could not be asked: ${result.message}`);
    if (method === "DELETE" && result.status === 404) return null;
    if (result.status < 200 || result.status > 299) throw new Error(`The ${what} answered ${result.status}.`);
    if (result.body.length === 0) return null;
    try {
      return JSON.parse(Buffer.from(result.body).toString("utf8")) as unknown;
    } catch (error) {
      throw new Error(`The ${what} answered something that is no JSON.`, { cause: error });
    }
  };
}

/** Words of an answer, as they are kept: cut off after `most`; null for what is no text. */
export function readWords(value: unknown, most: number): string | null {
  return typeof value === "string" ? storableText(value.slice(0, most)) : null;
}
