import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Article } from "../../src/archive/article.ts";
import { ARTICLES } from "../fakes/articles.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { closeBrowser, needsBrowser, openPage, waitForHits } from "./browser.ts";

after(closeBrowser);

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
    await page.getByRole(javaScriptEnabled ? "combobox" : "searchbox", { name: "搜索新闻" }).fill("渡轮");
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
    assert.equal(await page.getByLabel("开始日期").inputValue(), "2020-03-01");

    await page.getByRole("link", { name: /移除“2020/ }).click();
    await waitForHits(page, 10);
    await page.locator(".hit-title a").first().click();
    await page.getByRole("heading", { level: 1, name: /渡轮加开/ }).waitFor();
    await page.getByRole("link", { name: "返回搜索结果" }).click();
    await waitForHits(page, 10);
    assert.deepEqual(complaints, []);
  });
}

test("the first page is small: page, style and script together under 30 KB compressed", needsBrowser, async (t) => {
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
  const { page, url } = await openPage(t, { server: { backend: createFakeBackend(many) } });
  for (const encoding of ["br", "gzip"]) {
    const other = await page
      .context()
      .browser()
      ?.newContext({ extraHTTPHeaders: { "accept-encoding": encoding } });
    const visitor = await other?.newPage();
    assert.ok(other !== undefined && visitor !== undefined);
    const session = await other.newCDPSession(visitor);
    await session.send("Network.enable");
    let bytes = 0;
    const encodings = new Set<string>();
    session.on("Network.loadingFinished", ({ encodedDataLength }) => {
      bytes += encodedDataLength;
    });
    session.on("Network.responseReceived", ({ response }) => {
      encodings.add(response.headers["content-encoding"] ?? "");
    });
    await visitor.goto(url, { waitUntil: "networkidle" });
    assert.ok(encodings.has(encoding), [...encodings].join());
    assert.ok(bytes > 2_000 && bytes < 30_000, `${encoding}: ${bytes} bytes`);
    await other.close();
  }
});
