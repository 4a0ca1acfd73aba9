import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createFakeBackend } from "../fakes/backend.ts";
import { closeBrowser, needsBrowser, openPage, readDownload } from "./browser.ts";

/** A reference manager's reader of RIS; it has no types. */
const { Cite } = (await import("@citation-js/core" as string)) as {
  Cite: new (text: string) => { readonly data: readonly { readonly title: string }[] };
};
await import("@citation-js/plugin-ris" as string);

after(closeBrowser);

test(
  "articles are saved on the device, from results and from their page, listed, exported and removed",
  needsBrowser,
  async (t) => {
    const { page, url, complaints } = await openPage(t);
    await page.goto(`${url}/?q=标题`);
    await page.getByRole("button", { name: "收藏", exact: true }).click();
    await page.goto(`${url}/articles/bridge`);
    await page.locator(".article").getByRole("button", { name: "收藏", exact: true }).click();
    await page.locator(".article").getByRole("button", { name: "已收藏" }).waitFor();
    await page.goto(`${url}/saved`);
    assert.deepEqual(await page.locator(".hit-title").allTextContents(), [
      "临江大桥通车，两岸通勤缩短半小时",
      '<script>alert("标题")</script> & 转义',
    ]);

    assert.match((await page.locator(".hit .meta").first().textContent()) ?? "", /^2021年3月14日 09:00 UTC\+8 · /);

    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "JSONL", exact: true }).click();
    const lines = (await readDownload(download)).trim().split("\n");
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).id),
      ["bridge", "undated/ünï 100%"],
    );

    const file = page.waitForEvent("download");
    await page.getByRole("button", { name: "RIS" }).click();
    const { data } = new Cite(await readDownload(file));
    assert.deepEqual(
      data.map(({ title }) => title),
      ["临江大桥通车，两岸通勤缩短半小时", '<script>alert("标题")</script> & 转义'],
    );

    await page.getByRole("button", { name: "取消收藏" }).first().click();
    await page.getByRole("link", { name: "<script>" }).click();
    await page.getByRole("heading", { level: 1, name: "转义" }).waitFor();
    await page.locator(".article").getByRole("button", { name: "已收藏" }).click();
    await page.goto(`${url}/saved`);
    await page.getByText("还没有收藏文章。").waitFor();
    assert.deepEqual(complaints, []);
  },
);

test(
  "the collection's files are as safe as the server's: no cell is a formula, no line ends a field",
  needsBrowser,
  async (t) => {
    const hostile = {
      id: "h",
      title: "=HYPERLINK(1)",
      body: "",
      source: "＝1+1",
      category: "交通",
      publishedAtMs: Date.UTC(2021, 2, 14),
    };
    const backend = createFakeBackend([hostile, { ...hostile, id: "-h", title: "标题\u0085ER  - " }]);
    const { page, url } = await openPage(t, { server: { backend } });
    for (const id of ["h", "-h"]) {
      await page.goto(`${url}/articles/${id}`);
      await page.locator(".article").getByRole("button", { name: "收藏", exact: true }).click();
    }
    await page.goto(`${url}/saved`);
    const save = async (name: string): Promise<string> => {
      const file = page.waitForEvent("download");
      await page.getByRole("button", { name }).click();
      return readDownload(file);
    };
    assert.equal(
      await save("CSV"),
      [
        "\ufeffid,title,source,url,published,category,folder,tags,note",
        "'-h,标题\u0085ER  - ,'＝1+1,,2021-03-14T08:00:00.000+08:00,交通,,,",
        "h,'=HYPERLINK(1),'＝1+1,,2021-03-14T08:00:00.000+08:00,交通,,,",
        "",
      ].join("\r\n"),
    );
    const served = await (await fetch(`${url}/articles/-h/cite/ris`)).text();
    const [first] = (await save("RIS")).split(/(?<=ER {2}- \r\n\r\n)/);
    assert.equal(first, served, "the same writer, which knows the same");
    assert.match(served, /KW {2}- 交通\r\nLA {2}- zh-Hans\r\n/);
  },
);

test("without script the collection says why it is empty", needsBrowser, async (t) => {
  const { page, url } = await openPage(t, { context: { javaScriptEnabled: false } });
  await page.goto(`${url}/saved`);
  assert.ok(await page.locator("noscript .notice").isVisible());
  await page.goto(`${url}/?q=大桥`);
  assert.equal(await page.getByRole("button", { name: "收藏", exact: true }).count(), 0);
});

test("the day of a saved article is that of the archive, not of Greenwich", needsBrowser, async (t) => {
  const midnight = { id: "m", title: "零点的消息", body: "", publishedAtMs: Date.UTC(2021, 2, 13, 16) };
  const { page, url } = await openPage(t, { server: { backend: createFakeBackend([midnight]) } });
  await page.goto(url);
  await page.getByRole("button", { name: "收藏", exact: true }).click();
  await page.goto(`${url}/saved`);
  await page.getByText("2021年3月14日", { exact: true }).waitFor();
});

test("the address of a search is handed on by the clipboard", needsBrowser, async (t) => {
  const { page, context, url } = await openPage(t);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`${url}/?q=bridge`);
  assert.equal(await page.getByRole("button", { name: "分享" }).count(), 0, "nothing found, nothing to share");
  await page.goto(`${url}/?q=大桥`);
  await page.getByRole("button", { name: "分享" }).click();
  await page.getByRole("button", { name: "链接已复制" }).waitFor();
  assert.equal(await page.evaluate("navigator.clipboard.readText()"), page.url());
});

test(
  "the collection is sorted into folders with tags and notes, taken along, and brought back",
  needsBrowser,
  async (t) => {
    const { page, url, complaints } = await openPage(t);
    for (const id of ["bridge", "library"]) {
      await page.goto(`${url}/articles/${id}`);
      await page.locator(".article").getByRole("button", { name: "收藏", exact: true }).click();
    }
    await page.goto(`${url}/saved`);
    const bridge = page.locator(".hit", { hasText: "临江大桥" });
    await bridge.getByText("整理").click();
    await bridge.getByLabel("标签").fill("交通，大桥");
    await bridge.getByLabel("备注").fill("问过市政");
    await bridge.getByLabel("文件夹").fill("周末版");
    await page.keyboard.press("Tab");
    await page.getByLabel("文件夹").first().selectOption("周末版");
    assert.equal(await page.locator("#saved .hit").count(), 1);
    assert.match(await bridge.innerText(), /周末版 · #交通 · #大桥\s+问过市政/);

    const save = async (name: string): Promise<string> => {
      const file = page.waitForEvent("download");
      await page.getByRole("button", { name, exact: true }).click();
      return readDownload(file);
    };
    const kept = await save("JSON");
    assert.match(await save("BibTeX"), /@article\{[\s\S]*临江大桥[\s\S]*note = \{问过市政\}/);
    assert.equal(JSON.parse(await save("CSL-JSON"))[0].note, "问过市政");
    assert.match(await save("RIS"), /KW {2}- 交通\r\nKW {2}- 大桥\r\n[\s\S]*N1 {2}- 问过市政/);

    await page.getByRole("button", { name: "取消收藏" }).click();
    const upload = (name: string, text: string) =>
      page.locator("input[type=file]").setInputFiles({ name, mimeType: "application/json", buffer: Buffer.from(text) });
    await upload("saved.json", kept);
    await page.getByText("已导入 1 篇").waitFor();
    assert.match(await bridge.innerText(), /#大桥\s+问过市政/);
    await upload("other.json", '{"id": 1}');
    await page.getByText("文件中没有可导入的收藏。").waitFor();
    assert.equal(await page.locator("#saved .hit").count(), 2);
    assert.deepEqual(complaints, []);
  },
);

test("a citation is copied at a press", needsBrowser, async (t) => {
  const { page, context, url } = await openPage(t);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`${url}/articles/bridge`);
  await page.locator("details.cite summary").click();
  await page.locator(".cite .copy").first().click();
  await page.getByRole("button", { name: "已复制" }).waitFor();
  assert.match(await page.evaluate<string>("navigator.clipboard.readText()"), /临江大桥/);
});

test(
  "what is saved is put into a folder with tags together, one press from the list, and taken along",
  needsBrowser,
  async (t) => {
    const texts = ["甲", "乙", "丙"].map((name) => ({ id: name, title: `${name}港的消息`, body: "港口。" }));
    const { page, url, complaints } = await openPage(t, { server: { backend: createFakeBackend(texts) } });
    await page.goto(`${url}/?q=消息`);
    for (const index of [0, 1, 2]) await page.locator("button.save").nth(index).click();
    await page.getByRole("link", { name: "收藏夹 →" }).first().click();
    await page.getByText("批量整理").click();
    const form = page.locator("#saved-together");
    await form.getByLabel("文件夹").fill("港口");
    await form.getByLabel("标签").fill("航运，2021");
    await page.keyboard.press("Enter");
    for (const meta of await page.locator("#saved .meta").allTextContents())
      assert.match(meta, /港口 · #航运 · #2021$/);
    const file = page.waitForEvent("download");
    await page.getByRole("button", { name: "RIS" }).click();
    const text = await readDownload(file);
    assert.equal(text.match(/^TY {2}- /gm)?.length, 3);
    assert.match(text, /航运/);
    assert.deepEqual(complaints, []);
  },
);
