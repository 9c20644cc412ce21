/**
 * The secret of this tab for a link: 64 hex digits that a reload finds again, so that the claimed link stays ours. They
 * are kept in sessionStorage or, where a browser denies storage to a frame of another site, in the frame's history.
 */
export function tabSecret(token: string): string {
  const key = `countersign.${shortHash(token)}`;
  const kept = readKept(key);
  if (typeof kept === "string" && /^[0-9a-f]{64}$/.test(kept)) return kept;

  const secret = randomHex();
  try {
    sessionStorage.setItem(key, secret);
  } catch {
    history.replaceState({ ...history.state, [key]: secret }, "");
  }
  return secret;
}

function readKept(key: string): unknown {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return (history.state as Readonly<Record<string, unknown>> | null)?.[key];
  }
}

function randomHex(): string {
  return [...crypto.getRandomValues(new Uint8Array(32))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** FNV-1a, 32 bits: only keeps the link's secret itself out of the key. crypto.subtle is missing on plain-http hosts. */
function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
