/**
 * The secret of this tab for a link: 64 hex digits that a reload finds again in sessionStorage, so that the claimed
 * link stays ours. A partitioned frame may refuse storage: then the secret lives as long as the page.
 */
export function tabSecret(token: string): string {
  const key = `countersign.${shortHash(token)}`;
  const secret = randomHex();
  try {
    const kept = sessionStorage.getItem(key);
    if (kept !== null && /^[0-9a-f]{64}$/.test(kept)) return kept;
    sessionStorage.setItem(key, secret);
  } catch {
    // No storage here: the fresh secret serves this page alone.
  }
  return secret;
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
