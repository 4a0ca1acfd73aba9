import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, needsBrowser, openPage, waitForHits } from "./browser.ts";

after(closeBrowser);

for (const javaScriptEnabled of [true, false]) {
  test(
    `the language follows the browser and the switch, the search stays, ${javaScriptEnabled ? "with" : "without"} script`,
    needsBrowser,
    async (t) => {
      const { page, url, complaints } = await openPage(t, { context: { javaScriptEnabled, locale: "zh-HK" } });
      await page.goto(`${url}/?q=大桥`);
      await page.getByRole("button", { name: "搜尋" }).waitFor();
      await page.getByRole("link", { name: "English" }).click();
      await page.getByRole("button", { name: "Search", exact: true }).waitFor();
      assert.equal(await page.locator("html").getAttribute("lang"), "en");
      assert.equal(await page.locator("#q").inputValue(), "大桥");
      await page.goto(`${url}/articles/bridge`);
      await page.getByRole("heading", { name: "Similar articles" }).waitFor();
      await page.getByRole("navigation", { name: "Language" }).getByRole("link", { name: "简体" }).click();
      await page.getByRole("button", { name: "搜索", exact: true }).waitFor();
      assert.deepEqual(complaints, []);
    },
  );
}

test("a page whose script never comes is the page without script", needsBrowser, async (t) => {
  const { page, context, url } = await openPage(t);
  await context.route(/main\.js/, (route) => route.abort());
  await page.goto(url);
  await page.locator("#q").fill("大桥");
  await page.locator("#q").press("Enter");
  await page.waitForURL(/q=%E5%A4%A7%E6%A1%A5/);
  await waitForHits(page, 2);
});

test("light and dark follow the reader; nothing moves for those who want no motion", needsBrowser, async (t) => {
  const { page, url } = await openPage(t, { context: { colorScheme: "light", reducedMotion: "reduce" } });
  await page.goto(`${url}/?q=大桥`);
  const background = () => page.evaluate<string>("getComputedStyle(document.documentElement).backgroundColor");
  const isBright = async () => (/\d+/.exec(await background())?.[0] ?? "0").length === 3;
  assert.equal(await isBright(), true);
  await page.emulateMedia({ colorScheme: "dark" });
  assert.equal(await isBright(), false);
  const moving =
    "[...document.querySelectorAll('*')].filter((element) => /[1-9]/.test(getComputedStyle(element).transitionDuration + getComputedStyle(element).animationDuration)).length";
  assert.equal(await page.evaluate<number>(moving), 0);
  await page.emulateMedia({ reducedMotion: "no-preference" });
  assert.ok((await page.evaluate<number>(moving)) > 0);
});

test("on paper there is what was read, and the way to the original", needsBrowser, async (t) => {
  const { page, url } = await openPage(t);
  await page.goto(`${url}/articles/bridge?q=大桥`);
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.getByRole("heading", { level: 1 }).isVisible(), true);
  for (const selector of ["search", ".foot", ".similar", ".cite", ".back", "button.save"]) {
    assert.equal(await page.locator(selector).first().isVisible(), false, selector);
  }
  const original = await page.evaluate("getComputedStyle(document.querySelector('a.out'), '::after').content");
  assert.match(String(original), /https:\/\/news\.example\/bridge/);
});
