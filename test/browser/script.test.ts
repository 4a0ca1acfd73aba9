import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Page } from "playwright-core";
import { createFakeBackend, type FakeBackend } from "../fakes/backend.ts";
import { closeBrowser, needsBrowser, openPage, waitUntil } from "./browser.ts";

after(closeBrowser);

/** Queries whose hits were shown; the page also counts the whole archive once, and looks for titles to suggest. */
const asked = (backend: FakeBackend): string[] =>
  backend.search.requests.filter(({ limit, facetValues }) => limit > 0 && facetValues !== 0).map(({ query }) => query);

const box = (page: Page) => page.getByRole("combobox", { name: "搜索新闻" });

test(
  "results come while typing, each pause one search; Back leads to what was asked before",
  needsBrowser,
  async (t) => {
    const backend = createFakeBackend();
    const { page, url, complaints } = await openPage(t, { server: { backend } });
    await page.goto(`${url}/?q=图书馆`);
    await box(page).focus();
    // Four keys within one task of the page: however slow the machine is, there is no pause between them.
    await box(page).evaluate((element: EventTarget & { value: string }) => {
      for (const typed of ["临", "临江", "临江大", "临江大桥"]) {
        element.value = typed;
        element.dispatchEvent(new Event("input", { bubbles: true }));
      }
    });
    await page.waitForURL(/q=%E4%B8%B4%E6%B1%9F%E5%A4%A7%E6%A1%A5$/);
    await page.locator(".hit mark", { hasText: "临江大桥" }).first().waitFor();
    assert.deepEqual(asked(backend), ["图书馆", "临江大桥"]);
    assert.equal(await box(page).inputValue(), "临江大桥");
    assert.equal(await box(page).evaluate((element) => element.matches(":focus")), true);
    assert.match(await page.title(), /^临江大桥/);

    await page.goBack();
    await page.locator(".hit-title", { hasText: "图书馆" }).waitFor();
    assert.equal(await page.locator(".hit").count(), 1);
    assert.deepEqual(complaints, []);
  },
);

test(
  "an unfinished input-method composition is not searched, and its Enter does not send the form",
  needsBrowser,
  async (t) => {
    const backend = createFakeBackend();
    const { page, context, url } = await openPage(t, { server: { backend } });
    await page.goto(url);
    await box(page).focus();
    const session = await context.newCDPSession(page);
    await session.send("Input.imeSetComposition", { text: "da'qiao", selectionStart: 7, selectionEnd: 7 });
    await page.waitForTimeout(500);
    assert.deepEqual(asked(backend), [""]);
    await session.send("Input.insertText", { text: "大桥" });
    await page.waitForURL(/q=%E5%A4%A7%E6%A1%A5$/);
    assert.equal(backend.search.requests.at(-1)?.query, "大桥");
  },
);

test("a slow answer never overwrites a later one", needsBrowser, async (t) => {
  const backend = createFakeBackend();
  const gate = Promise.withResolvers<void>();
  const slow = {
    ...backend.search,
    search: async (request: Parameters<typeof backend.search.search>[0]) => {
      if (request.query === "大桥") await gate.promise;
      return backend.search.search(request);
    },
  };
  const { page, url } = await openPage(t, { server: { backend: { ...backend, search: slow } } });
  await page.goto(url);
  await box(page).fill("大桥");
  await page.waitForRequest(/q=%E5%A4%A7%E6%A1%A5$/);
  await box(page).fill("图书馆");
  await page.waitForURL(/q=%E5%9B%BE/);
  gate.resolve();
  await page.waitForTimeout(200);
  assert.match(page.url(), /q=%E5%9B%BE/);
  assert.equal(await page.locator(".hit").count(), 1);
});

test("mode, order and days take effect at once and keep the focus", needsBrowser, async (t) => {
  const backend = createFakeBackend();
  const { page, url } = await openPage(t, { server: { backend } });
  await page.goto(`${url}/?q=大桥`);
  await page.getByRole("radio", { name: "智能" }).focus();
  await page.keyboard.press("ArrowRight");
  await page.waitForURL(/mode=semantic/);
  assert.equal(await page.getByRole("radio", { name: "语义" }).evaluate((element) => element.matches(":focus")), true);
  await page.locator("select[name=sort]").selectOption("oldest");
  await page.waitForURL(/mode=semantic&sort=oldest/);
  await page.getByLabel("开始日期").fill("2021-3-15");
  await page.keyboard.press("Enter");
  await page.waitForURL(/from=2021-3-15/);
  await page.locator(".hit").nth(1).waitFor({ state: "detached" });
  assert.equal(backend.search.requests.at(-1)?.sort, "oldest");
});

test("a whole search by keyboard alone", needsBrowser, async (t) => {
  const { page, url, complaints } = await openPage(t);
  await page.goto(url);
  await page.keyboard.press("/");
  await page.keyboard.type("大桥");
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=%E5%A4%A7%E6%A1%A5/);
  await page.locator(".hit mark").first().waitFor();
  await page.locator(".brand").focus();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  await page.keyboard.press("ArrowDown");
  assert.equal(
    await page
      .locator(".hit-title a")
      .nth(1)
      .evaluate((element) => element.matches(":focus")),
    true,
  );
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "键盘快捷键" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "临江大桥通车，两岸通勤缩短半小时" }).waitFor();
  assert.deepEqual(complaints, []);
});

test("keys typed into the box are text", needsBrowser, async (t) => {
  const { page, url } = await openPage(t);
  await page.goto(url);
  await box(page).click();
  await page.keyboard.type("jk/?");
  assert.equal(await box(page).inputValue(), "jk/?");
  assert.equal(await page.getByRole("dialog").count(), 0);
});

test(
  "recent searches stay on the device, come back on the first page, and go at one press",
  needsBrowser,
  async (t) => {
    const { page, url } = await openPage(t);
    await page.goto(url);
    assert.equal(await page.getByRole("region", { name: "最近搜索" }).count(), 0);
    await box(page).fill("图书馆");
    await box(page).press("Enter");
    await page.waitForURL(/q=%E5%9B%BE/);
    await page.locator(".hit-title a", { hasText: "图书馆" }).click();
    await page.waitForURL(/articles/);
    await page.goto(url);
    const recent = page.getByRole("region", { name: "最近搜索" });
    await recent.getByRole("link", { name: "图书馆" }).click();
    await page.waitForURL(/q=%E5%9B%BE/);
    await page.goto(url);
    await recent.getByRole("button", { name: "清除" }).click();
    await recent.waitFor({ state: "hidden" });
    assert.equal(await page.evaluate("localStorage.length"), 0);
  },
);

test("going back from an article restores the place", needsBrowser, async (t) => {
  const many = Array.from({ length: 30 }, (_, index) => ({
    id: `a${index}`,
    title: `桥 ${index}`,
    body: "桥".repeat(200),
  }));
  const { page, url } = await openPage(t, { server: { backend: createFakeBackend(many) } });
  await page.goto(`${url}/?q=桥&limit=30`);
  await page.locator(".hit-title a").nth(20).click();
  await page.waitForURL(/articles/);
  await page.goBack();
  await waitUntil(() => page.evaluate<boolean>("scrollY > 500"), true);
});

test("when the server goes away, what was found stays and says so", needsBrowser, async (t) => {
  const { page, context, url } = await openPage(t);
  await page.goto(`${url}/?q=大桥`);
  await context.setOffline(true);
  await box(page).fill("图书馆");
  await page.getByText("无法连接服务器").waitFor();
  assert.equal(await page.locator(".hit").count(), 2);
});

test("going back from the next results restores the place in those before", needsBrowser, async (t) => {
  const many = Array.from({ length: 40 }, (_, index) => ({
    id: `a${index}`,
    title: `桥 ${index}`,
    body: "桥".repeat(200),
  }));
  const { page, url } = await openPage(t, { server: { backend: createFakeBackend(many) } });
  await page.goto(`${url}/?q=桥&limit=20`);
  await page.locator("[rel=next]").scrollIntoViewIfNeeded();
  const left = await page.evaluate<number>("scrollY");
  assert.ok(left > 500);
  await page.locator("[rel=next]").click();
  await page.waitForURL(/offset=20/);
  await waitUntil(() => page.evaluate<number>("scrollY"), 0);
  await page.goBack();
  await waitUntil(() => page.evaluate<boolean>(`Math.abs(scrollY - ${left}) < 50`), true);
});

test("the page says in which other forms it searched", needsBrowser, async (t) => {
  const { page, url } = await openPage(t);
  await page.goto(url);
  await box(page).fill("軟體 大桥");
  await page.locator(".variants").getByText("软体", { exact: true }).waitFor();
});

test(
  "nothing found says what to try; a wrong date says what was wanted, and the form stays",
  needsBrowser,
  async (t) => {
    const { page, url } = await openPage(t);
    await page.goto(url);
    await box(page).fill("恐龙");
    await page.getByRole("heading", { name: "没有找到结果" }).waitFor();
    await page.goto(`${url}/?q=大桥&from=soon`);
    await page.getByRole("alert").getByText("无法识别开始日期“soon”").waitFor();
    assert.equal(await box(page).inputValue(), "大桥");
    await page.locator("input[name=from]").fill("");
    await box(page).press("Enter");
    await page.locator(".hit").first().waitFor();
  },
);
