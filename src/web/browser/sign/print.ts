import { limits } from "../../../base/limits.ts";
import { within } from "./within.ts";

/**
 * Prints the document as it stands: every page, with what is filled in. Pictures that nobody has looked at yet are fetched first; one
 * that does not come in time is printed as the empty page that is seen in its place.
 */
export async function printDocument(): Promise<void> {
  const pictures = [...document.querySelectorAll<HTMLImageElement>(".picture")];
  for (const picture of pictures) picture.loading = "eager";
  await Promise.all(pictures.map((picture) => within(picture.decode(), limits.pageCallMs)));
  window.print();
}
