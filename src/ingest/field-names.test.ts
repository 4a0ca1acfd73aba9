import assert from "node:assert/strict";
import { test } from "node:test";
import { isOtherName, usualPlace } from "./field-names.ts";
import type { Field } from "./fields.ts";

const NAMES: Readonly<Record<Field, string>> = {
  id: "id _id ID guid articleId news_id 编号 新闻ID 文章编号",
  title: "title Title TITLE headline newsTitle article_title post_title title_zh title_text og:title webTitle 标题 標題 新聞標題 文章标题 name",
  body:
    "body content Content text maintext article_text news_content newsBody body_html contentHtml content:encoded content_encoded paragraphs fullText " +
    "full-text post_content html raw_html 正文 新闻正文 正文（全文） 内容 內容 報導內容 详情 詳情 詳細內容 全文 summary description description_text excerpt trailText 摘要 內容摘要",
  published:
    "published publishedAt published_at Pub-Date pubDate date_publish PublishDate publicationTime webPublicationDate article:published_time release_at " +
    "post_date post_date_gmt addtime ptime newstime inputtime fbsj seendate @timestamp date Date dc.date time datetime timestamp 发布时间 發佈時間 发表于 日期 日期(西元) " +
    "時間 created_at createdTime updatedAt UpdateTime modified_time 创建时间 更新时间",
  url: "url URL link href permalink article_url source_url 链接 連結 原文連結 鏈接 网址",
  source: "source media Publisher source_name 来源 來源 文章來源 来源媒体 媒体名称 公众号 domain",
  category: "category Categories section channel categoryName news_category 频道 頻道 栏目 欄目 分类 版面",
}; // biome-ignore format: a table

for (const [field, names] of Object.entries(NAMES)) {
  test(`names that mean ${field}`, () => {
    for (const name of names.split(" ")) assert.equal(usualPlace(name)?.field, field, name);
  });
}

test("names that mean no field of an article", () => {
  const names =
    "author authors 作者 记者 keywords 关键词 tags image_url images lang language comments crawl_time date_download fetched_at 抓取时间 采集时间 入库时间 " +
    "subtitle 副标题 user_id author_name source_id sourceTitle url_source x foo 1 _ - start_time end_date";
  for (const name of names.split(" ")) assert.equal(usualPlace(name), undefined, name);
  assert.equal(usualPlace(""), undefined);
  assert.equal(usualPlace("x".repeat(1000)), undefined);
});

test("what says a field comes before what is like it, before what may be it, before what stands in for it", () => {
  for (const [better, worse] of [
    ["title", "article_title"],
    ["newsTitle", "name"],
    ["content", "news_content"],
    ["news_content", "description"],
    ["maintext", "summary"],
    ["content", "content_html"],
    ["content_html", "summary"],
    ["date_publish", "date"],
    ["发布时间", "时间"],
    ["date", "created_at"],
    ["created_at", "updated_at"],
    ["post_date_gmt", "post_date"],
    ["url", "guid"],
    ["source", "domain"],
  ] as const)
    assert.ok((usualPlace(better)?.rank ?? 1e9) < (usualPlace(worse)?.rank ?? 0), `${better} before ${worse}`);
});

test("clocks of fields that say so stand in UTC", () => {
  for (const name of ["post_date_gmt", "published_utc", "pubDateGmt"])
    assert.equal(usualPlace(name)?.isUtc, true, name);
  assert.equal(usualPlace("post_date")?.isUtc, false);
});

test("what people are called is never taken for a title by its content", () => {
  for (const name of ["author", "editor_name", "责任编辑", "記者", "keywords", "crawl_time", "image"])
    assert.equal(isOtherName(name), true, name);
  for (const name of ["kopf", "zw", "col1", "詳細"]) assert.equal(isOtherName(name), false, name);
});
