// What in an example changes with each run is replaced by what does not.

import { createHash, createHmac } from "node:crypto";

/** The API key that the hashes of the page are made with. */
export const exampleKey = "5".repeat(64);

const firstSecond = 1_760_000_000;

/** Gives each id another one of the same length: the first that is met always the same, and so on. */
export function renameIds(): (id: string) => string {
  const known = new Map<string, string>();
  return (id) => {
    const steady = known.get(id) ?? createHash("sha256").update(`id ${known.size}`).digest("hex").slice(0, id.length);
    known.set(id, steady);
    return steady;
  };
}

type Steadying = { readonly index: number; readonly steadyId: (id: string) => string };

/** The same payload with ids, times and hash that do not change: the n-th event happens n minutes after the first. */
export function steady(payload: object, { index, steadyId }: Steadying): object {
  const time = firstSecond + 60 * (index + 1);
  const type = "event" in payload && (payload.event as { readonly event_type: string }).event_type;
  return JSON.parse(JSON.stringify(payload), (key, value: unknown) => {
    if (key === "event_hash") return createHmac("sha256", exampleKey).update(`${time}${type}`).digest("hex");
    if (key === "event_time") return String(time);
    if (key === "expires_at" && typeof value === "number") return time;
    if (key === "created_at") return firstSecond;
    if (/_at$/.test(key) && typeof value === "number") return time;
    const text = typeof value === "string" ? value.replace(/^\+1209(?!555)\d{7}$/, "+12095550199") : value;
    return typeof text === "string" ? text.replaceAll(/\b[0-9a-f]{32}(?:[0-9a-f]{8})?\b/g, steadyId) : text;
  }) as object;
}
