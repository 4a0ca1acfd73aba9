import { existsSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import type { TestContext } from "node:test";
import type { Browser, BrowserContext, BrowserContextOptions, Download, Page } from "playwright-core";
import { createServer, type ServerOptions } from "../../src/compose/create-server.ts";
import { assetFolders } from "../../src/config/paths.ts";
import { listen } from "../../src/http/listen.ts";
import { createResources } from "../../src/resources/registry.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { NO_BROWSER, openBrowser } from "./chromium.ts";

/** Options of every browser test: skipped, with the reason, where there is no browser. */
export const needsBrowser = { skip: NO_BROWSER ?? false } as const;

let opened: Promise<Browser> | undefined;

/** The browser of this file of tests; flags count when it is asked for first. */
export function launchBrowser(flags: readonly string[] = []): Promise<Browser> {
  opened ??= openBrowser(flags);
  return opened;
}

export async function closeBrowser(): Promise<void> {
  await (await opened)?.close();
}

export interface OpenOptions {
  readonly server?: Partial<ServerOptions>;
  readonly context?: BrowserContextOptions;
}

/** A page as wide as a telephone, and what went wrong in it. */
export interface OpenedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly url: string;
  /** Messages of the console and of uncaught errors, refused requests among them. */
  readonly complaints: string[];
}

export const PHONE = { width: 360, height: 740 };
export const DESK = { width: 1440, height: 900 };

/** What closes things when it ends: a test, or a file of tests that share a page. */
export type Scope = Pick<TestContext, "after">;

/** A browser page of its own on a server of its own; both are closed when the test ends. */
export async function openPage(t: Scope, { server, context: contextOptions }: OpenOptions = {}): Promise<OpenedPage> {
  const app = await createServer({
    backend: createFakeBackend(),
    resources: createResources(),
    version: "0.0.0-test",
    assetsFolder: assetFolders.web,
    ...server,
  });
  if (!existsSync(join(assetFolders.web, "style.css"))) throw new Error("build/web is missing: run `npm run build`");
  const { url, stop } = await listen(app, { host: "127.0.0.1", port: 0 });
  const browser = await launchBrowser();
  const context = await browser.newContext({
    locale: "zh-CN",
    viewport: DESK,
    // A worker would answer for the server after the first page; the test of it allows it.
    serviceWorkers: "block",
    ...contextOptions,
  });
  t.after(async () => {
    await context.close();
    await stop();
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    const blockedHere = message.text().startsWith("Service Worker registration blocked");
    if (["error", "warning"].includes(message.type()) && !blockedHere) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith("data:")) complaints.push(`asked ${request.url()}`);
  });
  return { page, context, url, complaints };
}

/** The text of a file that is saved. */
export async function readDownload(download: Promise<Download>): Promise<string> {
  return (await buffer(await (await download).createReadStream())).toString();
}

const PATIENCE_MS = 15_000;

/** Waits until `read` gives `wanted`; asked from outside, since a strict policy lets no test evaluate text inside the page. */
export async function waitUntil<T>(read: () => Promise<T>, wanted: T): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  let got = await read();
  while (got !== wanted) {
    if (Date.now() > until) throw new Error(`wanted ${wanted}, still ${got} after ${PATIENCE_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 30));
    got = await read();
  }
}

export const waitForHits = (page: Page, count: number): Promise<void> =>
  waitUntil(() => page.locator(".hit").count(), count);
