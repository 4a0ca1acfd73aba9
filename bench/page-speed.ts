/**
 * From a key to the results of that key on the screen: types queries letter by letter into the search page of `wenxun serve` in
 * Chromium and says where the time went.
 *
 *     node bench/page-speed.ts [ARCHIVE] [--rounds N] [--queries FILE] [--json]
 *
 *     ARCHIVE    folder of an archive                  default: one made of the sample
 *     --rounds   how often each query is typed         default: 2
 *     --queries  text file, one query a line           default: those below
 *
 * Each key waits until the results of the one before are painted: a pause in typing, the case in which somebody looks at the
 * screen. Painted is the first task after the frame that shows the changed page. The server is a process of its own; the pages
 * come through the service worker, as in daily use. Prints medians; the parts of a key add up to its whole, their medians nearly.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { assetFolders } from "../src/config/paths.ts";
import { closeBrowser, DESK, launchBrowser } from "../test/browser/browser.ts";

const QUERIES = [
  "台风登陆",
  "新能源汽车出口",
  "人工智能",
  "股市下跌",
  "奥运会金牌",
  "地震救援",
  "高铁开通",
  "疫苗接种",
  "房价",
  "AI chip",
];

const launcher = join(import.meta.dirname, "..", "bin", "wenxun.mjs");

/** For the results of one key. */
const PATIENCE_MS = 10_000;

/** Milliseconds of one key, in the order in which they pass. */
interface KeyTimes {
  /** Until the page asks: what it waits for another key. */
  readonly pause: number;
  /** Until the answer is there, without the server's part. */
  readonly transfer: number;
  /** The server's part, as its Server-Timing header says. */
  readonly server: number;
  /** Until the page is changed. */
  readonly script: number;
  /** Until the change is on the screen. */
  readonly paint: number;
  readonly total: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "2" },
    queries: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const queries =
  values.queries === undefined
    ? QUERIES
    : readFileSync(values.queries, "utf8")
        .split("\n")
        .filter((line) => line.trim() !== "");

const made = positionals[0] === undefined ? mkdtempSync(join(tmpdir(), "wenxun-page-speed-")) : undefined;
const archive = positionals[0] ?? join(made ?? "", "archive");
try {
  if (made !== undefined) {
    execFileSync(process.execPath, [
      launcher,
      "import",
      join(assetFolders.sample, "articles.jsonl"),
      "--archive",
      archive,
    ]);
  }
  await using server = await startServer(archive);
  const times = await typeQueries(server.url);
  console.log(values.json ? JSON.stringify(toFigures(times)) : toReport(times, server.name));
} finally {
  await closeBrowser();
  if (made !== undefined) rmSync(made, { recursive: true, force: true });
}

async function startServer(folder: string): Promise<AsyncDisposable & { readonly url: string; readonly name: string }> {
  const server = spawn(process.execPath, [launcher, "serve", "--archive", folder, "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise((resolve) => server.once("exit", resolve));
  const said = await new Promise<string>((resolve, reject) => {
    createInterface({ input: server.stdout })
      .once("line", resolve)
      .once("close", () => reject(new Error("the server ended")));
  });
  const [, name = "", url = ""] = /^(.*) at (http:\S+?)\/?$/.exec(said) ?? [];
  const stop = async (): Promise<void> => {
    server.kill("SIGTERM");
    await exited;
  };
  return { url, name, [Symbol.asyncDispose]: stop };
}

async function typeQueries(url: string): Promise<KeyTimes[]> {
  const browser = await launchBrowser();
  const context = await browser.newContext({ locale: "zh-CN", viewport: DESK });
  await context.addInitScript(watchKeys);
  const page = await context.newPage();
  await page.goto(url);
  await page.evaluate("navigator.serviceWorker?.ready.then(() => true)");
  await page.reload();
  const times: KeyTimes[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const query of queries) {
      await page.goto(url);
      await page.keyboard.press("/");
      for (const letter of query) {
        // What changes no query, as a space after a word, is no search.
        const counts = letter.trim() !== "";
        await page.keyboard.type(letter);
        if (counts) times.push(await readKey(page));
      }
    }
  }
  await context.close();
  return times;
}

async function readKey(page: Page): Promise<KeyTimes> {
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    const times = await page.evaluate<KeyTimes | null>("globalThis.takeKeyTimes()");
    if (times !== null) return times;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`no results after ${PATIENCE_MS} ms at ${page.url()}`);
}

/** Runs in the page before its own script: notes when a key came, when its results stood in the page and when they were painted. */
function watchKeys(): void {
  /** What is used of a browser; this file has the types of Node. */
  interface Watched {
    addEventListener(type: string, listener: (event: { readonly timeStamp: number }) => void, capture: true): void;
    readonly document: {
      readonly documentElement: unknown;
      querySelector(selector: string): { readonly value: string } | null;
    };
    readonly location: { readonly search: string };
    readonly MutationObserver: new (
      callback: () => void,
    ) => { observe(target: unknown, options: Readonly<Record<string, boolean>>): void };
    requestAnimationFrame(callback: () => void): void;
    takeKeyTimes?: () => KeyTimes | null;
  }
  interface Fetched {
    readonly name: string;
    readonly initiatorType: string;
    readonly startTime: number;
    readonly responseEnd: number;
    readonly serverTiming: readonly { readonly name: string; readonly duration: number }[];
  }
  const page = globalThis as unknown as Watched;
  let keyAt: number | undefined;
  let times: KeyTimes | undefined;

  const noteKey = ({ timeStamp }: { readonly timeStamp: number }): void => {
    keyAt ??= timeStamp;
  };
  page.addEventListener("keydown", noteKey, true);
  page.addEventListener("beforeinput", noteKey, true);

  const noteChange = (): void => {
    const typed = page.document.querySelector("#q")?.value.trim();
    const shown = new URLSearchParams(page.location.search).get("q")?.trim();
    const isBusy = page.document.querySelector("main[aria-busy]") !== null;
    if (keyAt === undefined || typed !== shown || isBusy) return;
    const [began, changed] = [keyAt, performance.now()];
    keyAt = undefined;
    page.requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener("message", () => {
        times = readTimes(began, changed, performance.now());
      });
      port1.start();
      port2.postMessage(undefined);
    });
  };
  const options = { subtree: true, childList: true, attributes: true, characterData: true };
  new page.MutationObserver(noteChange).observe(page.document, options);

  const readTimes = (began: number, changed: number, painted: number): KeyTimes | undefined => {
    const entries = performance.getEntriesByType("resource") as unknown as Fetched[];
    const asked = entries.findLast(({ name, initiatorType }) => initiatorType === "fetch" && name.includes("?q="));
    if (asked === undefined) return undefined;
    const server = asked.serverTiming.find(({ name }) => name === "total")?.duration ?? 0;
    return {
      pause: asked.startTime - began,
      transfer: asked.responseEnd - asked.startTime - server,
      server,
      script: changed - asked.responseEnd,
      paint: painted - changed,
      total: painted - began,
    };
  };
  page.takeKeyTimes = () => {
    const taken = times ?? null;
    times = undefined;
    return taken;
  };
}

function toFigures(times: readonly KeyTimes[]) {
  const at = (name: keyof KeyTimes, share: number): number => {
    const sorted = times.map((time) => time[name]).sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  };
  const names = ["pause", "transfer", "server", "script", "paint", "total"] as const;
  return Object.fromEntries(
    names.map((name) => [name, { p50Ms: at(name, 0.5), p75Ms: at(name, 0.75), p95Ms: at(name, 0.95) }]),
  );
}

function toReport(times: readonly KeyTimes[], server: string): string {
  const [cpu] = cpus();
  return [
    `${server}; ${times.length} keys; ${cpus().length} × ${cpu?.model.trim()}, load ${loadavg()[0]?.toFixed(1)}.`,
    "",
    "| ms | median | 75 % | 95 % |",
    "|---|---|---|---|",
    ...Object.entries(toFigures(times)).map(
      ([name, { p50Ms, p75Ms, p95Ms }]) =>
        `| ${name} | ${p50Ms.toFixed(0)} | ${p75Ms.toFixed(0)} | ${p95Ms.toFixed(0)} |`,
    ),
  ].join("\n");
}
