/** A generator of our own (xorshift): the same numbers for the same seed on every machine. */
function randomFrom(seed: number): (below: number) => number {
  let state = (seed * 2654435761 + 1) >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % Math.max(1, below);
  };
}

type Random = (below: number) => number;
type Mutation = (bytes: Buffer, random: Random, others: readonly Uint8Array[]) => Buffer;

const mutations: readonly Mutation[] = [
  flipBits,
  overwriteRun,
  cutTail,
  cutMiddle,
  repeatPart,
  changeNumbers,
  swapTokens,
  swapObjects,
  splice,
  changeKeyword,
];

/** The file with one to four things done to it that happen to files, or that somebody does to them. */
export function mutate(
  bytes: Uint8Array,
  { seed, others }: { readonly seed: number; readonly others: readonly Uint8Array[] },
): Uint8Array<ArrayBuffer> {
  const random = randomFrom(seed);
  let mutated: Buffer = Buffer.from(bytes);
  for (let times = 1 + random(4); times > 0; times -= 1) {
    const mutation = mutations[random(mutations.length)];
    if (mutation !== undefined && mutated.length > 0) mutated = mutation(mutated, random, others);
  }
  return new Uint8Array(mutated);
}

function flipBits(bytes: Buffer, random: Random): Buffer {
  for (let times = 1 + random(20); times > 0; times -= 1) {
    const at = random(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
  }
  return bytes;
}

function overwriteRun(bytes: Buffer, random: Random): Buffer {
  const at = random(bytes.length);
  return bytes.fill(random(256), at, Math.min(bytes.length, at + random(200)));
}

function cutTail(bytes: Buffer, random: Random): Buffer {
  return bytes.subarray(0, bytes.length - random(Math.ceil(bytes.length / 2)));
}

function cutMiddle(bytes: Buffer, random: Random): Buffer {
  const at = random(bytes.length);
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random(300))]);
}

function repeatPart(bytes: Buffer, random: Random): Buffer {
  const at = random(bytes.length);
  const part = bytes.subarray(at, at + random(500));
  return Buffer.concat([
    bytes.subarray(0, at),
    ...Array.from({ length: 1 + random(4) }, () => part),
    bytes.subarray(at),
  ]);
}

const strange = ["0", "-1", "1", "2147483647", "4294967296", "-99999999999", "0.0000001", "1e9", "65536", "99999"];

function changeNumbers(bytes: Buffer, random: Random): Buffer {
  const rate = 5 + random(60);
  const text = bytes.toString("latin1");
  return Buffer.from(
    text.replace(/\b\d+\b/g, (number) => (random(rate) === 0 ? (strange[random(strange.length)] ?? number) : number)),
    "latin1",
  );
}

function swapTokens(bytes: Buffer, random: Random): Buffer {
  const tokens = bytes.toString("latin1").split(/(?<=[\s/<>[\]()])/);
  for (let times = 1 + random(10); times > 0; times -= 1) {
    const [a, b] = [random(tokens.length), random(tokens.length)];
    [tokens[a], tokens[b]] = [tokens[b] ?? "", tokens[a] ?? ""];
  }
  return Buffer.from(tokens.join(""), "latin1");
}

function swapObjects(bytes: Buffer, random: Random): Buffer {
  const text = bytes.toString("latin1");
  const heads = [...text.matchAll(/(\d+) 0 (?:obj|R)/g)];
  const [one, other] = [heads[random(heads.length)], heads[random(heads.length)]];
  if (!one?.[1] || !other?.[1]) return bytes;
  const changed = text.slice(0, one.index) + other[1] + text.slice(one.index + one[1].length);
  return Buffer.from(changed, "latin1");
}

function splice(bytes: Buffer, random: Random, others: readonly Uint8Array[]): Buffer {
  const other = others[random(others.length)] ?? bytes;
  return Buffer.concat([bytes.subarray(0, random(bytes.length)), other.subarray(random(other.length))]);
}

const keywords = [
  "/Kids",
  "/Count",
  "/Parent",
  "/Contents",
  "/Length",
  "/Filter",
  "/Font",
  "/Resources",
  "/MediaBox",
  "endobj",
  "stream",
  "xref",
  "trailer",
  "/Root",
  "/W",
  "/Index",
  "/Prev",
  "Tj",
  "BT",
  "Do",
  "/XObject",
  "/Rotate",
];

function changeKeyword(bytes: Buffer, random: Random): Buffer {
  const from = keywords[random(keywords.length)] ?? "";
  const to = keywords[random(keywords.length)] ?? "";
  return Buffer.from(
    bytes.toString("latin1").replace(from, () => to),
    "latin1",
  );
}
