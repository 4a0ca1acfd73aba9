import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Article } from "../../src/archive/article.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { closeBrowser, needsBrowser, openPage, PHONE, waitForHits } from "./browser.ts";

after(closeBrowser);

/** One article a month through 2020, but none in May and June. */
const year: readonly Article[] = [0, 1, 2, 3, 6, 7, 8, 9, 10, 11].map((month) => ({
  id: `m${month}`,
  title: `桥 ${month + 1} 月`,
  body: "",
  source: month % 2 === 0 ? "甲报" : "乙报",
  publishedAtMs: Date.UTC(2020, month, 10),
}));
const backend = createFakeBackend(year);

for (const [name, viewport] of Object.entries({ desk: undefined, phone: PHONE })) {
  test(`a day that cannot be read stays in the form of a ${name} until it is mended`, needsBrowser, async (t) => {
    const { page, url } = await openPage(t, {
      server: { backend },
      context: viewport === undefined ? {} : { viewport },
    });
    await page.goto(`${url}/?q=桥&source=甲报`);
    if (viewport !== undefined) await page.getByRole("button", { name: "筛选" }).click();
    const [from, to] = [page.getByLabel("开始日期"), page.getByLabel("结束日期")];
    await from.fill("2020-02-30");
    await from.press("Tab");
    await page.getByText("日期可写作").waitFor();
    assert.equal(await from.inputValue(), "2020-02-30");
    assert.equal(await from.getAttribute("aria-invalid"), "true");
    assert.match((await page.locator("#day-fault").textContent()) ?? "", /无法识别开始日期“2020-02-30”/);
    await page.keyboard.type("2020-08-31");
    assert.equal(await to.inputValue(), "2020-08-31", "the next field is still the one to type in");
    await from.fill("2020-02-29");
    await from.press("Tab");
    if (viewport !== undefined) await page.getByRole("button", { name: "查看结果" }).click();
    await waitForHits(page, 2);
    assert.equal(await page.locator("#day-fault").count(), 0);
    assert.match(page.url(), /source=%E7%94%B2%E6%8A%A5&from=2020-02-29&to=2020-08-31/);
  });
}

for (const [name, viewport] of Object.entries({ pointer: undefined, finger: PHONE })) {
  test(`dragging over the bars with a ${name} chooses their days`, needsBrowser, async (t) => {
    const { page, url } = await openPage(t, {
      server: { backend },
      context: viewport === undefined ? {} : { viewport },
    });
    await page.goto(`${url}/?q=桥`);
    if (viewport !== undefined) await page.getByRole("button", { name: "筛选" }).click();
    const from = await page.getByRole("link", { name: "2020年2月：1 篇" }).boundingBox();
    const to = await page.getByRole("link", { name: "2020年4月：1 篇" }).boundingBox();
    assert.ok(from !== null && to !== null);
    await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
    await page.mouse.down();
    await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 5 });
    await page.mouse.up();
    await page.waitForURL(/from=2020-02-01&to=2020-04-30/);
    await waitForHits(page, 3);
    await page.getByRole("link", { name: "不限时间" }).click();
    await waitForHits(page, 10);
  });
}

test("a finger on glass chooses days too, and does not scroll the page meanwhile", needsBrowser, async (t) => {
  const { page, context, url } = await openPage(t, {
    server: { backend },
    context: { viewport: PHONE, hasTouch: true, isMobile: true },
  });
  await page.goto(`${url}/?q=桥`);
  await page.getByRole("button", { name: "筛选" }).click();
  const from = await page.getByRole("link", { name: "2020年8月：1 篇" }).boundingBox();
  const to = await page.getByRole("link", { name: "2020年10月：1 篇" }).boundingBox();
  assert.ok(from !== null && to !== null);
  const session = await context.newCDPSession(page);
  const y = from.y + from.height / 2;
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", x?: number) =>
    session.send("Input.dispatchTouchEvent", { type, touchPoints: x === undefined ? [] : [{ x, y }] });
  await touch("touchStart", from.x + from.width / 2);
  for (const share of [0.25, 0.5, 0.75, 1]) await touch("touchMove", from.x + (to.x - from.x) * share + to.width / 2);
  await touch("touchEnd");
  await page.waitForURL(/from=2020-08-01&to=2020-10-31/);
  await waitForHits(page, 3);
});

for (const javaScriptEnabled of [true, false]) {
  test(
    `from all years to one, to a month, to what lies around it ${javaScriptEnabled ? "with" : "without"} script`,
    needsBrowser,
    async (t) => {
      const years = [2018, 2019, 2020].map((at) => ({
        id: `y${at}`,
        title: `桥 ${at}`,
        body: "",
        publishedAtMs: Date.UTC(at, 4, 6),
      }));
      const { page, url } = await openPage(t, {
        server: { backend: createFakeBackend(years) },
        context: { javaScriptEnabled },
      });
      await page.goto(`${url}/?q=桥`);
      await page.getByRole("link", { name: "2019", exact: true }).click();
      await page.waitForURL(/from=2019-01-01&to=2019-12-31/);
      await waitForHits(page, 1);
      await page.getByRole("link", { name: "2019年5月：1 篇" }).click();
      await page.waitForURL(/from=2019-05-01&to=2019-05-31/);
      await page.getByRole("link", { name: "扩大范围" }).click();
      await page.waitForURL(/from=2019-01-01&to=2019-12-31/);
      await page.getByRole("link", { name: /上一时段/ }).click();
      await page.waitForURL(/from=2018-01-01&to=2018-12-31/);
      await page.getByRole("link", { name: "不限时间" }).click();
      await waitForHits(page, 3);
    },
  );
}

test(
  "the bars are one stop of Tab; arrows walk them, Shift takes several, Enter goes there",
  needsBrowser,
  async (t) => {
    const { page, url } = await openPage(t, { server: { backend } });
    await page.goto(`${url}/?q=桥`);
    assert.equal(await page.locator(".bars a[tabindex='0']").count(), 1);
    await page.locator(".bars a[tabindex='0']").focus();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Shift+ArrowLeft");
    await page.keyboard.press("Shift+ArrowLeft");
    assert.equal(await page.locator(".bars .chosen").count(), 3);
    await page.keyboard.press("Enter");
    await page.waitForURL(/from=2020-09-01&to=2020-11-30/);
  },
);

test("days that the archive does not hold are drawn as a gap", needsBrowser, async (t) => {
  const { page, url } = await openPage(t, { server: { backend } });
  await page.goto(`${url}/?q=桥`);
  assert.deepEqual(await page.locator(".bars g title").allTextContents(), [
    "2020年5月：档案库中没有这段时间的文章",
    "2020年6月：档案库中没有这段时间的文章",
  ]);
});

for (const javaScriptEnabled of [true, false]) {
  test(
    `two queries, or two sources, in one picture ${javaScriptEnabled ? "with" : "without"} script`,
    needsBrowser,
    async (t) => {
      const { page, url } = await openPage(t, { server: { backend }, context: { javaScriptEnabled } });
      await page.goto(`${url}/?q=桥`);
      await page.getByRole("textbox", { name: "对比" }).fill("12");
      await page.getByRole("button", { name: "对比" }).click();
      await page.waitForURL(/vs=12/);
      await page.getByRole("link", { name: "2020年12月：桥 1 篇（100%），12 1 篇（100%）" }).waitFor();
      await page.goto(`${url}/?q=桥&source=甲报&source=乙报`);
      await page.getByRole("link", { name: "2020年3月：甲报 1 篇（100%），乙报 0 篇" }).waitFor();
      assert.equal(await page.locator(".legend > li").count(), 2);
    },
  );
}

test("a change of range or filter is undone at a press, and by a key", needsBrowser, async (t) => {
  const { page, url } = await openPage(t, { server: { backend } });
  await page.goto(`${url}/?q=桥`);
  const undo = page.getByRole("button", { name: "撤销" });
  assert.equal(await undo.count(), 0);
  await page.getByRole("link", { name: "2020年2月：1 篇" }).click();
  await waitForHits(page, 1);
  await undo.click();
  await waitForHits(page, 10);
  await undo.waitFor({ state: "hidden" });
  await page.getByRole("link", { name: "甲报", exact: false }).first().click();
  await waitForHits(page, 5);
  await page.locator(".brand").focus();
  await page.keyboard.press("u");
  await waitForHits(page, 10);
  // Nothing is left to undo: the key does not leave the page.
  await page.keyboard.press("u");
  await page.waitForTimeout(200);
  assert.match(page.url(), /q=/);
});

test("a bar in focus shows what the next page says in its place", needsBrowser, async (t) => {
  const { page, url } = await openPage(t, { server: { backend } });
  await page.goto(`${url}/?q=桥`);
  await page.getByRole("link", { name: "2020年3月：1 篇" }).click();
  await waitForHits(page, 1);
  await page.locator(".bars a").first().focus();
  await page.keyboard.press("u");
  await waitForHits(page, 10);
  const bars = page.locator(".bars a");
  assert.deepEqual(
    await bars.locator("title").allTextContents(),
    await bars.evaluateAll((links) => links.map((link) => link.getAttribute("aria-label"))),
  );
});
