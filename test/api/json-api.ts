import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { Static } from "typebox";
import type { EventSummary, WholeEventShape } from "../../src/api/event-shapes.ts";
import { type Answered, type Asking, basic, type Callee, read } from "../support/ask.ts";

/** An event as a list shows it. */
export type Listed = Static<typeof EventSummary>;

/** An event as its own address shows it. */
export type Whole = Static<typeof WholeEventShape>;

/** A page of events. */
export type Page = {
  readonly events: readonly Listed[];
  readonly next_cursor?: string | null;
  readonly next_after?: string;
};

/** An endpoint, as far as these tests look. */
export type Endpoint = {
  readonly endpoint_id: string;
  readonly client_id: string | null;
  readonly url: string | null;
  readonly state: string;
  readonly ordering: string;
  readonly deliveries: { readonly pending: number; readonly held: number; readonly exhausted: number };
};

/** A replay, as far as these tests look. */
export type Replay = {
  readonly replay_id: string;
  readonly endpoint_id: string;
  readonly state: string;
  readonly total: number;
  readonly made: number;
  readonly per_minute: number;
};

/** The JSON API of a house. Every answer is held against the schema that /openapi.json has for its status. */
export type JsonApi = {
  /** Calls an operation, such as `GET /events?limit=2`: the path is below /api. */
  readonly ask: (on: string, asking?: Asking) => Promise<Answered>;
  /** The JSON of a call that goes well. */
  readonly ok: <T>(on: string, asking?: Asking) => Promise<T>;
};

type Described = {
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema: object }>> }>
  >;
};
type Description = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: object;
};

/** Opens the JSON API of a house. */
export async function openJsonApi(house: Callee): Promise<JsonApi> {
  const described = (await (await fetch(`${house.url}/openapi.json`)).json()) as Description;
  const flawsOf = judge(described);

  async function askHouse(on: string, asking: Asking = {}): Promise<Answered> {
    const [method = "", path = ""] = on.split(" ");
    const key = asking.key === undefined ? house.apiKey : asking.key;
    const response = await fetch(`${house.url}/api${path}`, {
      method,
      headers: {
        ...(key === null ? {} : { authorization: basic(key) }),
        ...(asking.json === undefined ? {} : { "content-type": "application/json" }),
        ...asking.headers,
      },
      body: asking.json === undefined ? (asking.form ?? asking.text ?? null) : JSON.stringify(asking.json),
    });
    const answer = await read(response);
    assert.deepEqual(flawsOf(on, answer), [], `${on}: ${JSON.stringify(answer.json)}`);
    return answer;
  }

  return {
    ask: askHouse,
    ok: async <T>(on: string, asking?: Asking) => {
      const { status, json } = await askHouse(on, asking);
      assert.equal(status, 200, `${on}: ${JSON.stringify(json)}`);
      return json as T;
    },
  };
}

/** The page of an address that holds events, oldest first: on a busy server it takes a moment until what was written last is final. */
export async function untilFinal(api: JsonApi, on: string, asking?: Asking): Promise<Page> {
  for (const until = Date.now() + 60_000; ; await sleep(25)) {
    const page = await api.ok<Page>(on, asking);
    if (page.events.length > 0) return page;
    assert.ok(Date.now() < until, `${on}: what was written is final within a minute`);
  }
}

/** Finds what is wrong with an answer; a member that is not described is wrong too. */
function judge({ paths, components }: Description): (on: string, answer: Answered) => readonly string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: "doc", components: closed(components) as object });
  const routes = Object.entries(paths).map(([path, item]) => [patternOf(path), item] as const);

  return (on, { status, json }) => {
    const [method = "", path = ""] = on.split(" ");
    const found = routes.filter(([pattern]) => pattern.test(`/api${path.split("?")[0]}`));
    const [, item] = found.find(([pattern]) => !pattern.source.includes("[^")) ?? found[0] ?? [];
    const schema = item?.[method.toLowerCase()]?.responses[String(status)]?.content["application/json"]?.schema;
    if (schema === undefined) return [`a ${status} of ${on} is not described`];
    const validate = ajv.compile("$ref" in schema ? { $ref: `doc${String(schema.$ref)}` } : (closed(schema) as object));
    validate(json);
    return (validate.errors ?? []).map(({ instancePath, message = "", params }) =>
      [instancePath, message, JSON.stringify(params)].join(" "),
    );
  };
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`);
}

/** The same schema, but nothing beside what it names. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  return "properties" in inner && !("additionalProperties" in inner)
    ? { ...inner, additionalProperties: false }
    : inner;
}
