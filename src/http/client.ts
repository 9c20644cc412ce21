import type { FastifyRequest } from "fastify";
import { limits } from "../base/limits.ts";

/** Where a request comes from, for the audit trail: the address, behind proxies that are believed the client's own, and what the client calls itself. */
export function clientOf({ ip, headers }: Pick<FastifyRequest, "ip" | "headers">): {
  readonly ip: string;
  readonly userAgent: string | null;
} {
  return { ip, userAgent: headers["user-agent"]?.slice(0, limits.trailAgentLength) ?? null };
}
