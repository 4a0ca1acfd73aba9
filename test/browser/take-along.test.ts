import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, needsBrowser, openPage, readDownload } from "./browser.ts";

after(closeBrowser);

for (const javaScriptEnabled of [true, false]) {
  test(
    `a search is followed and exported as it stands ${javaScriptEnabled ? "with" : "without"} script`,
    needsBrowser,
    async (t) => {
      const { page, url, complaints } = await openPage(t, { context: { javaScriptEnabled } });
      await page.goto(`${url}/?q=图书馆`);
      // The links follow what is asked now, not what was asked when the page was loaded.
      await page.locator("#q").fill("大桥");
      await page.locator("#q").press("Enter");
      await page.waitForURL(/q=%E5%A4%A7%E6%A1%A5/);
      await page.locator(".hit").nth(1).waitFor();
      for (const [format, holds] of [
        ["CSV", "bridge-hant,"],
        ["JSONL", '"id":"bridge-hant"'],
        ["RIS", "ID  - bridge-hant"],
        ["BIB", "@article{bridgehant"],
      ] as const) {
        const download = page.waitForEvent("download");
        await page.locator(".take").getByRole("link", { name: format, exact: true }).click();
        const file = await download;
        assert.equal(file.suggestedFilename(), `wenxun.${format.toLowerCase()}`);
        const text = await readDownload(download);
        assert.ok(text.includes(holds), text.slice(0, 200));
        assert.doesNotMatch(text, /library/);
      }
      for (const name of ["Atom", "RSS", "JSON Feed"]) {
        const path = await page.locator(".take").getByRole("link", { name, exact: true }).getAttribute("href");
        const reply = await fetch(url + path);
        assert.equal(reply.status, 200);
        assert.match(await reply.text(), /bridge-hant/);
      }
      assert.deepEqual(complaints, []);
    },
  );
}

test("feeds and the search description that the head names are there", needsBrowser, async (t) => {
  const { page, url } = await openPage(t);
  await page.goto(`${url}/?q=大桥`);
  const links = await page.locator("head link[rel=alternate], head link[rel=search]").all();
  assert.equal(links.length, 4);
  for (const link of links) {
    const reply = await fetch(new URL((await link.getAttribute("href")) ?? "", url));
    assert.equal(reply.status, 200);
    assert.ok(reply.headers.get("content-type")?.startsWith((await link.getAttribute("type")) ?? "none"));
  }
});
