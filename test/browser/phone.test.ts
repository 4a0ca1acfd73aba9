import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Page } from "playwright-core";
import type { Article } from "../../src/archive/article.ts";
import { ARTICLES } from "../fakes/articles.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { closeBrowser, needsBrowser, openPage, waitForHits } from "./browser.ts";

after(closeBrowser);

const TELEPHONE = { width: 390, height: 844 };

const ferries: readonly Article[] = Array.from({ length: 24 }, (_, index) => ({
  id: `ferry-${index}`,
  title: `大桥旁的渡轮加开第 ${index} 班`,
  body: "大桥旁的渡轮班次增加。",
  url: `https://news.example/${index}`,
  source: `渡口 ${index} 号报`,
  category: `水路 ${index}`,
  publishedAtMs: Date.UTC(2020, index, 5, 3, 30),
}));
const backend = createFakeBackend([...ARTICLES, ...ferries]);

/** What a thumb presses and is lower or narrower than 44 pixels, both counted; text within a sentence is not meant. */
const findSmall = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(`[...document.querySelectorAll(
    ".ask input, .ask button, .open-sheet button, .sheet button, .sheet select, .sheet .modes label, .facet a, .facet summary, " +
    ".hit-title a, .actions a, .actions button, .copies summary, .paging a, .foot a, .chips a, .brand"
  )].filter((element) => element.checkVisibility()).flatMap((element) => {
    const { width, height } = element.getBoundingClientRect();
    return width >= 43.9 && height >= 43.9 ? [] : [element.outerHTML.slice(0, 80) + " " + width + "×" + height];
  })`);

for (const javaScriptEnabled of [true, false]) {
  test(
    `on a telephone the first hit is in the upper half, and all else behind one press, ${javaScriptEnabled ? "with" : "without"} script`,
    needsBrowser,
    async (t) => {
      const { page, url, complaints } = await openPage(t, {
        server: { backend },
        context: { viewport: TELEPHONE, javaScriptEnabled },
      });
      await page.goto(`${url}/?q=大桥`);
      const hit = await page.locator(".hit").first().boundingBox();
      assert.ok(hit !== null && hit.y < TELEPHONE.height / 4, `it begins at ${hit?.y}`);
      assert.ok(hit.y + hit.height < TELEPHONE.height / 2, `it ends at ${hit.y + hit.height}`);
      assert.deepEqual(await findSmall(page), []);

      const sheet = page.locator("#filters");
      assert.equal(await sheet.isVisible(), false);
      await page.getByRole("button", { name: "筛选" }).click();
      await sheet.waitFor();
      assert.deepEqual(await findSmall(page), []);
      await page.keyboard.press("Escape");
      await sheet.waitFor({ state: "hidden" });

      await page.getByRole("button", { name: "筛选" }).click();
      await sheet.locator(".modes label", { hasText: "关键词" }).click();
      await sheet.getByRole("button", { name: "查看结果" }).click();
      await page.waitForURL(/mode=keyword/);
      await sheet.waitFor({ state: "hidden" });

      await page.getByRole("button", { name: "筛选" }).click();
      await sheet.getByRole("link", { name: "江湾日报 1", exact: true }).click();
      await page.waitForURL(/source=/);
      await waitForHits(page, 1);
      if (javaScriptEnabled) await sheet.getByRole("button", { name: "关闭" }).click();
      // The button tells how many filters are on.
      await page.getByRole("button", { name: "筛选 1" }).waitFor();
      assert.deepEqual(complaints, []);
    },
  );
}

test("the search box stays at hand while the results scroll", needsBrowser, async (t) => {
  const { page, url } = await openPage(t, { server: { backend }, context: { viewport: TELEPHONE } });
  await page.goto(`${url}/?q=大桥`);
  await page.evaluate("scrollTo(0, 900)");
  const box = await page.locator("#q").boundingBox();
  assert.ok(box !== null && box.y >= 0 && box.y < 60, `${box?.y}`);
  await page.locator(".hit-title a").first().focus();
  const hit = await page.locator(".hit-title a").first().boundingBox();
  assert.ok(hit !== null && hit.y >= box.y + box.height, "what is in focus is not behind the box");
});

test("the status page fits a telephone: no table scrolls sideways", needsBrowser, async (t) => {
  const { page, url } = await openPage(t, { server: { backend }, context: { viewport: { width: 360, height: 740 } } });
  await page.goto(`${url}/status`);
  const wide = await page.evaluate<string[]>(
    `[...document.querySelectorAll("main *")].filter((element) => element.scrollWidth > element.clientWidth + 1 &&
      getComputedStyle(element).overflowX === "auto").map((element) => element.outerHTML.slice(0, 80))`,
  );
  assert.deepEqual(wide, []);
});
