/** A file's name as the name of an entry of a zip: it leads into no folder. */
export function entryName(name: string): string {
  return name.replace(/[/\\:*?"<>|\p{Cc}]+/gu, "_");
}
