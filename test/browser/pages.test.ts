import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, test } from "node:test";
import type { Page } from "playwright-core";
import type { Article } from "../../src/archive/archive.ts";
import { ARTICLES } from "../fakes/articles.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { closeBrowser, DESK, needsBrowser, openPage, PHONE, waitForHits } from "./browser.ts";

after(closeBrowser);

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Rules of axe that a page breaks, with the elements that do. */
async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`);
  });
}

/** Expressions run in the page, which has the types of a browser; here they are text. */
const isWiderThanScreen = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>("document.documentElement.scrollWidth > document.documentElement.clientWidth");

const PAGES = [
  "/",
  "/?q=大桥&source=江湾日报",
  "/?q=恐龙",
  "/?q=x&from=soon",
  "/articles/bridge?q=大桥",
  "/nowhere",
  "/docs",
  "/status",
  "/saved",
  "/articles/bridge/differences/bridge-hant",
  "/?q=大桥&vs=图书馆",
  "/facets/source?q=大桥",
  "/articles/bridge/why?q=大桥",
];

for (const javaScriptEnabled of [true, false]) {
  test(`search, narrow, page on and read ${javaScriptEnabled ? "with" : "without"} script`, needsBrowser, async (t) => {
    const many: Article[] = Array.from({ length: 14 }, (_, index) => ({
      id: `ferry-${index}`,
      title: `渡轮加开第 ${index} 班`,
      body: "渡轮班次增加。",
      source: "江湾日报",
      publishedAtMs: Date.UTC(2020, index, 5),
    }));
    const { page, url, complaints } = await openPage(t, {
      server: { backend: createFakeBackend([...ARTICLES, ...many]) },
      context: { javaScriptEnabled },
    });
    await page.goto(url);
    await page.getByRole("combobox", { name: "搜索新闻" }).fill("渡轮");
    await page.getByRole("button", { name: "搜索" }).click();
    await page.waitForURL(/q=%E6%B8%A1%E8%BD%AE/);
    await page.getByText("14 篇", { exact: true }).waitFor();
    assert.equal(await page.locator(".hit").count(), 10);
    assert.equal(await page.locator(".hit mark").first().textContent(), "渡轮");

    await page.getByRole("link", { name: "下一页" }).click();
    await page.waitForURL(/offset=10/);
    await waitForHits(page, 4);

    await page.getByRole("link", { name: "2020年3月：1 篇" }).click();
    await page.waitForURL(/from=2020-03-01&to=2020-03-31/);
    await waitForHits(page, 1);
    assert.equal(await page.getByLabel("从").inputValue(), "2020-03-01");

    await page.getByRole("link", { name: /取消“2020/ }).click();
    await waitForHits(page, 10);
    await page.locator(".hit-title a").first().click();
    await page.getByRole("heading", { level: 1, name: /渡轮加开/ }).waitFor();
    await page.getByRole("link", { name: "回到结果" }).click();
    await waitForHits(page, 10);
    assert.deepEqual(complaints, []);
  });
}

for (const [name, viewport] of Object.entries({ phone: PHONE, desk: DESK })) {
  test(
    `no page is wider than a ${name}, nor asks another host, nor has a barrier axe can see`,
    needsBrowser,
    async (t) => {
      for (const colorScheme of ["light", "dark"] as const) {
        const { page, url, complaints } = await openPage(t, { context: { viewport, colorScheme, bypassCSP: true } });
        for (const path of PAGES) {
          await page.goto(url + path);
          assert.equal(await isWiderThanScreen(page), false, `${path} is too wide`);
          assert.deepEqual(await findBarriers(page), [], `${path} ${colorScheme}`);
        }
        // The browser itself reports pages that answer 400 and 404.
        assert.deepEqual(
          complaints.filter((complaint) => !complaint.includes("Failed to load resource")),
          [],
        );
      }
    },
  );
}

test("the first page is small: page, style and script together under 60 KB compressed", needsBrowser, async (t) => {
  const many = Array.from({ length: 200 }, (_, index): Article => {
    const [first] = ARTICLES;
    return {
      ...first,
      id: `${index}`,
      title: `${first?.title}${index}`,
      body: first?.body ?? "",
      source: `来源 ${index}`,
    };
  });
  const { page, context, url } = await openPage(t, { server: { backend: createFakeBackend(many) } });
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  let bytes = 0;
  session.on("Network.loadingFinished", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await page.goto(url, { waitUntil: "networkidle" });
  assert.ok(bytes > 2_000 && bytes < 60_000, `${bytes} bytes`);
});
