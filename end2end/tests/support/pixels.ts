import type { Locator } from "@playwright/test";

/** What is painted of an element: a picture of it, pixel by pixel. */
export interface Painted {
  width: number;
  height: number;
  /** The colour at a place, such as `12,34,56`. */
  at: (x: number, y: number) => string;
}

/** Paints an element and looks. */
export async function painted(element: Locator): Promise<Painted> {
  const picture = (await element.screenshot({ animations: "disabled" })).toString("base64");
  // The browser decodes its own pictures; on a page of its own, where no policy of ours holds.
  const page = await element.page().context().newPage();
  const { width, height, pixels } = await page.evaluate(async (picture) => {
    const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext("2d");
    if (!context) throw new Error("no canvas");
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    const reader = new FileReader();
    const read = new Promise((resolve) => (reader.onload = resolve));
    reader.readAsDataURL(new Blob([data]));
    await read;
    return { width: bitmap.width, height: bitmap.height, pixels: String(reader.result).split(",")[1] ?? "" };
  }, picture);
  await page.close();
  const data = Buffer.from(pixels, "base64");
  const at = (x: number, y: number) => {
    const from = (Math.floor(y) * width + Math.floor(x)) * 4;
    return [...data.subarray(from, from + 3)].join(",");
  };
  return { width, height, at };
}
