import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Article } from "../../src/archive/article.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { closeBrowser, needsBrowser, openPage, readDownload } from "./browser.ts";

after(closeBrowser);

const noon = Date.UTC(2022, 6, 2, 4);
const tellings: readonly Article[] = [
  {
    id: "first",
    title: "粮仓变成图书馆",
    body: "旧粮仓今天开放。",
    source: "甲报",
    category: "文化",
    publishedAtMs: noon,
  },
  {
    id: "later",
    title: "糧倉變成圖書館",
    body: "舊糧倉今天開放，晚上有燈。",
    source: "乙報",
    category: "文化",
    publishedAtMs: noon + 5 * 3_600_000,
  },
];

for (const javaScriptEnabled of [true, false]) {
  const way = javaScriptEnabled ? "with" : "without";
  test(`an article is read, turned into the other script and compared ${way} script`, needsBrowser, async (t) => {
    const { page, url, complaints } = await openPage(t, {
      server: { backend: createFakeBackend(tellings) },
      context: { javaScriptEnabled },
    });
    await page.goto(`${url}/?q=粮仓`);
    await page.getByRole("link", { name: "粮仓变成图书馆" }).click();
    await page.getByRole("heading", { level: 1, name: "粮仓变成图书馆" }).waitFor();

    await page.locator(".article").getByRole("link", { name: "繁體" }).click();
    await page.getByRole("heading", { level: 1, name: "糧倉變成圖書館" }).waitFor();
    await page.getByText("僅供閱讀").waitFor();
    await page.locator(".article").getByRole("link", { name: "按原样" }).click();
    await page.getByRole("heading", { level: 1, name: "粮仓变成图书馆" }).waitFor();

    const story = page.getByRole("region", { name: "同题报道" });
    assert.match(await story.innerText(), /本篇[\s\S]*晚 5\s*小时/);
    await story.getByRole("link", { name: "差异" }).click();
    await page.getByRole("heading", { level: 1 }).waitFor();
    assert.ok((await page.locator("ins").allTextContents()).join("").includes("晚上有燈"));
    assert.deepEqual(complaints, []);
  });

  test(`an article is cited ${way} script: by eye, and as the files it offers`, needsBrowser, async (t) => {
    const { page, url } = await openPage(t, { context: { javaScriptEnabled } });
    await page.goto(`${url}/articles/bridge`);
    await page.locator("details.cite summary").click();
    await page.getByText("临江大桥通车，两岸通勤缩短半小时[N/OL]. 江湾日报, 2021-03-14").waitFor();
    for (const [name, start] of [
      ["RIS", "TY  - NEWS"],
      ["BibTeX", "@article{"],
      ["CSL-JSON", "[{"],
    ] as const) {
      const download = page.waitForEvent("download");
      await page.getByRole("link", { name, exact: true }).click();
      const text = await readDownload(download);
      assert.ok(text.startsWith(start), text.slice(0, 40));
    }
  });
}
