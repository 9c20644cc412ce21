import type { Page } from "playwright-core";

/** A photo: grey paper, unevenly lit, with some noise, and a dark blue stroke on it where there is `ink`. */
export async function photo(page: Page, ink: boolean): Promise<Buffer> {
  const url = await page.evaluate<string>(`(${photoScript})(${ink})`);
  return Buffer.from(url.split(",")[1] ?? "", "base64");
}

// As text: it runs in the page, and the tests' own code knows no document.
const photoScript = `(hasInk) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1200, height: 800 });
  const context = canvas.getContext("2d");
  const light = context.createLinearGradient(0, 0, 1200, 800);
  light.addColorStop(0, "#e8e4da");
  light.addColorStop(1, "#a9a69c");
  context.fillStyle = light;
  context.fillRect(0, 0, 1200, 800);
  if (hasInk) {
    context.strokeStyle = "#1a2a6c";
    context.lineWidth = 9;
    context.beginPath();
    context.moveTo(300, 450);
    for (let x = 300; x < 900; x += 10) context.lineTo(x, 420 + 90 * Math.sin(x / 37));
    context.stroke();
  }
  const image = context.getImageData(0, 0, 1200, 800);
  for (let at = 0; at < image.data.length; at += 4)
    for (const channel of [at, at + 1, at + 2]) image.data[channel] += ((at * 7919) % 9) - 4;
  context.putImageData(image, 0, 0);
  return canvas.toDataURL("image/png");
}`;
