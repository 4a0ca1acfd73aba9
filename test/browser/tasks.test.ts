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
import { openServed, type ServedBackend } from "../../src/compose/open-served.ts";
import { createResources } from "../../src/resources/registry.ts";
import { createTestArchive } from "../fakes/test-archive.ts";
import { closeBrowser, needsBrowser, openPage, readDownload } from "./browser.ts";

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

  async click(selector: string): Promise<void> {
    this.#act();
    await this.page.locator(selector).first().click();
  }
}

describe("a newsroom's tasks in five actions or fewer", needsBrowser, () => {
  let folder: string;
  let backend: ServedBackend;
  const resources = createResources();

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "wenxun-tasks-"));
    await createTestArchive(folder, [...STORY, ...NEWS]);
    backend = await openServed({ folder, encoder: { kind: "builtin" }, resources, searchThreads: 1 });
  });
  after(async () => {
    await closeBrowser();
    await backend[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  for (const javaScriptEnabled of [true, false]) {
    const way = javaScriptEnabled ? "with" : "without";

    test(`who reported it first ${way} script`, async (t) => {
      const { page, url } = await openPage(t, { server: { backend, resources }, context: { javaScriptEnabled } });
      await page.goto(url);
      const person = new Person(page);
      await person.ask("青石运河 搁浅");
      await person.click('a[href*="sort=oldest"]');
      await page.waitForURL(/sort=oldest/);
      const first = page.locator(".hit").first();
      await first.getByText("島嶼通訊社").first().waitFor();
      assert.match(await first.locator("time").first().innerText(), /2021年3月23日 13:40/);
    });

    test(`all articles on a topic of one year are exported with their times ${way} script`, async (t) => {
      const { page, url } = await openPage(t, { server: { backend, resources }, context: { javaScriptEnabled } });
      await page.goto(url);
      const person = new Person(page);
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

    test(`the coverage of four outlets is compared by share ${way} script`, async (t) => {
      const { page, url } = await openPage(t, { server: { backend, resources }, context: { javaScriptEnabled } });
      await page.goto(url);
      const person = new Person(page);
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

    test(`a Taiwanese article is read in Simplified and cited ${way} script`, async (t) => {
      const { page, url } = await openPage(t, { server: { backend, resources }, context: { javaScriptEnabled } });
      await page.goto(url);
      const person = new Person(page);
      await person.ask("长风号 青石运河 拖船");
      await person.click('.hit-title a:has-text("貨輪長風號")');
      await person.click('.scripts a[lang="zh-Hans"]');
      await page.getByRole("heading", { level: 1, name: "货轮长风号搁浅青石运河" }).waitFor();
      assert.match(await page.locator(".article").innerText(), /群众站在堤上看着/);
      await person.click("details.cite summary");
      await page.getByText("貨輪長風號擱淺青石運河 兩岸船隻受阻[N/OL]. 島嶼通訊社, 2021-03-23").waitFor();
    });
  }

  for (const javaScriptEnabled of [true, false]) {
    const way = javaScriptEnabled ? "with" : "without";

    test(`the earliest report is read in Traditional ${way} script`, async (t) => {
      const { page, url } = await openPage(t, { server: { backend, resources }, context: { javaScriptEnabled } });
      await page.goto(url);
      const person = new Person(page);
      await person.ask("花市 开张");
      await person.click('a[href*="sort=oldest"]');
      await page.waitForURL(/sort=oldest/);
      await person.click(".hit-title a");
      await person.click('.scripts a[lang="zh-Hant"]');
      await page.getByRole("heading", { level: 1, name: "花市第1回開張" }).waitFor();
      assert.match(await page.locator(".article").innerText(), /2020年2月10日 09:30[\s\S]*花市裡的茶花與蘭草/);
    });

    test(`two queries are compared over time and taken along with their shares ${way} script`, async (t) => {
      const { page, url } = await openPage(t, { server: { backend, resources }, context: { javaScriptEnabled } });
      await page.goto(url);
      const person = new Person(page);
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

  test("the picture of the counts is taken along as PNG, SVG and CSV", async (t) => {
    const { page, url, complaints } = await openPage(t, { server: { backend, resources } });
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
