import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, test } from "node:test";
import type { Page } from "playwright-core";
import type { Article } from "../../src/archive/article.ts";
import { ARTICLES } from "../fakes/articles.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { PAGES } from "../fakes/pages.ts";
import { closeBrowser, needsBrowser, openPage, waitForHits } from "./browser.ts";

after(closeBrowser);

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Rules about colours: the only ones that a change of light and dark can break. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

type Rules = "all" | "colours";

/**
 * Rules of axe that a page breaks, with the elements that do.
 * @param seen ways in which text is painted that were looked at before; those of this page are added
 */
async function findBarriers(page: Page, rules: Rules = "all", seen = new Set<string>()): Promise<string[]> {
  if (!(await page.evaluate<boolean>("'axe' in globalThis"))) await page.evaluate(axeSource);
  const options = { resultTypes: ["violations"], selectors: false, preload: false };
  const off = Object.fromEntries(COLOUR_RULES.map((rule) => [rule, { enabled: false }]));
  // The size of what is pressed is a rule of WCAG 2.2 that axe leaves out unless it is asked.
  const structure = { ...options, rules: { ...off, "target-size": { enabled: true } } };
  const colours = { ...options, runOnly: COLOUR_RULES };
  const run = (context: string, asked: object): Promise<string[]> =>
    page.evaluate<string[]>(`axe.run(${context}, ${JSON.stringify(asked)}).then(({ violations }) =>
      violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html.slice(0, 200)).join(" | ")))`);
  const found = rules === "all" ? await run("document", structure) : [];
  const hasNew = await page.evaluate<boolean>(`(${FIND_PAINTINGS})(${JSON.stringify([...seen])})`);
  if (!hasNew) return found;
  found.push(...(await run("{ include: globalThis.newPaintings.elements }", colours)));
  for (const way of await page.evaluate<string[]>("globalThis.newPaintings.ways")) seen.add(way);
  return found;
}

/**
 * Finds one element with text for each way in which text is painted that is not among those given: its colour and size and all that lies
 * behind it, and the colour of the text around it. Contrast depends on nothing else, and axe takes a millisecond for each element and
 * hundreds for a page.
 */
const FIND_PAINTINGS = `(seen) => {
  const ways = new Map();
  const layers = new Map();
  const layersBehind = (element) => {
    if (element === null) return "";
    let found = layers.get(element);
    if (found === undefined) {
      const { backgroundColor, backgroundImage, opacity, filter } = getComputedStyle(element);
      found = [layersBehind(element.parentElement), backgroundColor, backgroundImage, opacity, filter].join(" ");
      layers.set(element, found);
    }
    return found;
  };
  const known = new Set(seen);
  for (const element of document.querySelectorAll("body *")) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
    if (!hasText && !element.matches("input, select, textarea")) continue;
    if (!element.checkVisibility()) continue;
    const { color, fontSize, fontWeight, textDecorationLine, textShadow } = getComputedStyle(element);
    const around = getComputedStyle(element.parentElement).color;
    const way = [element.tagName, color, fontSize, fontWeight, textDecorationLine, textShadow, around, layersBehind(element)].join(" ");
    if (!known.has(way) && !ways.has(way)) ways.set(way, element);
  }
  globalThis.newPaintings = { ways: [...ways.keys()], elements: [...ways.values()] };
  return ways.size > 0;
}`;

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

const TELEPHONE = { width: 390, height: 844 };
const SCREEN = { width: 1440, height: 844 };
/** A window of 1280 pixels at 400 per cent (WCAG 1.4.10), and one of 1440 at 200. */
const ENLARGED = [
  { width: 320, height: 256 },
  { width: 720, height: 422 },
];

/** An expression that runs in the page, which has the types of a browser; here it is text. */
const isWiderThanScreen = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>("document.documentElement.scrollWidth > document.documentElement.clientWidth");

for (const locale of ["zh-CN", "zh-TW", "en-GB"]) {
  const isFirst = locale === "zh-CN";
  test(
    `no page in ${locale} is wider than a telephone or a screen, asks another host, breaks the policy${isFirst ? ", or has a barrier axe can see, light or dark" : ""}`,
    needsBrowser,
    async (t) => {
      const { page, url, complaints } = await openPage(t, {
        server: { backend },
        // Without motion a colour changes at once.
        context: { locale, viewport: TELEPHONE, colorScheme: "light", reducedMotion: "reduce" },
      });
      const faults: string[] = [];
      const seen = new Set<string>();
      for (const path of PAGES) {
        const look = async (view: string, rules: Rules): Promise<void> => {
          if (!isFirst) return;
          for (const fault of await findBarriers(page, rules, seen)) faults.push(`${path}, ${view}: ${fault}`);
        };
        await page.setViewportSize(TELEPHONE);
        await page.goto(url + path);
        if (await isWiderThanScreen(page)) faults.push(`${path} is too wide for a telephone`);
        await look("telephone, light", "all");
        await page.setViewportSize(SCREEN);
        if (await isWiderThanScreen(page)) faults.push(`${path} is too wide for a screen`);
        await look("screen, light", "all");
        for (const enlarged of ENLARGED) {
          await page.setViewportSize(enlarged);
          if (await isWiderThanScreen(page)) faults.push(`${path} is too wide at ${enlarged.width} pixels, enlarged`);
        }
        await page.setViewportSize(SCREEN);
        if (!isFirst) continue;
        await page.emulateMedia({ colorScheme: "dark" });
        await look("screen, dark", "colours");
        await page.setViewportSize(TELEPHONE);
        await look("telephone, dark", "colours");
        await page.emulateMedia({ colorScheme: "light" });
      }
      assert.deepEqual(faults, []);
      // The browser itself reports pages that answer 400 and 404.
      const unexpected = complaints.filter((complaint) => !/status of 40[04]/.test(complaint));
      assert.deepEqual(unexpected, []);
      await page.goto(`${url}/?q=大桥`);
      assert.deepEqual(await findBarriers(page), [], "its names, and the language it says it has");
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

/** What has the focus and shows no ring, or one that something around it cuts off. */
const FIND_BARE_FOCUS = `(() => {
  const focused = document.activeElement;
  // The picture marks the period instead; a choice and a file are drawn by what stands for them.
  if (focused === document.body || focused.closest(".bars")) return "";
  const drawn = focused.matches(".modes input") ? focused.nextElementSibling : focused;
  const ring = getComputedStyle(drawn);
  if (ring.outlineStyle === "none" || parseFloat(ring.outlineWidth) < 2) return "no ring: " + drawn.outerHTML.slice(0, 120);
  const reach = parseFloat(ring.outlineWidth) + Math.max(0, parseFloat(ring.outlineOffset));
  const box = drawn.getBoundingClientRect();
  for (let around = drawn.parentElement; around !== null && around !== document.body; around = around.parentElement) {
    const { display, overflowX, overflowY } = getComputedStyle(around);
    if (display === "contents") continue;
    if (overflowX === "visible" && overflowY === "visible") continue;
    const limit = around.getBoundingClientRect();
    if (box.left - reach < limit.left || box.right + reach > limit.right) return "cut off: " + drawn.outerHTML.slice(0, 120);
  }
  return "";
})()`;

test("whatever the Tab key reaches shows a whole ring, in the system's colours too", needsBrowser, async (t) => {
  const { page, url } = await openPage(t, { server: { backend } });
  const faults = new Set<string>();
  for (const path of ["/?q=大桥", "/articles/bridge?q=大桥&hit=1", "/trends?q=大桥", "/docs", "/saved", "/status"]) {
    await page.goto(url + path);
    for (let step = 0; step < 45; step++) {
      await page.keyboard.press("Tab");
      const fault = await page.evaluate<string>(FIND_BARE_FOCUS);
      if (fault !== "") faults.add(`${path} ${fault}`);
    }
  }
  assert.deepEqual([...faults], []);
  await page.emulateMedia({ forcedColors: "active" });
  await page.goto(`${url}/?q=大桥`);
  for (const chosen of [".modes input:checked + span", ".controls [aria-current]"]) {
    const style = await page.evaluate<string>(`getComputedStyle(document.querySelector("${chosen}")).outlineStyle`);
    assert.equal(style, "solid", `${chosen} is told from the others without a background`);
  }
});
