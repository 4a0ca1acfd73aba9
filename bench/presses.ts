/**
 * Presses the numbers of the search page in a browser and compares what it shows with what the press opens:
 * node bench/presses.ts URL QUERY … [--presses 4]   (a server that is running; Chromium is needed)
 *
 * For each query: the largest bars of the histogram and the largest values of both facets, in the mode and with the grouping that the
 * page has by itself. Prints a table, and exits with 1 where a number differs.
 */
import { parseArgs } from "node:util";
import { chromium, type Page } from "playwright-core";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { presses: { type: "string", default: "4" }, chromium: { type: "string", default: "/usr/bin/chromium" } },
});
const [url, ...queries] = positionals;
if (url === undefined || queries.length === 0) throw new Error("wanted: node bench/presses.ts URL QUERY …");
const most = Number(values.presses);

/** A number on the page that can be pressed. */
interface PressableNumber {
  readonly name: string;
  readonly shown: number;
  readonly href: string;
}

const toCount = (text: string): number => Number(text.replace(/[^\d]/g, ""));

async function readTotal(page: Page): Promise<number> {
  const summary = page.locator(".summary strong").first();
  return (await summary.count()) === 0 ? 0 : toCount((await summary.textContent()) ?? "");
}

async function readNumbers(page: Page): Promise<PressableNumber[]> {
  const bars = await page.locator("figure.histogram a[data-from]").evaluateAll((links) =>
    links.map((link) => {
      const [name = "", count = ""] = (link.getAttribute("aria-label") ?? "").split(/[：:](?=[^：:]*$)/);
      return { name, count, href: link.getAttribute("href") ?? "" };
    }),
  );
  const facets = await page.locator(".facet li > a:not(.exclude)").evaluateAll((links) =>
    links.flatMap((link) => {
      const count = link.querySelector(".count")?.textContent;
      const name = link.querySelector("bdi")?.textContent ?? link.textContent ?? "";
      return count == null ? [] : [{ name, count, href: link.getAttribute("href") ?? "" }];
    }),
  );
  const largest = (list: typeof bars): PressableNumber[] =>
    list
      .map(({ name, count, href }) => ({ name: name.trim(), shown: toCount(count), href }))
      .filter(({ shown }) => shown > 0)
      .sort((a, b) => b.shown - a.shown)
      .slice(0, most);
  return [...largest(bars), ...largest(facets)];
}

const browser = await chromium.launch({
  executablePath: values.chromium,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
const page = await browser.newPage({ javaScriptEnabled: false });
let pressed = 0;
let different = 0;
console.log("| query | total | shown → after the press | different |\n|---|---|---|---|");
for (const query of queries) {
  const address = new URL(`/?${new URLSearchParams({ q: query })}`, url).href;
  await page.goto(address);
  const total = await readTotal(page);
  const cells: string[] = [];
  let wrong = 0;
  for (const { name, shown, href } of await readNumbers(page)) {
    await page.goto(new URL(href, url).href);
    const opened = await readTotal(page);
    pressed++;
    if (opened !== shown) wrong++;
    cells.push(`${name}: ${shown} → ${opened}`);
  }
  different += wrong;
  console.log(`| ${query} | ${total} | ${cells.join("; ")} | ${wrong} of ${cells.length} |`);
}
await browser.close();
console.log(`\n${pressed} numbers pressed, ${different} opened another number.`);
if (different > 0) process.exitCode = 1;
