import assert from "node:assert/strict";
import { test } from "node:test";
import { extractPage } from "./extract-page.ts";
import { withoutSite } from "./title.ts";

const SUFFIXES: readonly (readonly [title: string, wanted: string])[] = [
  ["老码头改建工程下月完工_社会新闻_河湾新闻网", "老码头改建工程下月完工"],
  ["老码头改建工程下月完工-河湾频道-河湾网", "老码头改建工程下月完工"],
  ["老码头改建工程下月完工--河湾日报", "老码头改建工程下月完工"],
  ["老碼頭改建工程下月完工 - 自由河灣", "老碼頭改建工程下月完工"],
  ["老碼頭改建工程下月完工 | 生活 | 河灣社 HWA", "老碼頭改建工程下月完工"],
  ["老碼頭改建工程下月完工｜河灣新聞雲", "老碼頭改建工程下月完工"],
  ["老码头改建工程下月完工 - HW News 中文", "老码头改建工程下月完工"],
  ["老码头改建工程下月完工|码头|河湾_新浪网", "老码头改建工程下月完工"],
  ["獨家｜老碼頭改建工程下月完工｜河灣", "獨家｜老碼頭改建工程下月完工"],
  ["一图看懂新栈道 - 施工队如何在八个月里完成全部水下作业", "一图看懂新栈道 - 施工队如何在八个月里完成全部水下作业"],
  ["老码头改建 2023-24 年度预算公布", "老码头改建 2023-24 年度预算公布"],
  ["河湾网", "河湾网"],
];

for (const [title, wanted] of SUFFIXES) {
  test(`the title ${title} is ${wanted}`, () => assert.equal(withoutSite(title, []), wanted));
}

test("the name that the site gives itself is taken off at either end", () => {
  assert.equal(withoutSite("河湾早知道 - 老码头改建工程下月完工", ["河湾早知道"]), "老码头改建工程下月完工");
  assert.equal(
    withoutSite("老码头改建工程下月完工 - 河湾早知道节目组网站", ["河湾早知道节目组网站"]),
    "老码头改建工程下月完工",
  );
});

const TEXT =
  "<p>河湾镇的老码头上周拆除了最后一段护栏，施工队说新栈道会在入冬前铺好。</p><p>住在码头边的老人每天来看一眼进度，他们都记得从前的样子。</p>";
const titleOf = async (html: string) => (await extractPage(Buffer.from(html))).title;

test("quotes that are not escaped do not halve a title", async () => {
  const head = '<meta property="og:title" content="馆长说"新栈道"下月完工 "老码头"留名" /><title></title>';
  assert.equal(await titleOf(`${head}<div>${TEXT}</div>`), '馆长说"新栈道"下月完工 "老码头"留名');
});

test("the headline on the page wins over what the page calls itself", async () => {
  const page = `<title>老码头改建，下月完工_河湾网</title><meta property="og:title" content="老码头改建,下月完工"><h1>老码头改建，下月完工</h1>${TEXT}`;
  assert.equal(await titleOf(page), "老码头改建，下月完工");
});

test("where the page is called after its channel the headline above the text is taken", async () => {
  const page = `<title>新闻动态--河湾协会官网</title><div class="top"><h3>首页 - 新闻动态</h3></div><h5>河湾镇老码头改建工程启动</h5><div>发布时间：2024-05-06</div><div>${TEXT}</div><h5>河湾协会</h5>`;
  assert.equal(await titleOf(page), "河湾镇老码头改建工程启动");
});

test("a link to another article with a part of the title is not the headline", async () => {
  const page = `<title>老码头改建工程下月完工_河湾网</title><ul><li><a href="/1">老码头改建工程</a></li></ul><h1>老码头改建工程下月完工</h1>${TEXT}`;
  assert.equal(await titleOf(page), "老码头改建工程下月完工");
});

test("the name of a column is no headline, though the title begins with it", async () => {
  const page = `<title>码头改建：老栈道最后一夜，住在河边的人说了什么_河湾网</title><div class="column">码头改建</div><div>${TEXT}</div>`;
  assert.equal(await titleOf(page), "码头改建：老栈道最后一夜，住在河边的人说了什么");
});
