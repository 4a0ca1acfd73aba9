import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Article } from "../../src/archive/article.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { closeBrowser, needsBrowser, openPage, waitForHits, waitUntil } from "./browser.ts";

after(closeBrowser);

const many: readonly Article[] = Array.from({ length: 200 }, (_, index) => ({
  id: `a${index}`,
  title: `桥 ${index} 检修`,
  body: `第 ${index} 座桥`,
  source: `${index} 号报`,
}));
const backend = createFakeBackend(many);

test("among two hundred sources one is found by its name, in place, and chosen", needsBrowser, async (t) => {
  const { page, url, complaints } = await openPage(t, { server: { backend } });
  await page.goto(`${url}/?q=桥`);
  const more = page.locator("#more-source");
  await more.locator("summary").click();
  await more.getByRole("searchbox", { name: "来源：按名称查找" }).fill("187");
  await waitUntil(() => more.locator(".values li").count(), 1);
  await more.getByRole("link", { name: "187 号报 1", exact: true }).click();
  await page.waitForURL(/source=187/);
  await waitForHits(page, 1);
  assert.deepEqual(complaints, []);
});

test("without script every source is reached by a page of its own", needsBrowser, async (t) => {
  const { page, url } = await openPage(t, { server: { backend }, context: { javaScriptEnabled: false } });
  await page.goto(`${url}/?q=桥`);
  await page.locator("#more-source summary").click();
  await page.getByRole("link", { name: "查看全部" }).click();
  await page.waitForURL(/facets\/source\?q=/);
  assert.equal(await page.locator(".values li").count(), 200);
  await page.getByRole("searchbox", { name: "来源：按名称查找" }).fill("187");
  await page.keyboard.press("Enter");
  await page.waitForURL(/contains=187/);
  await page.getByRole("link", { name: "187 号报 1", exact: true }).click();
  await page.waitForURL(/\/\?q=.*source=187/);
  assert.equal(await page.locator(".hit").count(), 1);
});

test("an open list of sources stays open while one is chosen", needsBrowser, async (t) => {
  const { page, url } = await openPage(t, { server: { backend } });
  await page.goto(`${url}/?q=桥`);
  await page.locator("#more-source summary").click();
  await page.locator("#more-source .values a").first().click();
  await page.waitForURL(/source=/);
  await waitForHits(page, 1);
  assert.equal(await page.locator("#more-source").evaluate((element) => element.matches("[open]")), true);
});

for (const javaScriptEnabled of [true, false]) {
  test(`why a hit matched, ${javaScriptEnabled ? "under it" : "on a page of its own"}`, needsBrowser, async (t) => {
    const { page, url, complaints } = await openPage(t, { context: { javaScriptEnabled } });
    await page.goto(`${url}/?q=大桥`);
    const link = page.getByRole("link", { name: "匹配原因" }).first();
    await link.click();
    await page.getByText("文中出现").waitFor();
    assert.equal(new URL(page.url()).pathname === "/", javaScriptEnabled);
    if (javaScriptEnabled) {
      assert.equal(await page.locator(".hit .reasons").count(), 1);
      await link.click();
      await waitUntil(() => page.locator(".reasons").count(), 0);
    } else {
      await page.getByRole("link", { name: "返回搜索结果" }).click();
      await waitForHits(page, 2);
    }
    assert.deepEqual(complaints, []);
  });
}

test("titles that hold what is typed are offered, on the page of an article too", needsBrowser, async (t) => {
  const { page, url } = await openPage(t, { server: { backend } });
  await page.goto(`${url}/articles/a3`);
  await page.getByRole("combobox", { name: "搜索新闻" }).fill("桥 19");
  await page.getByRole("option", { name: "桥 19 检修" }).waitFor();
});

for (const javaScriptEnabled of [true, false]) {
  test(
    `several sources are taken and a category left out, each with its count ${javaScriptEnabled ? "with" : "without"} script`,
    needsBrowser,
    async (t) => {
      const { page, url, complaints } = await openPage(t, { context: { javaScriptEnabled } });
      await page.goto(url);
      const sources = page.getByRole("region", { name: "来源" });
      await sources.getByRole("link", { name: "江湾日报 2", exact: true }).click();
      await page.waitForURL(/source=/);
      await waitForHits(page, 2);
      await sources.getByRole("link", { name: "海灣時報 1", exact: true }).click();
      await page.waitForURL(/source=.*&source=/);
      await waitForHits(page, 3);
      await page.getByRole("link", { name: "排除“文化”" }).click();
      await page.waitForURL(/excludeCategory=/);
      await waitForHits(page, 2);
      // The counts of sources obey the category that was left out, and not one another.
      await sources.getByRole("link", { name: "江湾日报 1", exact: true }).waitFor();
      await page.getByRole("link", { name: "移除“江湾日报”" }).click();
      await waitForHits(page, 1);
      await page.getByRole("link", { name: "清除全部" }).click();
      await waitForHits(page, 4);
      assert.equal(new URL(page.url()).search, "");
      assert.deepEqual(complaints, []);
    },
  );
}
