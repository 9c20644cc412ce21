/** What may be odd about a request as a whole: segments of its path, its files, its body. */
import { onePage } from "../support/requests.ts";

/** Segments of a path that are no id, as they are sent. */
export const oddSegments: Readonly<Record<string, string>> = {
  "a lone percent sign": "%",
  "percent and no hex": "%zz",
  "percent NUL": "a%00b",
  "an overlong slash": "%c0%af",
  "half a character": "%E0%A4%A",
  "a surrogate": "%ED%A0%80",
  "an encoded slash": "a%2fb",
  "the folder above": "%2e%2e%2f%2e%2e",
  nothing: "",
  "a long one": "a".repeat(300),
  "a star": "*",
  "a name of the language": "__proto__",
  "a quote": "'%20or%20''='",
  list: "list",
  "a control character": "%0d%0aset-cookie:a=b",
};

/** Files, and what is none. */
export const oddFiles: Readonly<Record<string, () => Buffer>> = {
  "a document": () => Buffer.from(onePage),
  nothing: () => Buffer.alloc(0),
  words: () => Buffer.from("no document at all"),
  "half a document": () => Buffer.from(onePage).subarray(0, 200),
  "the head of a picture": () => Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"),
  "the head of an archive": () => Buffer.from("504b0304140000000800", "hex"),
  "random bytes": () => Buffer.from(Array.from({ length: 3000 }, (_, index) => (index * 7919) % 256)),
};

/** A body and the content type that goes with it. */
export type Wire = { readonly type: string | null; readonly body: Buffer | null };

const boundary = "----fuzz";

/** What may be odd about a body as a whole. */
export const quirks: Readonly<Record<string, (wire: Wire) => Wire>> = {
  "": (wire) => wire,
  "cut in half": ({ type, body }) => ({ type, body: body?.subarray(0, body.length >> 1) ?? null }),
  "without its end": ({ type, body }) => ({ type, body: body?.subarray(0, -3) ?? null }),
  "with a tail": ({ type, body }) => ({ type, body: body && Buffer.concat([body, Buffer.from("}]\r\n--x")]) }),
  "said to be text": ({ body }) => ({ type: "text/plain", body }),
  "said to be XML": ({ body }) => ({ type: "application/xml; charset=utf-16", body }),
  "said to be JSON": ({ body }) => ({ type: "application/json", body }),
  "said to be a form": ({ body }) => ({ type: "application/x-www-form-urlencoded;charset=latin1", body }),
  "said to be multipart": ({ body }) => ({ type: `multipart/form-data; boundary=${boundary}`, body }),
  "multipart without a boundary": ({ body }) => ({ type: "multipart/form-data", body }),
  "multipart of another kind": ({ body }) => ({ type: `multipart/mixed; boundary=${boundary}`, body }),
  "of no type": ({ body }) => ({ type: null, body }),
  "of a type that is none": ({ body }) => ({ type: ";;;=", body }),
  "no UTF-8": ({ type, body }) => ({ type, body: body && Buffer.concat([Buffer.from([0xff, 0xfe, 0xc3]), body]) }),
  empty: ({ type }) => ({ type, body: Buffer.alloc(0) }),
  "JSON null": () => json("null"),
  "a JSON list": () => json("[]"),
  "a JSON text": () => json('"a"'),
  "a JSON number": () => json("1e999"),
  "JSON nested a hundred thousand deep": () => json("[".repeat(100_000) + "]".repeat(100_000)),
  "JSON with each name twice": ({ type, body }) =>
    type === "application/json" && body ? json(body.toString().replace(/^\{(.+)\}$/s, "{$1,$1}")) : { type, body },
  "a form that contradicts itself": () => form("signers=1&signers[0]=2&signers[a]=3"),
  "a form of brackets": () => form("signers[[=1&[]=2&a]=3&a[b[c]]=4&=5"),
  "a form with each name twice": ({ type, body }) =>
    type?.startsWith("application/x-www") && body ? form(`${body.toString()}&${body.toString()}`) : { type, body },
  "a form of bad percents": () => form("title=%&subject=%zz&message=%00&metadata[%00]=%ff"),
  "ten thousand names": () => form(Array.from({ length: 10_000 }, (_, index) => `a[${index}]=1`).join("&")),
  "a part without a name": () => parts("content-disposition: form-data\r\n\r\nv"),
  "a part without a head": () => parts("\r\nv"),
  "a part with a poisonous name": () => parts('content-disposition: form-data; name="__proto__"\r\n\r\nv'),
  "a part that is JSON and is not": () =>
    parts('content-disposition: form-data; name="signers"\r\ncontent-type: application/json\r\n\r\n{'),
  "a file for a text": () =>
    parts('content-disposition: form-data; name="title"; filename="a\u0000/../b"\r\ncontent-type: x\r\n\r\nv'),
};

/** A body of JSON. */
export function json(text: string): Wire {
  return { type: "application/json", body: Buffer.from(text) };
}

/** A body of an urlencoded form. */
export function form(text: string): Wire {
  return { type: "application/x-www-form-urlencoded", body: Buffer.from(text) };
}

/** A body of many parts, each with its own head. */
export function parts(...all: readonly (string | Buffer)[]): Wire {
  const chunks = all.flatMap((part) => [Buffer.from(`--${boundary}\r\n`), Buffer.from(part), Buffer.from("\r\n")]);
  const body = Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]);
  return { type: `multipart/form-data; boundary=${boundary}`, body };
}
