import { type TSchema, Type } from "typebox";

/** A member that may be null on the wire. */
export function Nullable<S extends TSchema>(schema: S) {
  return Type.Union([schema, Type.Null()]);
}

/** Unix seconds. */
export const Seconds = Type.Integer({ description: "Unix seconds" });

/** One thing worth telling although the call went well. Contract: errors.md. */
export const Warning = Type.Object({ warning_msg: Type.String(), warning_name: Type.String() });
/** A warning as it goes out. */
export type Warning = Type.Static<typeof Warning>;

/** Which page of a list this is. */
export const ListInfo = Type.Object({
  page: Type.Integer(),
  num_pages: Type.Integer(),
  num_results: Type.Integer(),
  page_size: Type.Integer(),
});

/** The error of the v3 wire. */
export const ErrorResponse = Type.Object({
  error: Type.Object({ error_msg: Type.String(), error_name: Type.String(), error_path: Type.Optional(Type.String()) }),
});

/** The `list_info` of a page. */
export function renderListInfo({
  page,
  pageSize,
  count,
}: {
  readonly page: number;
  readonly pageSize: number;
  readonly count: number;
}): Type.Static<typeof ListInfo> {
  return { page, num_pages: Math.ceil(count / pageSize), num_results: count, page_size: pageSize };
}

/** Adds `warnings` to an answer where there are any. */
export function withWarnings<B extends object>(body: B, warnings: readonly Warning[]): B & { warnings?: Warning[] } {
  return warnings.length === 0 ? body : { ...body, warnings: [...warnings] };
}
