import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import ipaddr from "ipaddr.js";

type Ip = ipaddr.IPv4 | ipaddr.IPv6;

/** A block of addresses, as `ipaddr.js` holds it. */
export type Block = readonly [address: Ip, bits: number];

/** IPv4 blocks that are not the public internet (RFC 6890 and its registry, RFC 5737, RFC 2544), and one metadata address that is. */
const forbidden: readonly (readonly [cidr: string, what: string])[] = [
  ["0.0.0.0/8", "this-network"],
  ["10.0.0.0/8", "private"],
  ["100.64.0.0/10", "carrier-grade NAT"],
  ["127.0.0.0/8", "loopback"],
  ["169.254.0.0/16", "link-local"],
  ["172.16.0.0/12", "private"],
  ["192.0.0.0/24", "protocol assignment"],
  ["192.0.2.0/24", "documentation"],
  ["192.88.99.0/24", "6to4 relay"],
  ["192.168.0.0/16", "private"],
  ["198.18.0.0/15", "benchmarking"],
  ["198.51.100.0/24", "documentation"],
  ["203.0.113.0/24", "documentation"],
  ["224.0.0.0/4", "multicast"],
  ["240.0.0.0/4", "reserved or broadcast"],
  ["168.63.129.16/32", "metadata"],
  ["::1/128", "loopback"],
  ["fc00::/7", "unique local"],
  ["fe80::/10", "link-local"],
  ["fec0::/10", "site-local"],
  ["ff00::/8", "multicast"],
  ["64:ff9b::/96", "NAT64"],
  ["64:ff9b:1::/48", "NAT64"],
  ["2001::/23", "protocol assignment (Teredo, benchmarking, ORCHID)"],
  ["2001:db8::/32", "documentation"],
  ["2002::/16", "6to4"],
  ["3fff::/20", "documentation"],
];

const forbiddenBlocks = forbidden.map(([cidr, what]) => ({ block: parseBlock(cidr), what }));

/** The only IPv6 space that is routed as public unicast (RFC 4291, section 2.4; IANA): all else is refused unseen. */
const publicIpv6 = parseBlock("2000::/3");

/** Reads one address or CIDR block, IPv4 or IPv6. Throws when it is neither. */
export function parseBlock(text: string): Block {
  const [address = "", bits, ...more] = text.trim().split("/");
  const version = isIP(address);
  const most = version === 4 ? 32 : 128;
  const length = bits === undefined ? most : Number(bits);
  const isBlock = version !== 0 && more.length === 0 && /^\d{1,3}$/.test(bits ?? "0") && length <= most;
  if (!isBlock) throw new Error(`${text} is not an address or a block of addresses such as 10.0.0.0/8 or fd00::/8.`);
  return [ipaddr.parse(address), length];
}

/** Why an address may not be called, as one kind of address ("loopback"), or null when it may. `allow` names exceptions. */
export function forbiddenKind(address: string, allow: readonly Block[]): string | null {
  const ip = plain(address);
  if (ip === null) return "unreadable";
  if (allow.some((block) => isWithin(ip, block))) return null;
  const found = forbiddenBlocks.find(({ block }) => isWithin(ip, block));
  if (found !== undefined) return found.what;
  return ip.kind() === "ipv4" || isWithin(ip, publicIpv6) ? null : "reserved";
}

/** Whether two spellings name one address. */
export function isSameAddress(a: string, b: string): boolean {
  const left = plain(a);
  return left !== null && left.toNormalizedString() === plain(b)?.toNormalizedString();
}

/** Whether an address is one that this machine itself answers on: loopback, unspecified, or of its own interfaces. */
export function isOwnAddress(address: string): boolean {
  if (isLoopback(address) || isSameAddress(address, "0.0.0.0") || isSameAddress(address, "::")) return true;
  const own = Object.values(networkInterfaces()).flatMap((interfaces) => interfaces ?? []);
  return own.some((one) => isSameAddress(one.address, address));
}

/** Whether a host, as it stands in a setting or in a URL, is a name or an address of the loopback interface. */
export function isLoopback(host: string): boolean {
  const name = host
    .toLowerCase()
    .replace(/\.$/, "")
    .replace(/^\[(.*)\]$/, "$1");
  if (name === "localhost" || name.endsWith(".localhost")) return true;
  return isIP(name) !== 0 && forbiddenKind(name, []) === "loopback";
}

/** An address without its disguise: IPv4 inside IPv6 (`::ffff:127.0.0.1`) is the IPv4 address. Null when it is none. */
function plain(address: string): Ip | null {
  const bare = address.split("%", 1)[0] ?? "";
  return isIP(bare) === 0 ? null : ipaddr.process(bare);
}

function isWithin(ip: Ip, [network, bits]: Block): boolean {
  if (ip instanceof ipaddr.IPv4) return network instanceof ipaddr.IPv4 && ip.match(network, bits);
  return network instanceof ipaddr.IPv6 && ip.match(network, bits);
}

/** What `allowancesFor` decides by: HOST, COUNTERSIGN_URL, and the list of COUNTERSIGN_ALLOW_PRIVATE. */
export type Reach = { readonly host: string; readonly publicUrl: string; readonly allowPrivate?: string | undefined };

/**
 * The blocks of otherwise forbidden addresses that this server may call: those that `allowPrivate` names (separated by commas
 * or spaces), and loopback when only its own machine can reach it. Throws, in words, for an entry that is no block.
 */
export function allowancesFor({ host, publicUrl, allowPrivate = "" }: Reach): readonly string[] {
  const named = allowPrivate.split(/[\s,]+/).filter((entry) => entry !== "");
  for (const entry of named) parseBlock(entry);
  const onlyOwnMachine = isLoopback(host) && isLoopback(new URL(publicUrl).hostname);
  return onlyOwnMachine ? [...named, "127.0.0.0/8", "::1/128"] : named;
}
