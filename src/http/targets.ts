import { lookup as systemLookup } from "node:dns/promises";
import { isIP } from "node:net";
import { limits } from "../base/limits.ts";
import { type Block, forbiddenKind, isOwnAddress, isSameAddress, parseBlock } from "./addresses.ts";

/** Finds every address of a name. Rejects when there is none. */
export type Lookup = (hostname: string) => Promise<readonly string[]>;

/** A port that is never called: on `host`, or on this machine when no host is named. */
export type RefusedTarget = { readonly host?: string | undefined; readonly port: number };

/** Whom the house may call. */
export type Policy = {
  readonly allow: readonly Block[];
  readonly refuse: readonly RefusedTarget[];
  readonly lookup: Lookup;
};

/** The addresses behind a URL, each of them allowed, or why it is not called. */
export type Vetted =
  | { readonly kind: "vetted"; readonly addresses: readonly string[] }
  | { readonly kind: "failed"; readonly code: "address_refused" | "dns"; readonly message: string };

/** The machine's own resolver: `/etc/hosts`, then DNS. */
export const lookupAll: Lookup = async (hostname) => {
  const found = await systemLookup(hostname, { all: true, verbatim: true });
  return found.map(({ address }) => address);
};

/** A policy of blocks as text. Throws when one of them is no block. */
export function openPolicy(policy: {
  allow: readonly string[];
  refuse: readonly RefusedTarget[];
  lookup: Lookup;
}): Policy {
  return { ...policy, allow: policy.allow.map(parseBlock) };
}

/**
 * Words for what is wrong with a URL that the house shall call, or null: only http and https, no user or password,
 * at most `limits.urlLength` characters. Says nothing about the address behind it, which is judged at every call.
 */
export function vetUrl(url: string): string | null {
  if (url.length > limits.urlLength) return `The URL is longer than ${limits.urlLength} characters.`;
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    return "The URL must be absolute and start with https:// or http://.";
  const { username, password } = new URL(url);
  if (username !== "" || password !== "") return "The URL must not carry a user name or a password.";
  return null;
}

/**
 * Resolves the host of a URL and judges every address of it: one bad address refuses all, and so does a lookup that fails.
 * The caller connects to the answered addresses and to nothing else, so that a second answer of the name cannot slip in.
 */
export async function vetTarget(
  { hostname, port }: { readonly hostname: string; readonly port: number },
  policy: Policy,
): Promise<Vetted> {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const literal = isIP(host) !== 0;
  const addresses = literal ? [host] : await resolve(host, policy.lookup);
  if (addresses.length === 0)
    return { kind: "failed", code: "dns", message: `The name ${host} could not be resolved.` };
  for (const address of addresses) {
    const kind = forbiddenKind(address, policy.allow);
    if (kind !== null)
      return refusal(`${host} ${literal ? "is" : "leads to"} an address that may not be called (${kind}).`);
    if (await isRefused({ address, port }, policy))
      return refusal(`Port ${port} of ${host} belongs to this server and may not be called.`);
  }
  return { kind: "vetted", addresses: addresses.slice(0, limits.outboundAddresses) };
}

async function resolve(hostname: string, lookup: Lookup): Promise<readonly string[]> {
  try {
    return await lookup(hostname);
  } catch {
    return [];
  }
}

function refusal(message: string): Vetted {
  return { kind: "failed", code: "address_refused", message };
}

async function isRefused(
  { address, port }: { readonly address: string; readonly port: number },
  policy: Policy,
): Promise<boolean> {
  for (const target of policy.refuse.filter((refused) => refused.port === port)) {
    const host = target.host?.replace(/^\[(.*)\]$/, "$1");
    if (host === undefined) {
      if (isOwnAddress(address)) return true;
      continue;
    }
    const hosts = isIP(host) === 0 ? await resolve(host, policy.lookup) : [host];
    if (hosts.length === 0) return true;
    if (hosts.some((one) => isSameAddress(one, address) || (isOwnAddress(one) && isOwnAddress(address)))) return true;
  }
  return false;
}
