/** A schema of the OpenAPI document, as far as the docs read it. */
export type Schema = {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
};

type Media = { readonly schema: Schema; readonly example?: unknown };

type Response = {
  readonly description: string;
  readonly content?: Readonly<Record<string, Media>>;
  readonly "x-error-names"?: readonly string[];
};

type WrittenOperation = {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly security?: readonly unknown[];
  readonly "x-events"?: readonly string[];
  readonly parameters: readonly {
    readonly name: string;
    readonly in: "path" | "query";
    readonly required: boolean;
    readonly description?: string;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, Response>>;
};

/** The OpenAPI document that the server makes, as far as the docs read it. */
export type OpenApi = {
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<
    Record<string, { readonly servers?: readonly { readonly url: string }[] } & Readonly<Record<string, unknown>>>
  >;
};

/** A parameter as a row of a table. */
export type Parameter = {
  readonly name: string;
  readonly in: "path" | "query" | "body";
  readonly required: boolean;
  readonly description: string;
  readonly schema: Schema;
};

/** An operation as its page shows it. */
export type Shown = {
  readonly id: string;
  readonly tag: string;
  readonly method: string;
  /** As it is called, with the base of its API. */
  readonly path: string;
  /** The same with the server's address before it. */
  readonly url: string;
  /** Whether it belongs to v3, and so to the official SDKs. */
  readonly isV3: boolean;
  /** Whether it is answered without an API key. */
  readonly isOpen: boolean;
  readonly says: string;
  readonly events: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly takesFiles: boolean;
  readonly example: unknown;
  readonly success: { readonly status: string; readonly type: string | null; readonly schema: Schema | null };
  readonly faults: readonly { readonly status: string; readonly name: string }[];
};

const methods = new Set(["get", "post", "put", "delete"]);

/** Every operation of the document, in its order. */
export function operationsOf({ servers, paths }: OpenApi): readonly Shown[] {
  return Object.entries(paths).flatMap(([path, item]) => {
    const base = (item.servers ?? servers)[0]?.url ?? "";
    return Object.entries(item).flatMap(([method, operation]) =>
      methods.has(method) ? [show(operation as WrittenOperation, { method, path, base })] : [],
    );
  });
}

type On = { readonly method: string; readonly path: string; readonly base: string };

function show(operation: WrittenOperation, { method, path, base }: On): Shown {
  const content = operation.requestBody?.content ?? {};
  const form = content["multipart/form-data"]?.schema ?? content["application/json"]?.schema ?? {};
  const body = Object.entries(form.properties ?? {}).map(([name, schema]) => ({
    name,
    in: "body" as const,
    required: form.required?.includes(name) ?? false,
    description: schema.description ?? "",
    schema,
  }));
  const asked = operation.parameters.map(({ description = "", ...parameter }) => ({ ...parameter, description }));
  return {
    id: operation.operationId,
    tag: operation.tags[0] ?? "",
    method: method.toUpperCase(),
    path: `${new URL(base).pathname.replace(/\/$/, "")}${path}`,
    url: `${base}${path}`,
    isV3: new URL(base).pathname.endsWith("/v3"),
    isOpen: operation.security?.length === 0,
    says: operation.summary,
    events: operation["x-events"] ?? [],
    parameters: [...asked, ...body],
    takesFiles: form.properties?.files !== undefined,
    example: content["application/json"]?.example,
    success: successOf(operation.responses),
    faults: faultsOf(operation.responses),
  };
}

function successOf(responses: WrittenOperation["responses"]): Shown["success"] {
  const [status = "200", response] = Object.entries(responses).find(([code]) => code.startsWith("2")) ?? [];
  const [type, media] = Object.entries(response?.content ?? {})[0] ?? [];
  return { status, type: type ?? null, schema: type === "application/json" ? (media?.schema ?? null) : null };
}

function faultsOf(responses: WrittenOperation["responses"]): Shown["faults"] {
  return Object.entries(responses).flatMap(([status, { "x-error-names": names = [] }]) =>
    names.map((name) => ({ status, name })),
  );
}
