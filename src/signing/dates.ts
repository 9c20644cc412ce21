/**
 * A day in a format of field_options, such as `MM / DD / YYYY`, in the signer's own time zone (an IANA name; UTC when
 * the name is none).
 */
export function formatDay(
  at: number,
  { format, timeZone }: { readonly format: string; readonly timeZone: string },
): string {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: knownZone(timeZone),
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).formatToParts(at);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
  return format.replace("YYYY", part("year")).replace("MM", part("month")).replace("DD", part("day"));
}

/** The zone's name when it is one, else UTC. */
export function knownZone(name: string): string {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}
