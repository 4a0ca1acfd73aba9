/**
 * Draws src/web/favicon.ico, for what asks for no other icon, from the icon of the site: node tools/make-favicon.ts
 * Needs Chromium, which draws the SVG; an ICO file may hold a PNG as it is.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ICON } from "../src/site/assets.ts";
import { closeBrowser, launchBrowser } from "../test/browser/browser.ts";

const SIZE = 32;

/** One image in an ICO file: a header of 6 bytes, an entry of 16, then the PNG. */
function toIco(png: Buffer): Buffer {
  const head = Buffer.alloc(22);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(1, 4);
  head.writeUInt8(SIZE, 6);
  head.writeUInt8(SIZE, 7);
  head.writeUInt16LE(1, 10);
  head.writeUInt16LE(32, 12);
  head.writeUInt32LE(png.length, 14);
  head.writeUInt32LE(head.length, 18);
  return Buffer.concat([head, png]);
}

const browser = await launchBrowser();
const page = await browser.newPage({ viewport: { width: SIZE, height: SIZE } });
await page.setContent(`<style>body{margin:0}svg{display:block;width:${SIZE}px}</style>${ICON}`);
const png = await page.screenshot({ omitBackground: true });
await writeFile(join(import.meta.dirname, "..", "src", "web", "favicon.ico"), toIco(png));
await closeBrowser();
