import assert from "node:assert/strict";
import { test } from "node:test";
import { type AlertBooks, openAlertBooks } from "../../test/fakes/alert-books.ts";
import { createFakeEncoder } from "../../test/fakes/encoder.ts";
import type { Article } from "../archive/article.ts";
import { takeNewArticles } from "./take-new-articles.ts";

const article = (id: string, title: string, body = `${id} 的正文`): Article => ({ id, title, body });

/** A body that is long enough to tell copies by it. */
const LONG_BODY =
  "市气象台今天上午发布消息说，今年第九号台风将于明天夜间在沿海登陆，届时全市将有大雨到暴雨，部分地区有特大暴雨。港口已经停止作业，" +
  "渔船全部回港避风，沿海三个区的学校明天停课一天，市民如无必要请不要外出，低洼地带的居民正在转移到临时安置点，" +
  "电力和供水部门表示抢修队伍已经到位，公交线路将根据风力情况随时调整，请大家留意通知。";

test("an alert is told of each new article that matches, once, and of none that was there before", async () => {
  using books = openAlertBooks();
  await books.archive.put(article("old", "台风去年登陆"));
  const alert = books.follow("台风");
  await books.archive.put(article("a", "颱風登陸"), article("b", "天气晴好"), article("c", "今年第二个台风"));
  assert.deepEqual(await books.take(), { articles: 3, matches: 2 });
  assert.deepEqual(await books.take(), { articles: 0, matches: 0 });
  assert.deepEqual(books.noticed(alert), ["a", "c"]);
});

test("of an alert that is paused nothing is noted, and nothing of that time when it goes on", async () => {
  using books = openAlertBooks();
  const [alert, other] = [books.follow("台风"), books.follow("台风")];
  books.alerts.change(alert.id, { status: "paused" });
  await books.archive.put(article("a", "台风登陆"));
  await books.take();
  books.alerts.change(alert.id, { status: "active", sinceSequence: books.archive.headNow });
  await books.archive.put(article("b", "台风远去"));
  await books.take();
  assert.deepEqual([books.noticed(alert), books.noticed(other)], [["b"], ["a", "b"]]);
  books.alerts.remove(other.id);
  await books.archive.put(article("c", "又一个台风"));
  assert.equal((await books.take()).matches, 1);
});

test("an alert that was removed or paused while articles were held against it is told of none of them", async () => {
  using books = openAlertBooks();
  const [alert, removed] = [books.follow("台风"), books.follow("台风")];
  await books.archive.put(article("a", "台风登陆"));
  const matcher = books.newMatcher();
  await matcher.refresh();
  books.alerts.change(alert.id, { status: "paused" });
  books.alerts.remove(removed.id);
  const stale = Object.assign(matcher, { refresh: async () => {} });
  const { archive, progress, clock } = books;
  await takeNewArticles({ archive, matcher: stale, progress, nowMs: () => clock.nowMs });
  assert.equal(Number(books.database.prepare("SELECT count(*) AS notices FROM notice").get()?.notices), 0);
});

test("two processes that take the same articles tell of each once", async () => {
  using books = openAlertBooks();
  const alert = books.follow("台风");
  const { archive, progress, clock } = books;
  const others = Array.from({ length: 3 }, () => books.newMatcher());
  const ids = Array.from({ length: 350 }, (_, index) => `a${index}`);
  await archive.put(...ids.map((id) => article(id, `台风 ${id}`, `${id} `.repeat(30))));
  await Promise.all([
    books.take(),
    ...others.map((matcher) => takeNewArticles({ archive, matcher, progress, nowMs: () => clock.nowMs })),
  ]);
  assert.deepEqual(books.noticed(alert), ids);
});

test("copies of an article are one notice, also across outlets and scripts, and so is an edition that changed little", async () => {
  using books = openAlertBooks();
  const alert = books.follow("台风");
  await books.archive.put(article("first", "台风将登陆", LONG_BODY));
  await books.take();
  await books.archive.put({ ...article("copy", "明晚有台风", `${LONG_BODY}（完）`), source: "乙报" });
  await books.take();
  await books.archive.put(article("first", "台风将登陆", LONG_BODY.replace("第九号", "第十号")));
  await books.archive.put(article("other", "台风已登陆", [...LONG_BODY].reverse().join("")));
  await books.take();
  assert.deepEqual(books.noticed(alert), ["first", "other"]);
  await books.archive.put(
    article("first", "台风已停编", "今年第九号台风今晨在外海减弱，气象台解除警报，港口恢复作业。"),
  );
  await books.take();
  assert.deepEqual(books.noticed(alert), ["first", "other", "first"], "another text is another edition");
});

test("what was removed before it was held against the searches is told to nobody", async () => {
  using books = openAlertBooks();
  const alert = books.follow("台风");
  await books.archive.put(article("a", "台风"), article("b", "台风乙"));
  books.archive.remove("a");
  books.archive.remove("b");
  books.archive.erase();
  await books.archive.put(article("c", "台风丙"));
  await books.take();
  assert.deepEqual(books.noticed(alert), ["c"]);
  books.archive.remove("c");
  books.archive.erase();
  assert.deepEqual(await books.take(), { articles: 0, matches: 0 });
});

test("where a backup of the archive was put back, nothing that was stored since is passed over, and nothing is told twice", async () => {
  using books = openAlertBooks();
  const alert = books.follow("台风");
  await books.archive.put(article("a", "台风甲"));
  await books.take();
  const restore = books.archive.backUp();
  await books.archive.put(article("b", "台风乙"), article("c", "台风丙"));
  await books.take();
  restore();
  await books.archive.put(
    article("d", "台风丁"),
    article("b", "台风乙"),
    article("e", "台风戊"),
    article("f", "台风己"),
  );
  await books.take();
  assert.deepEqual(books.noticed(alert), ["a", "b", "c", "d", "e", "f"]);
  assert.match(books.progress.read()?.notice ?? "", /was at article 3 .* go on after article 1/);
});

test("where fewer articles are there than were known, it goes on with what comes", async () => {
  using books = openAlertBooks();
  const alert = books.follow("台风");
  const restore = books.archive.backUp();
  await books.archive.put(article("a", "台风甲"), article("b", "台风乙"));
  await books.take();
  restore();
  assert.deepEqual(await books.take(), { articles: 0, matches: 0 });
  await books.archive.put(article("c", "台风丙"));
  await books.take();
  assert.deepEqual(books.noticed(alert), ["a", "b", "c"]);
});

test("another archive in the place of the one that was followed is told of from now on", async () => {
  using books = openAlertBooks();
  const alert = books.follow("台风");
  await books.archive.put(article("a", "台风甲"));
  await books.take();
  books.archive.name = "second";
  await books.archive.put(article("b", "台风乙"));
  await books.take();
  await books.archive.put(article("c", "台风丙"));
  await books.take();
  assert.deepEqual(books.noticed(alert), ["a", "c"]);
  assert.match(books.progress.read()?.notice ?? "", /Another archive/);
});

test("old news is marked as such", async () => {
  using books = openAlertBooks();
  const alert = books.follow("台风");
  const published = (daysAgo: number) => ({ publishedAtMs: books.clock.nowMs - daysAgo * 86_400_000 });
  await books.archive.put(
    { ...article("a", "台风甲"), ...published(2) },
    { ...article("b", "台风乙"), ...published(4) },
    article("c", "台风丙"),
  );
  await books.take();
  assert.deepEqual(books.noticed(alert), ["a", "-b", "c"]);
});

const followByMeaning = (books: AlertBooks) =>
  books.follow("跨江大桥 通车 两岸", { mode: "semantic", sources: ["甲报"] });

const BACKGROUND = ["天气晴好", "市场行情平稳", "球队夺冠", "新书上架", "电影上映", "医院扩建", "考试改期", "菜价下降"];

test("what is followed by meaning is told of what is near and passes its filters, and of nothing else", async () => {
  using books = openAlertBooks();
  await books.archive.put(...BACKGROUND.map((title, index) => article(`bg${index}`, title)));
  const alert = followByMeaning(books);
  const near = article("near", "跨江大桥通车", "大桥跨江，两岸通车。");
  await books.archive.put({ ...near, source: "甲报" }, { ...near, id: "elsewhere", source: "乙报" });
  await books.archive.put({ ...article("far", "熊猫出生"), source: "甲报" });
  await books.take();
  assert.deepEqual(books.noticed(alert), ["near"]);
});

test("an article that waits for its vector is told of when it has got one", async () => {
  using books = openAlertBooks();
  await books.archive.put(...BACKGROUND.map((title, index) => article(`bg${index}`, title)));
  const alert = followByMeaning(books);
  await books.archive.put({ ...article("near", "跨江大桥通车", "大桥跨江，两岸通车。"), source: "甲报" });
  books.archive.setEncoded(false);
  await books.take();
  assert.deepEqual(books.noticed(alert), []);
  books.archive.setEncoded(true);
  await books.take();
  await books.take();
  assert.deepEqual(books.noticed(alert), ["near"]);
});

test("what is followed by meaning is told of on, after the archive was given vectors of another length", async () => {
  using books = openAlertBooks();
  await books.archive.put(...BACKGROUND.map((title, index) => article(`bg${index}`, title)));
  // Of two, one is prepared while the other still has what it had before.
  const alerts = [followByMeaning(books), followByMeaning(books)];
  const bridge = (id: string) => ({ ...article(id, "跨江大桥通车", `${id}：大桥跨江，两岸通车。`), source: "甲报" });
  await books.archive.put(bridge("before"));
  await books.take();
  await books.reencode(createFakeEncoder({ dimensions: 96 }));
  await books.archive.put(bridge("after"));
  await books.take();
  for (const alert of alerts) assert.deepEqual(books.noticed(alert), ["before", "after"]);
});
