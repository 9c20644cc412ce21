/** Prints the document as it stands: every page, with what is filled in. Pictures that nobody has looked at yet are fetched first. */
export async function printDocument(): Promise<void> {
  const pictures = [...document.querySelectorAll<HTMLImageElement>(".picture")];
  for (const picture of pictures) picture.loading = "eager";
  await Promise.all(pictures.map((picture) => picture.decode().catch(() => undefined)));
  window.print();
}
