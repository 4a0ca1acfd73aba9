/**
 * Photographs every page of a running server in four widths, two colour schemes and three languages, and lays the pictures out on
 * sheets, so that they can be looked at side by side: node tools/contact-sheets.ts URL FOLDER
 *
 *     --query TEXT       what is searched for                   default: 台风
 *     --story TEXT       a query whose hits have copies         default: the query
 *     --only A,B         some of the pages by name              default: all
 *     --page NAME=PATH   one more page, as often as wanted
 *     --large            one picture a file, as large as it is, in the first language and scheme
 *
 * Wants Chromium, as the browser tests do. What it makes shows the texts of the archive: keep it out of the repository.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { createClient } from "../src/client/client.ts";
import { closeBrowser, launchBrowser } from "../test/browser/browser.ts";

/** A page, and what to do with it before it is photographed. */
interface Subject {
  readonly name: string;
  readonly path: string;
  readonly prepare?: (page: Page) => Promise<void>;
}

interface Look {
  readonly width: number;
  readonly language: "zh-Hans" | "zh-Hant" | "en";
  readonly colorScheme: "light" | "dark";
}

const PHONES = [360, 390] as const;
const DESKS = [768, 1440] as const;
const LANGUAGES = ["zh-Hans", "zh-Hant", "en"] as const;
const COLOR_SCHEMES = ["light", "dark"] as const;

/** How much of a page is shown, in pixels of its own: about two screens of a telephone and one and a half of a desk. */
const HEIGHTS: Readonly<Record<number, number>> = { 360: 1500, 390: 1500, 768: 1400, 1440: 1400 };

/** A sheet is as wide as a picture can be without being made smaller by what shows it. */
const SHEET_WIDTH = 1560;
const PER_ROW = 6;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    query: { type: "string", default: "台风" },
    story: { type: "string" },
    only: { type: "string" },
    page: { type: "string", multiple: true, default: [] },
    large: { type: "boolean", default: false },
  },
});
const [url, folder] = positionals;
if (url === undefined || folder === undefined) throw new Error("wanted: node tools/contact-sheets.ts URL FOLDER");
mkdirSync(folder, { recursive: true });

const only = values.only?.split(",");
const subjects = (await listSubjects()).filter(({ name }) => only === undefined || only.includes(name));
try {
  for (const subject of subjects) {
    if (values.large) {
      for (const width of [...PHONES.slice(1), ...DESKS]) {
        const picture = await photograph(subject, { width, language: "zh-Hans", colorScheme: "light" });
        writeFileSync(join(folder, `${subject.name}-${width}.png`), picture);
      }
    } else {
      writeFileSync(join(folder, `${subject.name}-phones.png`), await makeSheet(subject, PHONES));
      writeFileSync(join(folder, `${subject.name}-desks.png`), await makeSheet(subject, DESKS));
    }
    console.log(subject.name);
  }
} finally {
  await closeBrowser();
}

async function listSubjects(): Promise<readonly Subject[]> {
  const client = createClient(url ?? "");
  const q = values.query;
  const story = values.story ?? q;
  const { hits } = await client.search({ q, limit: 20 });
  const told = (await client.search({ q: story, stories: "on", limit: 20 })).hits.find(
    ({ copies }) => copies.length > 0,
  );
  const [first, second] = [hits[0], hits[1]];
  if (first === undefined || second === undefined) throw new Error(`fewer than two articles about ${q}`);
  const results = `/?${new URLSearchParams({ q })}`;
  const click = (selector: string) => async (page: Page) => {
    await page.locator(selector).first().click();
    await page.waitForLoadState("networkidle");
  };
  return [
    { name: "home", path: "/" },
    { name: "hits", path: results },
    { name: "none", path: "/?q=zqxjkv&mode=keyword" },
    { name: "relaxed", path: `/?${new URLSearchParams({ q: `${q} 火星 芭蕾 豆腐` })}` },
    { name: "days", path: `${results}&sort=newest&from=2021-01-01&to=2021-12-31` },
    { name: "story", path: `/?${new URLSearchParams({ q: story, stories: "on" })}` },
    { name: "compare", path: `${results}&vs=地震&vs=洪水` },
    {
      name: "filters",
      path: results,
      prepare: async (page) => {
        if (await page.locator(".open-sheet button").isVisible()) await click(".open-sheet button")(page);
        else await click("#calendar summary")(page);
      },
    },
    { name: "why", path: results, prepare: click("a.ask-why") },
    { name: "facet", path: `/facets/source?${new URLSearchParams({ q })}` },
    { name: "opened", path: results, prepare: click(".hit-title a") },
    { name: "article", path: `/articles/${encodeURIComponent(told?.id ?? first.id)}` },
    {
      name: "differences",
      path: `/articles/${encodeURIComponent(told?.id ?? first.id)}/differences/${encodeURIComponent(told?.copies[0]?.id ?? second.id)}`,
    },
    { name: "trends", path: `/trends?${new URLSearchParams({ q, vs: "地震" })}` },
    { name: "saved", path: results, prepare: saveThree },
    { name: "sources", path: "/sources" },
    { name: "follow", path: `/follow?${new URLSearchParams({ q })}` },
    { name: "status", path: "/status" },
    { name: "docs", path: "/docs" },
    { name: "keys", path: results, prepare: (page) => page.keyboard.press("?") },
    { name: "missing", path: "/articles/nothing-here" },
    ...values.page.map((given) => {
      const [name = "", ...path] = given.split("=");
      return { name, path: path.join("=") };
    }),
  ];
}

/** A collection with something in it is what a reader sees. */
async function saveThree(page: Page): Promise<void> {
  for (const index of [0, 1, 2]) await page.locator("button.save").nth(index).click();
  await page.goto(`${url}/saved`);
  await page.waitForLoadState("networkidle");
}

async function photograph(subject: Subject, { width, language, colorScheme }: Look): Promise<Buffer> {
  const browser = await launchBrowser();
  const viewport = { width, height: width < 700 ? 844 : 1000 };
  const context = await browser.newContext({ viewport, locale: language, colorScheme, serviceWorkers: "block" });
  const page = await context.newPage();
  await page.goto(new URL(subject.path, url).href);
  await subject.prepare?.(page);
  await page.waitForLoadState("networkidle");
  const { width: wide, height: high } = (await page.evaluate(
    "({ width: document.documentElement.scrollWidth, height: document.documentElement.scrollHeight })",
  )) as { width: number; height: number };
  if (wide > width) console.log(`  ${subject.name} is ${wide} pixels wide at ${width}, ${language}`);
  const clip = { x: 0, y: 0, width, height: Math.min(high, HEIGHTS[width] ?? high) };
  const picture = await page.screenshot({ fullPage: true, clip });
  await context.close();
  return picture;
}

/** All languages and schemes of a page, a row for each width. */
async function makeSheet(subject: Subject, widths: readonly number[]): Promise<Buffer> {
  const rows: string[] = [];
  for (const width of widths) {
    for (const colorScheme of COLOR_SCHEMES) {
      for (const language of LANGUAGES) {
        const picture = await photograph(subject, { width, language, colorScheme });
        rows.push(`<img src="data:image/png;base64,${picture.toString("base64")}">`);
      }
    }
  }
  const browser = await launchBrowser();
  const page = await browser.newPage({ viewport: { width: SHEET_WIDTH, height: 800 } });
  await page.setContent(
    `<style>body{margin:0;background:#888;display:grid;grid-template-columns:repeat(${PER_ROW},1fr);gap:6px;align-items:start}img{width:100%}</style>${rows.join("")}`,
  );
  const sheet = await page.screenshot({ fullPage: true });
  await page.close();
  return sheet;
}
