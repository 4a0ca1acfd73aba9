import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, test } from "node:test";
import type { Page } from "playwright-core";
import type { Article } from "../../src/archive/article.ts";
import { ARTICLES } from "../fakes/articles.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { closeBrowser, needsBrowser, openPage, waitForHits } from "./browser.ts";

after(closeBrowser);

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Rules of axe that a page breaks, with the elements that do. */
async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(options: unknown): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    // The size of what is pressed is a rule of WCAG 2.2 that axe leaves out unless it is asked.
    const { violations } = await axe.run({ rules: { "target-size": { enabled: true } } });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`);
  });
}

/** Expressions run in the page, which has the types of a browser; here they are text. */
const isWiderThanScreen = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>("document.documentElement.scrollWidth > document.documentElement.clientWidth");

/** More sources and categories than a list shows at once, and pages enough to turn. */
const ferries: readonly Article[] = Array.from({ length: 24 }, (_, index) => ({
  id: `ferry-${index}`,
  title: `大桥旁的渡轮加开第 ${index} 班`,
  body: "大桥旁的渡轮班次增加。",
  url: `https://news.example/${index}`,
  source: `渡口 ${index} 号报`,
  category: `水路 ${index}`,
  publishedAtMs: Date.UTC(2020, index, 5),
}));
const backend = createFakeBackend([...ARTICLES, ...ferries]);

/** One of every kind of page, and the state a page can be in. */
const PAGES = [
  "/",
  "/?q=大桥&source=江湾日报",
  "/?q=恐龙",
  "/?q=x&from=soon",
  "/?q=大桥&vs=图书馆",
  "/?source=江湾日报&source=海灣時報&excludeCategory=文化&from=2021-01-01&to=2021-12-31",
  "/facets/source?q=大桥",
  "/articles/bridge?q=大桥",
  "/articles/bridge?script=zh-Hant",
  "/articles/bridge/differences/bridge-hant",
  "/articles/bridge/why?q=大桥",
  "/articles/none",
  "/docs",
  "/status",
  "/saved",
  "/login",
];

/** Every language in both widths and both colours; the rules of axe do not depend on all three together. */
const VIEWS = [
  { locale: "zh-CN", width: 390, colorScheme: "light" },
  { locale: "zh-TW", width: 390, colorScheme: "dark" },
  { locale: "en-GB", width: 390, colorScheme: "light" },
  { locale: "zh-CN", width: 1440, colorScheme: "dark" },
  { locale: "zh-TW", width: 1440, colorScheme: "light" },
  { locale: "en-GB", width: 1440, colorScheme: "dark" },
] as const;

for (const { locale, width, colorScheme } of VIEWS) {
  test(
    `no page in ${locale}, ${colorScheme}, is wider than ${width} pixels, nor asks another host or breaks the policy, nor has a barrier axe can see`,
    needsBrowser,
    async (t) => {
      const viewport = { width, height: 844 };
      const { page, url, complaints } = await openPage(t, {
        server: { backend },
        context: { locale, viewport, colorScheme },
      });
      const faults: string[] = [];
      for (const path of PAGES) {
        await page.goto(url + path);
        assert.equal(await isWiderThanScreen(page), false, `${path} is too wide`);
        faults.push(...(await findBarriers(page)).map((fault) => `${path} ${fault}`));
      }
      assert.deepEqual(faults, []);
      // The browser itself reports pages that answer 400 and 404.
      assert.deepEqual(
        complaints.filter((complaint) => !/status of 40[04]/.test(complaint)),
        [],
      );
    },
  );
}

test("what script opens and changes has no barrier either", needsBrowser, async (t) => {
  const { page, url } = await openPage(t);
  await page.goto(url);
  await page.keyboard.press("/");
  await page.keyboard.type("大桥");
  await waitForHits(page, 2);
  await page.locator("button.save").first().click();
  await page.locator("a.ask-why").first().click();
  await page.locator(".reasons").waitFor();
  assert.deepEqual(await findBarriers(page), []);
  await page.locator(".brand").focus();
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  assert.deepEqual(await findBarriers(page), []);
  await page.goto(`${url}/saved`);
  await page.locator(".hit").waitFor();
  assert.deepEqual(await findBarriers(page), []);
});
