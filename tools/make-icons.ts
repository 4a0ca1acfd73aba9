/**
 * Draws what is shown of the site elsewhere, from its icon: node tools/make-icons.ts
 *
 *     src/web/favicon.ico    for what asks for no other icon, 32 × 32
 *     src/web/icon-180.png   for the home screen of a telephone
 *     src/web/card.png       for links that are handed on, 1,200 × 630
 *
 * Needs Chromium, which draws them, with Chinese fonts; an ICO file may hold a PNG as it is.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { ICON } from "../src/site/assets.ts";
import { STRINGS } from "../src/site/strings/languages.ts";
import { closeBrowser, launchBrowser } from "../test/browser/browser.ts";

const FAVICON_SIZE = 32;
const HOME_SCREEN_SIZE = 180;
const CARD = { width: 1200, height: 630 };

const folder = join(import.meta.dirname, "..", "src", "web");
const browser = await launchBrowser();
const page = await browser.newPage();

await writeFile(join(folder, "favicon.ico"), toIco(await drawIcon(page, FAVICON_SIZE)));
await writeFile(join(folder, "icon-180.png"), await drawIcon(page, HOME_SCREEN_SIZE));
await writeFile(join(folder, "card.png"), await drawCard(page));
await closeBrowser();

async function drawIcon(page: Page, size: number): Promise<Buffer> {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px}</style>${ICON}`);
  return page.screenshot({ omitBackground: true });
}

/** The mark, the name in both scripts and in letters, and what the site does. */
async function drawCard(page: Page): Promise<Buffer> {
  await page.setViewportSize(CARD);
  const { "zh-Hans": zhHans, en } = STRINGS;
  const mark = ICON.replace("<svg ", '<svg x="96" y="175" width="280" height="280" ');
  await page.setContent(`<style>body{margin:0}svg{display:block}</style>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${CARD.width} ${CARD.height}" width="${CARD.width}" height="${CARD.height}">
<rect width="100%" height="100%" fill="#fbfaf7"/><rect y="618" width="100%" height="12" fill="#a5281b"/>${mark}
<g font-family="Noto Serif CJK SC, Songti SC, serif" font-weight="700" fill="#a5281b"><text x="440" y="300" font-size="132" letter-spacing="10">${zhHans.name}</text><text x="760" y="300" font-size="84">${en.name}</text></g>
<g font-family="Noto Sans CJK SC, PingFang SC, sans-serif" font-size="40" fill="#23211e"><text x="444" y="386">${zhHans.tagline}</text><text x="444" y="446" fill="#66615a">${en.tagline}</text></g>
</svg>`);
  return page.screenshot();
}

/** One image in an ICO file: a header of 6 bytes, an entry of 16, then the PNG. */
function toIco(png: Buffer): Buffer {
  const head = Buffer.alloc(22);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(1, 4);
  head.writeUInt8(FAVICON_SIZE, 6);
  head.writeUInt8(FAVICON_SIZE, 7);
  head.writeUInt16LE(1, 10);
  head.writeUInt16LE(32, 12);
  head.writeUInt32LE(png.length, 14);
  head.writeUInt32LE(head.length, 18);
  return Buffer.concat([head, png]);
}
