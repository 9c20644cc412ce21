import type { JsonApi } from "./json-api.ts";

/** A callback as a listener is handed it. */
export type Handed = {
  readonly delivery_id: string;
  readonly lease: number;
  readonly attempt: number;
  readonly event_type: string;
};

/** Opens a listener of this name; answers its id. */
export async function openListener(api: JsonApi, name: string): Promise<string> {
  const json = { name };
  return (await api.ok<{ listener: { listener_id: string } }>("POST /listeners", { json })).listener.listener_id;
}

/** Takes what a listener is owed. */
export async function takeFrom(api: JsonApi, { id, json = {} }: { readonly id: string; readonly json?: object }) {
  return (await api.ok<{ callbacks: Handed[] }>(`POST /listeners/${id}/take`, { json })).callbacks;
}

/** The endpoint of a listener. */
export function endpointOf(id: string): string {
  return id.split(".")[0] ?? "";
}
