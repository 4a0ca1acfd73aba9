import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Page } from "playwright-core";
import { createFakeBackend } from "../fakes/backend.ts";
import { closeBrowser, needsBrowser, openPage, waitForHits, waitUntil } from "./browser.ts";

after(closeBrowser);

const box = (page: Page) => page.locator("#q");
const isFocused = (page: Page, selector: string): Promise<boolean> =>
  page.evaluate<boolean>(`document.activeElement?.matches(${JSON.stringify(selector)}) ?? false`);

const bridges = Array.from({ length: 12 }, (_, index) => ({
  id: `b${index}`,
  title: `桥 ${index} 检修`,
  body: "桥面检修。",
  publishedAtMs: Date.UTC(2021, 2, 1 + index, 4),
}));

test("Escape never takes the query or the results away", needsBrowser, async (t) => {
  const { page, url } = await openPage(t, { server: { backend: createFakeBackend(bridges) } });
  await page.goto(`${url}/?q=桥`);
  await box(page).focus();
  for (let presses = 0; presses < 3; presses++) await page.keyboard.press("Escape");
  await page.waitForTimeout(300);
  assert.equal(await box(page).inputValue(), "桥");
  await waitForHits(page, 10);
  assert.match(page.url(), /q=/);
});

test("from the filters Escape leads to the box, and the keys work there too", needsBrowser, async (t) => {
  const { page, url } = await openPage(t, { server: { backend: createFakeBackend(bridges) } });
  await page.goto(`${url}/?q=桥`);
  await page.locator("#first-hit").focus();
  await page.keyboard.press("f");
  assert.ok(await isFocused(page, "#filters [type=radio]"));
  await page.keyboard.press("j");
  assert.ok(await isFocused(page, "#first-hit"));
  await page.keyboard.press("f");
  await page.keyboard.press("Escape");
  assert.ok(await isFocused(page, "#q"));
});

test("going back puts the words of the search that is shown into the box", needsBrowser, async (t) => {
  const { page, url } = await openPage(t, { server: { backend: createFakeBackend(bridges) } });
  await page.goto(`${url}/?q=桥`);
  await box(page).fill("检修");
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=%E6%A3%80/);
  await waitForHits(page, 10);
  await page.goBack();
  await page.waitForURL(/q=%E6%A1%A5/);
  await waitUntil(() => box(page).inputValue(), "桥");
});

test("from the box down into the hits and back up again by arrows alone", needsBrowser, async (t) => {
  const { page, url } = await openPage(t, { server: { backend: createFakeBackend(bridges) } });
  await page.goto(`${url}/?q=桥`);
  await box(page).focus();
  await page.keyboard.press("ArrowDown");
  assert.ok(await isFocused(page, "#first-hit"));
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("k");
  await page.keyboard.press("ArrowUp");
  assert.ok(await isFocused(page, "#q"));
});

test("the skip link leads to the first hit, and the results stay as they are", needsBrowser, async (t) => {
  const backend = createFakeBackend(bridges);
  const { page, url } = await openPage(t, { server: { backend } });
  await page.goto(`${url}/?q=桥`);
  const asked = backend.search.requests.length;
  await page.keyboard.press("Tab");
  assert.ok(await isFocused(page, ".skip"));
  await page.keyboard.press("Enter");
  await waitUntil(() => isFocused(page, "#first-hit"), true);
  await page.waitForTimeout(200);
  assert.equal(backend.search.requests.length, asked, "a jump within the page asks for nothing");
});

test("offers are a combobox: arrows mark, Escape puts away, Enter takes the marked one", needsBrowser, async (t) => {
  const { page, url, complaints } = await openPage(t, { server: { backend: createFakeBackend(bridges) } });
  await page.goto(url);
  const combobox = page.getByRole("combobox", { name: "搜索新闻" });
  await combobox.pressSequentially("桥 1");
  await page.getByRole("listbox", { name: "搜索建议" }).waitFor();
  assert.equal(await combobox.getAttribute("aria-expanded"), "true");
  await page.keyboard.press("ArrowDown");
  const first = page.getByRole("option").first();
  assert.equal(await first.getAttribute("aria-selected"), "true");
  assert.equal(await combobox.getAttribute("aria-activedescendant"), await first.getAttribute("id"));
  await page.keyboard.press("Escape");
  await page.getByRole("listbox").waitFor({ state: "hidden" });
  assert.equal(await combobox.inputValue(), "桥 1");

  await page.keyboard.type("0");
  await page.getByRole("option", { name: "桥 10 检修" }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=%E6%A1%A5\+10\+/);
  assert.equal(await combobox.inputValue(), "桥 10 检修");
  assert.deepEqual(complaints, []);
});

test("what the sheet of keys says is true: each key that it lists does something", needsBrowser, async (t) => {
  const { page, url } = await openPage(t, { server: { backend: createFakeBackend(bridges) } });
  await page.goto(`${url}/?q=桥`);
  await page.locator(".brand").focus();
  await page.keyboard.press("?");
  const keys = await page.getByRole("dialog").locator("kbd").allTextContents();
  assert.deepEqual(keys, ["/", "j", "k", "↓", "↑", "Enter", "Esc", "n", "p", "f", "u", "?"]);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.keyboard.press("f");
  assert.ok(await isFocused(page, ".modes input"));
  await page.locator(".brand").focus();
  await page.keyboard.press("j");
  await page.keyboard.press("Escape");
  assert.ok(await isFocused(page, "#q"));
});

for (const javaScriptEnabled of [true, false]) {
  test(
    `days are typed as people write them, and pressed in the page's language, ${javaScriptEnabled ? "with" : "without"} script`,
    needsBrowser,
    async (t) => {
      const { page, url } = await openPage(t, {
        server: { backend: createFakeBackend(bridges) },
        context: { javaScriptEnabled },
      });
      await page.goto(`${url}/?q=桥`);
      await page.getByLabel("开始日期").fill("2021年3月");
      await page.keyboard.press("Enter");
      await page.getByRole("link", { name: "移除“2021-03-01 – 2021-03-31”" }).waitFor();
      await page.getByLabel("开始日期").fill("民國110年3月5日");
      await page.getByLabel("结束日期").fill("2021/3/6");
      await page.keyboard.press("Enter");
      await page.getByRole("link", { name: "移除“2021-03-05 – 2021-03-06”" }).waitFor();
      await waitForHits(page, 2);

      await page.getByText("选择年月日").click();
      await page.getByRole("link", { name: "2021", exact: true }).first().click();
      await page.waitForURL(/from=2021-01-01&to=2021-12-31/);
      if (!javaScriptEnabled) await page.getByText("选择年月日").click();
      await page.locator("#calendar").getByRole("link", { name: "2021年3月", exact: true }).click();
      await page.waitForURL(/from=2021-03-01&to=2021-03-31/);
      if (!javaScriptEnabled) await page.getByText("选择年月日").click();
      await page.locator("#calendar").getByRole("link", { name: "2021年3月4日", exact: true }).click();
      await page.waitForURL(/from=2021-03-04&to=2021-03-04/);
      await waitForHits(page, 1);
    },
  );
}
