import type { Statement } from "../statement.ts";

/** Gates before the signing page: access codes and codes by text message. */
export const statements: readonly Statement[] = [
  `alter table signatures add column sms_phone text`,
  // authentication or delivery
  `alter table signatures add column sms_use text`,
  `alter table signatures add column code_hash text`,
  `alter table signatures add column code_expires_at bigint`,
  `alter table signatures add column code_sent_at bigint`,
  `alter table signatures add column codes_since bigint`,
  `alter table signatures add column codes_sent bigint not null default 0`,
  `alter table signatures add column code_failures bigint not null default 0`,
  `alter table signatures add column code_locks bigint not null default 0`,
  `alter table signatures add column code_locked_until bigint`,
  `alter table sign_links add column pin_passed_at bigint`,
  `alter table sign_links add column sms_passed_at bigint`,
];
