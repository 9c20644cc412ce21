import { randomBytes, randomInt, randomUUID } from "node:crypto";

/** 40 hex digits: signature requests, accounts, templates, teams, bulk jobs, faxes. */
export function newId(): string {
  return randomBytes(20).toString("hex");
}

/** 32 hex digits: signatures, client_ids, app secrets. */
export function newShortId(): string {
  return randomBytes(16).toString("hex");
}

/** 64 hex digits: API keys and link tokens. */
export function newKey(): string {
  return randomBytes(32).toString("hex");
}

/** A random UUID (RFC 9562, version 4): groups of signers. */
export function newGuid(): string {
  return randomUUID();
}

/** Six random digits, for a text message. */
export function newCode(): string {
  return String(randomInt(1_000_000)).padStart(6, "0");
}

/** False for names that every object has already, such as `constructor`: what is kept under them in an object would not be found. */
export function isOwnName(name: string): boolean {
  return !(name in {});
}

const mostAMillisecond = 0xfff;
let latest = { at: -1, count: 0 };

/**
 * A UUIDv7 (RFC 9562, section 5.7) of the given time in milliseconds: events, deliveries, jobs. Those that one process makes in the
 * same millisecond come in the order in which they were made (section 6.2, method 1), up to some thousands.
 */
export function newUuid(at: number): string {
  const bytes = randomBytes(16);
  const random = bytes.readUInt16BE(6) & (mostAMillisecond >> 1);
  latest = { at, count: at === latest.at ? Math.min(latest.count + 1, mostAMillisecond) : random };
  bytes.writeUIntBE(at, 0, 6);
  bytes.writeUInt16BE(0x7000 | latest.count, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The time of a UUIDv7 in milliseconds. */
export function timeOfUuid(uuid: string): number {
  return Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);
}

/** The lowest UUIDv7 of a time in milliseconds: what is named by one and is older comes before it. */
export function firstUuid(at: number): string {
  const hex = Math.max(0, at).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

/** The time in milliseconds of a UUIDv7. */
export function uuidTime(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}
