import { type FaultName, faultStatuses } from "../base/faults.ts";
import { ErrorResponse } from "../wire/shapes.ts";
import { type Api, jsonApi, v3 } from "./catalogue.ts";
import type { AnyOperation } from "./operation.ts";
import { wordsOfParameter } from "./parameter-words.ts";
import { type Described, describeParameters, tagOf } from "./parameters.ts";
import { operationScopes } from "./scopes.ts";

/** The OpenAPI 3.1 document of what this version has, read off the operations. */
export function describeApi(publicUrl: string): object {
  const beside = describePaths(jsonApi, jsonApi.base);
  // Servers of a path stand for those of the document: these paths are not below /v3.
  for (const [path, item] of Object.entries(beside)) beside[path] = { servers: [{ url: publicUrl }], ...item };
  return {
    openapi: "3.1.0",
    info: {
      title: "Countersign",
      version: "3.0.0",
      description: "Electronic signatures, wire-compatible with the Dropbox Sign API v3.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: `${publicUrl}${v3.base}` }],
    security: [{ api_key: [] }],
    tags: [...new Set([...v3.operations.map(tagOf), ...jsonApi.operations.map(tagOf)])].map((name) => ({ name })),
    paths: { ...describePaths(v3, ""), ...beside },
    components: {
      securitySchemes: {
        api_key: { type: "http", scheme: "basic", description: "The API key as user name, no password." },
        oauth2: {
          type: "http",
          scheme: "bearer",
          description: "An app's access token; the scopes named at the operation open it, one of them is enough.",
        },
      },
      schemas: { ErrorResponse },
    },
  };
}

/** The path items of an API, each path with a prefix before it. */
function describePaths({ operations }: Api, prefix: string): Record<string, object> {
  const paths: Record<string, object> = {};
  for (const operation of operations) {
    const [method = "", below = ""] = operation.on.split(" ");
    const path = `${prefix}${below}`;
    paths[path] = { ...paths[path], [method.toLowerCase()]: describeOperation(operation, { method, path }) };
  }
  return paths;
}

type On = { readonly method: string; readonly path: string };

function describeOperation(operation: AnyOperation, { method, path }: On): object {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const described = describeParameters(operation);
  const rest = Object.entries(described).filter(([name]) => !inPath.includes(name));
  const required = (operation.input.required ?? []).filter((name) => !inPath.includes(name));
  const hasBody = method !== "GET";
  const query = hasBody
    ? []
    : rest.map(([name, schema]) => describeParameter({ name, in: "query", required: required.includes(name), schema }));
  return {
    operationId: operation.id,
    tags: [tagOf(operation)],
    summary: operation.says,
    security: describeSecurity(operation),
    "x-events": operation.events ?? [],
    parameters: [
      ...inPath.map((name) =>
        describeParameter({ name, in: "path", required: true, schema: described[name] ?? { type: "string" } }),
      ),
      ...query,
    ],
    ...(hasBody && rest.length > 0 ? { requestBody: describeBody(operation, { rest, required }) } : {}),
    responses: { [operation.status ?? 200]: describeSuccess(operation), ...describeFaults(operation.faults) },
  };
}

/** Scopes stand with Bearer as roles do (OpenAPI 3.1, Security Requirement Object). */
function describeSecurity({ id, isOpen }: AnyOperation): readonly object[] {
  if (isOpen) return [];
  const scopes = operationScopes[id];
  return [{ api_key: [] }, ...(scopes === undefined ? [] : [{ oauth2: scopes }])];
}

type Parameter = {
  readonly name: string;
  readonly in: "path" | "query";
  readonly required: boolean;
  readonly schema: Described;
};

/** What a parameter means stands beside its schema, not in it. */
function describeParameter({ schema: { description, ...schema }, ...parameter }: Parameter): object {
  return { ...parameter, ...(description === undefined ? {} : { description }), schema };
}

function describeBody(
  operation: AnyOperation,
  { rest, required }: { readonly rest: readonly (readonly [string, unknown])[]; readonly required: readonly string[] },
): object {
  const json = { type: "object", properties: Object.fromEntries(rest), ...(required.length > 0 ? { required } : {}) };
  const takesFiles = operation.aliases?.file_url !== undefined;
  const { description, ...items } = describeFile(operation, "files");
  const files = { type: "array", items, description };
  const example = operation.example === undefined ? {} : { example: operation.example };
  const single = operation.file === undefined ? {} : { [operation.file]: describeFile(operation, operation.file) };
  const form = { ...json, properties: { ...(takesFiles ? { files } : {}), ...json.properties, ...single } };
  return {
    content: {
      "application/json": { schema: json, ...example },
      "multipart/form-data": { schema: form },
      "application/x-www-form-urlencoded": { schema: json },
    },
  };
}

function describeFile({ id: holder }: AnyOperation, name: string) {
  return { type: "string", format: "binary", description: wordsOfParameter({ holder, name }) ?? undefined };
}

function describeSuccess({ output }: AnyOperation): object {
  if (output === "nothing") return { description: "Done; the body is empty." };
  if ("files" in output)
    return {
      description: "The file.",
      content: Object.fromEntries(output.files.map((type) => [type, { schema: { type: "string", format: "binary" } }])),
    };
  return { description: "The answer.", content: { "application/json": { schema: output } } };
}

function describeFaults(faults: readonly FaultName[]): Record<string, object> {
  // A call of any operation can be unreadable, or too much at once.
  const all = [...new Set<FaultName>([...faults, "bad_request", "exceeded_rate", "unavailable"])];
  const byStatus = Map.groupBy(all, (name) => faultStatuses[name]);
  const schema = { $ref: "#/components/schemas/ErrorResponse" };
  return Object.fromEntries(
    [...byStatus].map(([status, names]) => [
      status,
      {
        "x-error-names": names,
        description: `error_name: ${names.join(", ")}`,
        content: { "application/json": { schema } },
      },
    ]),
  );
}
