/** What a newsroom does all day, each in five presses or fewer, over a real archive of texts written for this test. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { parse } from "csv-parse/sync";
import type { Page } from "playwright-core";
import type { Article } from "../../src/archive/article.ts";
import { openAlertDesk } from "../../src/compose/alert-desk.ts";
import { startAlertHost } from "../../src/compose/alert-host.ts";
import { openServed } from "../../src/compose/open-served.ts";
import { createResources } from "../../src/resources/registry.ts";
import { createTestArchive } from "../fakes/test-archive.ts";
import { createTestTokens } from "../fakes/tokens.ts";
import { closeBrowser, needsBrowser, type OpenedPage, openPage, readDownload } from "./browser.ts";

const HOUR_MS = 3_600_000;
const stuckAtMs = Date.UTC(2021, 2, 23, 5, 40);

/** The first to tell it came four hours before the others, at night, from Taiwan. */
const STORY: readonly Article[] = [
  {
    id: "island",
    title: "貨輪長風號擱淺青石運河 兩岸船隻受阻",
    body: "貨輪長風號今天凌晨在青石運河擱淺，船身橫在河道上，後面的船隻只能等著。運河管理處派出八艘拖船，群眾站在堤上看著。",
    source: "島嶼通訊社",
    publishedAtMs: stuckAtMs,
  },
  ...["江湾日报", "城北晚报", "海港时报"].map((source, index) => ({
    id: `mainland-${index}`,
    title: ["青石运河堵船", "长风号货轮搁浅 青石运河中断", "青石运河搁浅货轮何时脱困"][index] ?? "",
    body: `货轮长风号在青石运河搁浅，航道中断。${["港口排起长队。", "保险公司开始估算损失。", "专家说要等到大潮。"][index]}`,
    source,
    publishedAtMs: stuckAtMs + (4 + index * 7) * HOUR_MS,
  })),
];

const OUTLETS = ["江湾日报", "城北晚报", "海港时报", "島嶼通訊社"];

/** Two years of other news: of each outlet every second, third, fourth or sixth article is about the drought. */
const NEWS: readonly Article[] = OUTLETS.flatMap((source, outlet) =>
  Array.from({ length: 24 }, (_, month): Article => {
    const isDry = month % ([2, 3, 4, 6][outlet] ?? 2) === 0;
    return {
      id: `news-${outlet}-${month}`,
      title: isDry ? `水库干旱第${month}个月` : `花市第${month}回开张`,
      body: isDry ? `干旱使${source}所在的水库见底，农田缺水${month}天。` : `花市里的茶花与兰草卖了${month}摊。`,
      source,
      publishedAtMs: Date.UTC(2020, month, 10 + outlet, 1, 30),
    };
  }),
);

const MOST_ACTIONS = 5;

/** What a person does on a page; more than {@link MOST_ACTIONS} are too many. */
class Person {
  #actions = 0;
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  #act(): void {
    assert.ok(++this.#actions <= MOST_ACTIONS, `more than ${MOST_ACTIONS} actions`);
  }

  /** Two actions: writing, and Enter. */
  async ask(query: string): Promise<void> {
    this.#act();
    await this.page.locator("#q").fill(query);
    this.#act();
    await this.page.keyboard.press("Enter");
    // Who asked waits for the answer before pressing anything in it.
    await this.page.waitForURL(/[?&]q=/);
  }

  /** Two actions, as {@link ask}. */
  async write(selector: string, text: string): Promise<void> {
    this.#act();
    await this.page.locator(selector).fill(text);
    this.#act();
    await this.page.keyboard.press("Enter");
  }

  /** One action: what is written takes effect with the next press. */
  async fill(selector: string, text: string): Promise<void> {
    this.#act();
    await this.page.locator(selector).fill(text);
  }

  async click(selector: string, options: { readonly modifiers?: readonly "Shift"[] } = {}): Promise<void> {
    this.#act();
    await this.page
      .locator(selector)
      .first()
      .click({ modifiers: [...(options.modifiers ?? [])] });
  }
}

const { tokensFile, secrets } = createTestTokens({ editor: ["search", "read", "alerts"] });

describe("a newsroom's tasks in five actions or fewer", needsBrowser, () => {
  const resources = createResources();
  const closers: (() => Promise<void>)[] = [];
  const scope = {
    after: (close?: unknown): void => {
      if (typeof close === "function") closers.push(async () => close());
    },
  };
  /** One page with script, one without, on one server each: an editor who has signed in. */
  const pages = new Map<boolean, OpenedPage>();

  before(async () => {
    const folder = await mkdtemp(join(tmpdir(), "wenxun-tasks-"));
    scope.after(() => rm(folder, { recursive: true }));
    await createTestArchive(folder, [...STORY, ...NEWS]);
    const encoder = { kind: "builtin" } as const;
    const backend = await openServed({ folder, encoder, resources, searchThreads: 1 });
    scope.after(() => backend[Symbol.asyncDispose]());
    const host = startAlertHost({
      ...{
        folder,
        fetchAllow: [],
        fetchContact: undefined,
        fetchTimeoutMs: 5000,
        publicUrl: "https://archive.example/",
      },
      ...{ smtp: "smtp://127.0.0.1:1", mailFrom: "wenxun@archive.example", works: false },
      backend: { folder, encoder, resources },
      onError: (error) => assert.fail(String(error)),
    });
    scope.after(() => host[Symbol.asyncDispose]());
    const server = { backend, resources, alerts: openAlertDesk(() => host), tokensFile };
    const extraHTTPHeaders = { authorization: `Bearer ${secrets.editor}` };
    for (const javaScriptEnabled of [true, false]) {
      pages.set(javaScriptEnabled, await openPage(scope, { server, context: { javaScriptEnabled, extraHTTPHeaders } }));
    }
  });
  after(async () => {
    for (const close of closers.toReversed()) await close();
    await closeBrowser();
  });

  /** A person before the first page. */
  async function start(javaScriptEnabled: boolean): Promise<{ readonly page: Page; readonly person: Person }> {
    const opened = pages.get(javaScriptEnabled);
    assert.ok(opened !== undefined);
    await opened.page.goto(opened.url);
    return { page: opened.page, person: new Person(opened.page) };
  }

  for (const javaScriptEnabled of [true, false]) {
    const way = javaScriptEnabled ? "with" : "without";

    test(`who reported it first ${way} script`, async () => {
      const { page, person } = await start(javaScriptEnabled);
      await person.ask("青石运河 搁浅");
      await person.click('a[href*="sort=oldest"]');
      await page.waitForURL(/sort=oldest/);
      const first = page.locator(".hit").first();
      await first.getByText("島嶼通訊社").first().waitFor();
      assert.match(await first.locator("time").first().innerText(), /2021年3月23日 13:40/);
    });

    test(`all articles on a topic of one year are exported with their times ${way} script`, async () => {
      const { page, person } = await start(javaScriptEnabled);
      await person.ask("干旱");
      await person.click('.ranges a:text-is("2021")');
      await page.waitForURL(/from=2021-01-01&to=2021-12-31/);
      const said = await page.locator(".take").innerText();
      const download = page.waitForEvent("download");
      await person.click('.take a:text-is("CSV")');
      const rows: Record<string, string>[] = parse(await readDownload(download), { columns: true, bom: true });
      const wanted = NEWS.filter(
        ({ title, publishedAtMs = 0 }) => title.includes("干旱") && publishedAtMs >= Date.UTC(2021),
      );
      assert.deepEqual(rows.map(({ id }) => id).sort(), wanted.map(({ id }) => id).sort());
      assert.match(said, new RegExp(`全部 ${wanted.length} 篇（按相关度排序）`));
      for (const { published = "", matches } of rows) {
        assert.match(published, /^2021-\d\d-\d\dT09:30:00\.000\+08:00$/);
        assert.equal(matches, String(wanted.length));
      }
    });

    test(`the coverage of four outlets is compared by share ${way} script`, async () => {
      const { page, person } = await start(javaScriptEnabled);
      await person.ask("干旱");
      await person.click('.controls a:text-is("分来源")');
      await page.waitForURL(/by=source/);
      await person.click('.controls a:text-is("占比")');
      await page.waitForURL(/measure=share/);
      await person.click('.controls a:text-is("年")');
      await page.waitForURL(/interval=year/);
      await page.locator(".legend li").nth(3).waitFor();
      assert.equal(await page.locator("path.line").count(), 4);
      const year = (await page.locator('.bars [data-from="2020-01-01"] title').textContent()) ?? "";
      for (const [index, share] of ["50%", "33%", "25%", "17%"].entries())
        assert.match(year, new RegExp(`${OUTLETS[index]} \\d 篇（${share}）`));
    });

    test(`a Taiwanese article is read in Simplified and cited ${way} script`, async () => {
      const { page, person } = await start(javaScriptEnabled);
      await person.ask("长风号 青石运河 拖船");
      await person.click('.hit-title a:has-text("貨輪長風號")');
      await person.click('.scripts a[lang="zh-Hans"]');
      await page.getByRole("heading", { level: 1, name: "货轮长风号搁浅青石运河" }).waitFor();
      assert.match(await page.locator(".article").innerText(), /群众站在堤上看着/);
      await person.click("details.cite summary");
      await page.getByText("貨輪長風號擱淺青石運河 兩岸船隻受阻[N]. 島嶼通訊社, 2021-03-23").waitFor();
    });
  }

  for (const javaScriptEnabled of [true, false]) {
    const way = javaScriptEnabled ? "with" : "without";

    test(`the earliest report is read in Traditional ${way} script`, async () => {
      const { page, person } = await start(javaScriptEnabled);
      await person.ask("花市 开张");
      await person.click('a[href*="sort=oldest"]');
      await page.waitForURL(/sort=oldest/);
      await person.click(".hit-title a");
      await person.click('.scripts a[lang="zh-Hant"]');
      await page.getByRole("heading", { level: 1, name: "花市第1回開張" }).waitFor();
      assert.match(await page.locator(".article").innerText(), /2020年2月10日 09:30[\s\S]*花市裡的茶花與蘭草/);
    });

    test(`two queries are compared over time and taken along with their shares ${way} script`, async () => {
      const { page, person } = await start(javaScriptEnabled);
      await person.ask("干旱");
      await person.write('.compare input[name="vs"]', "花市");
      await page.waitForURL(/vs=/);
      await page.locator(".legend li").nth(1).waitFor();
      const download = page.waitForEvent("download");
      await person.click('.controls a:text-is("CSV")');
      const rows: Record<string, string>[] = parse(await readDownload(download), { columns: true, bom: true });
      assert.deepEqual([...new Set(rows.map(({ query }) => query))], ["干旱", "花市"]);
      const [first] = rows;
      assert.ok(Number(first?.share) > 0 && Number(first?.share) <= 1, JSON.stringify(first));
    });
  }

  for (const javaScriptEnabled of [true, false]) {
    test(`a search is followed by mail ${javaScriptEnabled ? "with" : "without"} script`, async () => {
      const { page, person } = await start(javaScriptEnabled);
      await person.ask("干旱");
      await person.click('.take a[href*="follow?"]');
      await person.write("#address", "desk@newsroom.example");
      await page.getByText("新文章将发送到 desk@newsroom.example。").waitFor();
    });
  }

  test("three articles are saved with tags and taken along for a reference manager", async () => {
    const { page, person } = await start(true);
    await person.ask("花市");
    await person.click(".summary .save-all");
    await person.fill(".tray input", "花卉, 民俗");
    const download = page.waitForEvent("download");
    await person.click('.tray button:text-is("RIS")');
    const file = await readDownload(download);
    const count = Number(/\d+/.exec(await page.locator(".tray strong").innerText())?.[0]);
    assert.ok(count >= 3, `${count} saved`);
    assert.equal(file.match(/^TY {2}- NEWS\r$/gm)?.length, count);
    assert.equal(file.match(/^KW {2}- 花卉\r\nKW {2}- 民俗\r$/gm)?.length, count);
    // What was taken by mistake is let go as one.
    await page.locator(".tray").getByRole("button", { name: "取消收藏" }).click();
    assert.equal(await page.locator('button.save[aria-pressed="true"]').count(), 0);
  });

  test("a run of hits is saved by two presses, the second with Shift, and other tags take the place of the first", async () => {
    const { page, person } = await start(true);
    await person.ask("花市");
    await person.click(".hit:nth-child(2) button.save");
    await person.click(".hit:nth-child(4) button.save", { modifiers: ["Shift"] });
    await page.locator(".tray strong").getByText("已收藏 3 篇").waitFor();
    const field = page.locator(".tray input");
    for (const tags of ["花", "市集"]) {
      await field.fill(tags);
      await field.press("Enter");
    }
    const download = page.waitForEvent("download");
    await person.click('.tray button:text-is("CSV")');
    const rows: Record<string, string>[] = parse(await readDownload(download), { columns: true, bom: true });
    assert.deepEqual(
      rows.map(({ tags }) => tags),
      ["市集", "市集", "市集"],
    );
    // The next search leaves what is in the tray.
    await person.page.locator("#q").fill("干旱");
    await page.waitForURL(/%E5%B9%B2%E6%97%B1/);
    await page.locator(".tray strong").getByText("已收藏 3 篇").waitFor();
  });

  test("the picture of the counts is taken along as PNG, SVG and CSV", async () => {
    const opened = pages.get(true);
    assert.ok(opened !== undefined);
    const { page, url, complaints } = opened;
    await page.goto(`${url}/trends?q=干旱&by=source`);
    for (const [name, start] of [
      ["PNG", "\u0089PNG"],
      ["SVG", "<svg "],
      ["CSV", "\u00ef\u00bb\u00bfquery,"],
    ] as const) {
      const download = page.waitForEvent("download");
      await page.locator(".take").getByText(name, { exact: true }).click();
      const bytes = await buffer(await (await download).createReadStream());
      assert.ok(bytes.toString("latin1").startsWith(start), name);
    }
    assert.deepEqual(complaints, []);
  });
});
