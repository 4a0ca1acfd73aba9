/**
 * Makes the pictures of the tour in the three READMEs out of the sample: node tools/screenshots.ts [FOLDER]
 * FOLDER defaults to docs/tour/. Wants Chromium, as the browser tests do; LANG=zh_CN.UTF-8 gives it Chinese fonts for figures too.
 * WebP, at one and a half times the pixels of the page: `search-en.webp`, one of each picture in each language.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { openForWriting } from "../src/compose/open-backend.ts";
import { openServed } from "../src/compose/open-served.ts";
import { type SearchServerOptions, startSearchServer } from "../src/compose/start-search-server.ts";
import { assetFolders } from "../src/config/paths.ts";
import { importArticles } from "../src/ingest/import.ts";
import { closeBrowser, launchBrowser } from "../test/browser/browser.ts";

interface Picture {
  readonly name: string;
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly colorScheme: "light" | "dark";
  /** What to do before the picture is taken. */
  readonly prepare?: (page: Page) => Promise<void>;
}

const QUALITY_PERCENT = 70;
const SCALE = 1.5;

/** Whom the pictures of a README are for, and what is searched for in them. */
const READERS = [
  { language: "zh-Hans", tag: "气象", locale: "zh-CN", typhoon: "台风", outage: "停电", metro: "地铁", rail: "高铁" },
  { language: "zh-Hant", tag: "氣象", locale: "zh-TW", typhoon: "颱風", outage: "停電", metro: "地鐵", rail: "高鐵" },
  { language: "en", tag: "weather", locale: "en-GB", typhoon: "台风", outage: "停电", metro: "地铁", rail: "高铁" },
] as const;

type Reader = (typeof READERS)[number];

const openWhy = async (page: Page): Promise<void> => {
  await page.locator("a.ask-why").first().click();
  await page.locator(".reasons").waitFor();
  await restPointer(page);
};

/** Where the pointer rests, a link is underlined. */
const restPointer = (page: Page): Promise<void> => page.mouse.move(0, 0);

const openFirst = async (page: Page): Promise<void> => {
  await page.locator(".hit-title a").first().click();
  await page.waitForURL(/articles/);
  await restPointer(page);
};

/** Three articles, in a folder with a tag. */
const saveThree =
  ({ typhoon, tag }: Reader) =>
  async (page: Page): Promise<void> => {
    for (const index of [0, 1, 2]) await page.locator("button.save").nth(index).click();
    await page.locator("#tray a").first().click();
    await page.locator("#saved-together summary").click();
    const [folder, tags] = [
      page.locator("#saved-together input").first(),
      page.locator("#saved-together input").last(),
    ];
    await folder.fill(typhoon);
    await tags.fill(tag);
    await page.keyboard.press("Enter");
    await restPointer(page);
  };

const listPictures = (reader: Reader): readonly Picture[] => [
  {
    name: "search",
    path: `/?q=${reader.typhoon}&stories=on`,
    width: 1280,
    height: 800,
    colorScheme: "light",
    prepare: openWhy,
  },
  {
    name: "article",
    path: `/?q=${reader.typhoon}&stories=on`,
    width: 1280,
    height: 720,
    colorScheme: "light",
    prepare: openFirst,
  },
  {
    name: "counts",
    path: `/trends?q=${reader.metro}&vs=${reader.rail}`,
    width: 1280,
    height: 620,
    colorScheme: "dark",
  },
  {
    name: "saved",
    path: `/?q=${reader.typhoon}`,
    width: 1280,
    height: 620,
    colorScheme: "light",
    prepare: saveThree(reader),
  },
  { name: "phone", path: `/?q=${reader.outage}`, width: 390, height: 844, colorScheme: "dark" },
];

const [outFolder = join(import.meta.dirname, "..", "docs", "tour")] = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), "wenxun-screenshots-"));
try {
  const folder = join(scratch, "archive");
  const encoder = { kind: "builtin" } as const;
  {
    await using app = await openForWriting({ folder, encoder, timezone: "Asia/Shanghai" });
    const inputs = [join(assetFolders.sample, "articles.jsonl")];
    const { failure } = await importArticles({ inputs, writer: app.writer, rejectsFolder: scratch });
    if (failure !== undefined) throw failure;
  }
  const open = (given: Parameters<SearchServerOptions["open"]>[0]) => openServed({ folder, encoder, ...given });
  const server = await startSearchServer({ open, host: "127.0.0.1", port: 0 });
  await server.opened;
  mkdirSync(outFolder, { recursive: true });
  for (const reader of READERS) {
    for (const picture of listPictures(reader)) {
      const file = join(outFolder, `${picture.name}-${reader.language}.webp`);
      const bytes = await take(server.url, reader.locale, picture);
      writeFileSync(file, bytes);
      console.log(`${file}  ${Math.round(bytes.length / 1024)} KB`);
    }
  }
  await server.stop();
} finally {
  await closeBrowser();
  rmSync(scratch, { recursive: true, force: true });
}

async function take(
  url: string,
  locale: string,
  { path, width, height, colorScheme, prepare }: Picture,
): Promise<Buffer> {
  const browser = await launchBrowser();
  const viewport = { width, height };
  const context = await browser.newContext({
    viewport,
    locale,
    colorScheme,
    deviceScaleFactor: SCALE,
    serviceWorkers: "block",
  });
  const page = await context.newPage();
  await page.goto(url + path);
  // The first search also reads the index from disk, which is not what a visit looks like.
  await page.reload();
  await prepare?.(page);
  await page.waitForLoadState("networkidle");
  const session = await context.newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: QUALITY_PERCENT });
  await context.close();
  return Buffer.from(data, "base64");
}
