/**
 * Makes the pictures of the README out of the sample: node tools/screenshots.ts [FOLDER]
 * FOLDER defaults to docs/. Wants Chromium, as the browser tests do; LANG=zh_CN.UTF-8 gives it Chinese fonts for figures too.
 * WebP, at twice the pixels of the page.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
  readonly locale: string;
  readonly colorScheme: "light" | "dark";
  /** What to do before the picture is taken. */
  readonly prepare?: (page: Page) => Promise<void>;
}

const QUALITY_PERCENT = 80;

const openWhy = async (page: Page): Promise<void> => {
  await page.locator("a.ask-why").first().click();
  await page.locator(".reasons").waitFor();
  // Where the pointer rests, a link is underlined.
  await page.mouse.move(0, 0);
};

const PICTURES: readonly Picture[] = [
  {
    name: "search",
    path: "/?q=颱風&stories=on",
    width: 1280,
    height: 940,
    locale: "zh-CN",
    colorScheme: "light",
    prepare: openWhy,
  },
  { name: "phone", path: "/?q=停電", width: 390, height: 844, locale: "zh-TW", colorScheme: "dark" },
  {
    name: "article",
    path: "/?q=台风",
    width: 1280,
    height: 700,
    locale: "zh-CN",
    colorScheme: "light",
    prepare: (page) => page.locator(".hit-title a").first().click(),
  },
  { name: "compare", path: "/?q=地铁&vs=高铁", width: 1280, height: 700, locale: "en-GB", colorScheme: "dark" },
];

const [outFolder = join(import.meta.dirname, "..", "docs")] = process.argv.slice(2);
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
  for (const picture of PICTURES) {
    const file = join(outFolder, `${picture.name}.webp`);
    const bytes = await take(server.url, picture);
    writeFileSync(file, bytes);
    console.log(`${file}  ${Math.round(bytes.length / 1024)} KB`);
  }
  await server.stop();
} finally {
  await closeBrowser();
  rmSync(scratch, { recursive: true, force: true });
}

async function take(url: string, { path, width, height, locale, colorScheme, prepare }: Picture): Promise<Buffer> {
  const browser = await launchBrowser();
  const viewport = { width, height };
  const context = await browser.newContext({
    viewport,
    locale,
    colorScheme,
    deviceScaleFactor: 2,
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
