/** From a case of the fuzz run to the bytes of a request, and to the answer. */
import { Agent, request } from "node:http";
import { basic } from "../support/ask.ts";
import { form, json, oddFiles, oddSegments, parts, quirks, type Wire } from "./fuzz-odd.ts";
import { type IdMark, junk } from "./fuzz-values.ts";

/** What happens to a value somewhere in the input: it is replaced, dropped or doubled. */
export type Mutation = { readonly at: number; readonly to: "gone" | "doubled" | { readonly $junk: string } };

/** One call, as it is generated and shrunk. */
export type Case = {
  /** The parameters of the path in their order: an id, or the name of something odd. */
  readonly path: readonly (IdMark | { readonly odd: string })[];
  readonly input: unknown;
  readonly mutations: readonly Mutation[];
  readonly as: "json" | "form" | "multipart";
  readonly files: readonly { readonly field: string; readonly file: string; readonly name: string }[];
  /** The name of something odd about the body as a whole. */
  readonly quirk: string;
  readonly key: "own" | "other" | "none" | "wrong" | "token";
};

/** Ids by the name of their parameter: those that an account has, and has seen. */
export type Ids = ReadonlyMap<string, readonly string[]>;

/** What marks are read with. */
export type Known = {
  readonly own: Ids;
  readonly other: Ids;
  readonly keys: { readonly own: string; readonly other: string };
};

/** A request as it goes out. */
export type Outgoing = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
};

/** Writes a case as a request of the operation at this method and path. */
export function write(on: string, given: Case, known: Known): Outgoing {
  const [method = "", pattern = ""] = on.split(" ");
  const segments = given.path.map((part) =>
    "odd" in part ? (oddSegments[part.odd] ?? "") : encodeURIComponent(idOf(part, known)),
  );
  let next = 0;
  const path = pattern.replaceAll(/\{\w+\}/g, () => segments[next++] ?? "");
  const input = expand(mutate(given.input, given.mutations), known);
  const entries = Object.entries(isRecord(input) ? input : {});
  const inBody = method === "POST" || method === "PUT";
  const wire: Wire = inBody ? writeBody(given, { input, entries }) : { type: null, body: null };
  const { type, body } = (quirks[given.quirk] ?? ((same) => same))(wire);
  const query = inBody ? "" : new URLSearchParams(flatten(entries)).toString();
  return {
    method,
    // An address that is longer than any server reads is another test's: its line is cut.
    path: query === "" ? path : `${path}?${query}`.slice(0, 12_000),
    headers: {
      ...authorization(given.key, known),
      ...(type === null ? {} : { "content-type": type }),
      ...(body === null ? {} : { "content-length": String(body.length) }),
    },
    body,
  };
}

function authorization(key: Case["key"], { keys }: Known): Readonly<Record<string, string>> {
  if (key === "none") return {};
  if (key === "token") return { authorization: "Bearer \u00ff" };
  return { authorization: key === "wrong" ? "Basic %%%:" : basic(keys[key]) };
}

type Entries = readonly (readonly [string, unknown])[];

function writeBody(
  { as, files }: Case,
  { input, entries }: { readonly input: unknown; readonly entries: Entries },
): Wire {
  if (files.length === 0 && as === "json") return json(JSON.stringify(input) ?? "");
  if (files.length === 0 && as === "form") return form(new URLSearchParams(flatten(entries)).toString());
  const fields = entries.map(([name, value]) => {
    const text = typeof value === "object" && value !== null ? JSON.stringify(value) : textOf(value);
    return `content-disposition: form-data; name="${name.replaceAll(/["\r\n]/g, "_")}"\r\n\r\n${text}`;
  });
  const brought = files.map(({ field, file, name }) =>
    Buffer.concat([
      Buffer.from(`content-disposition: form-data; name="${field}"; filename="${name}"\r\n\r\n`),
      oddFiles[file]?.() ?? Buffer.alloc(0),
    ]),
  );
  return parts(...fields, ...brought);
}

/** Names in brackets, as a form writes nested values. */
function flatten(entries: Entries): [string, string][] {
  return entries.flatMap(([name, value]): [string, string][] => {
    if (value === null) return [[name, ""]];
    if (typeof value !== "object") return [[name, textOf(value)]];
    if (name.length > 400) return [[name, ""]];
    return flatten(Object.entries(value).map(([inner, each]) => [`${name}[${inner}]`, each]));
  });
}

/** A text stays, anything else is written as JSON would. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

function mutate(value: unknown, mutations: readonly Mutation[]): unknown {
  return mutations.reduce((mutated, mutation) => mutateOnce(mutated, mutation), value);
}

/** Changes the value at the n-th place of the tree, counted round. */
function mutateOnce(value: unknown, { at, to }: Mutation): unknown {
  const places: (readonly [holder: Record<string, unknown> | unknown[], key: string])[] = [];
  const copy = structuredClone(value);
  const walk = (holder: unknown): void => {
    if (typeof holder !== "object" || holder === null || "$id" in holder || "$junk" in holder) return;
    for (const [key, inner] of Object.entries(holder)) {
      places.push([holder as Record<string, unknown>, key]);
      walk(inner);
    }
  };
  walk(copy);
  const [holder, key] = places[at % Math.max(places.length, 1)] ?? [];
  if (holder === undefined || key === undefined) return to === "gone" || to === "doubled" ? copy : { extra: to };
  const record = holder as Record<string, unknown>;
  if (to === "gone") delete record[key];
  else record[key] = to === "doubled" ? [record[key], record[key]] : to;
  return copy;
}

/** Puts in what the marks mean. */
function expand(value: unknown, known: Known): unknown {
  if (Array.isArray(value)) return value.map((item) => expand(item, known));
  if (!isRecord(value)) return value;
  if (typeof value.$junk === "string") return junk[value.$junk]?.();
  if (typeof value.$id === "string") return idOf(value as IdMark, known);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, expand(inner, known)]));
}

/** The id that a mark stands for; nobody's where the account has none of this name. */
export function idOf({ $id, of, pick }: IdMark, { own, other }: Known): string {
  const ids = of === "nobody" ? [] : ((of === "own" ? own : other).get($id) ?? []);
  return ids[pick % Math.max(ids.length, 1)] ?? "0123456789abcdef".repeat(3).slice(0, 32 + (pick % 2) * 8);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const agent = new Agent({ keepAlive: true });

/** What came back. */
export type Back = { readonly status: number; readonly type: string; readonly text: string };

/** Sends a request as it stands, odd path and all; rejects where no whole answer comes within twenty seconds. */
export function exchange(url: string, { method, path, headers, body }: Outgoing): Promise<Back> {
  const { hostname, port } = new URL(url);
  return new Promise((done, fail) => {
    const call = request({ agent, hostname, port, method, path, headers, timeout: 20_000 }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.once("error", fail);
      answer.once("end", () =>
        done({
          status: answer.statusCode ?? 0,
          type: answer.headers["content-type"] ?? "",
          text: Buffer.concat(chunks).toString(),
        }),
      );
    });
    call.once("timeout", () => call.destroy(new Error("no answer within twenty seconds")));
    call.once("error", fail);
    call.end(body ?? undefined);
  });
}
