import assert from "node:assert/strict";
import { test } from "node:test";
import { createMapper, type MappingOptions } from "./article.ts";
import type { Field, FieldMap } from "./fields.ts";

/** A text of so many sentences, written for these tests. */
const prose = (sentences: number): string =>
  "市民说，新桥通车以后，过江的时间少了一半，上班也不再赶了。".repeat(sentences);

/** Maps records as an import does, and tells which name was taken for each field. */
function taken(records: readonly Record<string, unknown>[], fields: FieldMap = {}, options: MappingOptions = {}) {
  const mapper = createMapper({ ...options, fields });
  mapper.learn(records);
  const articles = records.map((record) => {
    const mapped = mapper(record);
    return "article" in mapped ? mapped.article : undefined;
  });
  const { used, unused, otherBodies } = mapper.fields();
  const names: Partial<Record<Field, string>> = {};
  for (const { field, name } of used) names[field] ??= name;
  return { articles, names, used, unused, otherBodies };
}

const rows = (make: (index: number) => Record<string, unknown>): Record<string, unknown>[] =>
  Array.from({ length: 5 }, (_, index) => make(index));

test("a body that lies beside a short description is the body, whatever it is called", () => {
  for (const name of [
    "maintext",
    "article_text",
    "news_content",
    "新闻正文",
    "详情",
    "paragraphs",
    "zw",
    "kolumne_7",
  ]) {
    const { names, otherBodies, unused } = taken(
      rows((index) => ({ title: `第${index}条`, description: "桥通车了。", [name]: `${index}。${prose(4)}` })),
    );
    assert.equal(names.body, name);
    assert.deepEqual(otherBodies, ["description"]);
    assert.deepEqual(unused, ["description"]);
  }
});

test("of two good names for a body the text wins over its teaser", () => {
  const { names } = taken(rows((index) => ({ title: "t", content: "桥通车了。", full_text: `${index}${prose(4)}` })));
  assert.equal(names.body, "full_text");
  const { names: equal } = taken(
    rows((index) => ({ title: "t", content: prose(3), full_text: `${index}${prose(4)}` })),
  );
  assert.equal(equal.body, "content", "a better name counts where neither is short");
});

test("a whole page of markup is no body where the text lies beside it", () => {
  const page = `<html><body><nav>${"<a>首页</a>".repeat(400)}</nav><p>${prose(2)}</p></body></html>`;
  const { names } = taken(rows(() => ({ title: "t", html: page, text: prose(2) })));
  assert.equal(names.body, "text");
});

test("fields that no name tells are found by what stands under them", () => {
  const { names, used, articles } = taken(
    rows((index) => ({
      a: `江城新桥第${index}座今日通车`,
      b: `${index}。${prose(3)}`,
      c: `2021-03-1${index} 08:05`,
      d: `https://n.example/${index}`,
      author: `记者张三李四王五${index}`,
      pic: `https://n.example/${index}.jpg`,
    })),
  );
  assert.deepEqual(names, { title: "a", body: "b", published: "c", url: "d" });
  assert.ok(used.every(({ byContent }) => byContent === true));
  assert.equal(articles[0]?.publishedAtMs, Date.UTC(2021, 2, 10, 0, 5));
});

test("content does not speak where a name does", () => {
  const { names, articles } = taken(
    rows((index) => ({ title: "", body: prose(2), zusatz: `江城新桥第${index}座通车` })),
  );
  assert.equal(names.title, undefined);
  assert.equal(articles[0]?.title, "");
});

test("--map is obeyed, whatever the content says", () => {
  const records = rows((index) => ({ title: "t", description: "桥通车了。", maintext: prose(4), b: `${index}` }));
  assert.equal(taken(records, { body: "description" }).names.body, "description");
  assert.equal(taken(records, { title: "b", body: "" }).names.title, "b");
  assert.equal(taken(records, { title: "b", body: "" }).names.body, undefined);
});

test("when an article was stored or changed is no date of publication beside one that cannot be read", () => {
  const { articles } = taken([{ title: "t", 发布时间: "昨天", update_time: "2021-03-14" }]);
  assert.equal(articles[0]?.publishedAtMs, undefined);
  assert.notEqual(taken([{ title: "t", update_time: "2021-03-14" }]).articles[0]?.publishedAtMs, undefined);
  assert.equal(taken([{ title: "t", crawl_time: "2021-03-14" }]).articles[0]?.publishedAtMs, undefined);
});

test("a field that says UTC is read in UTC", () => {
  const { articles } = taken([{ title: "t", post_date: "2021-03-14 08:05:00", post_date_gmt: "2021-03-14 00:05:00" }]);
  assert.equal(articles[0]?.publishedAtMs, Date.UTC(2021, 2, 14, 0, 5));
});

test("a day in one field and a time in another are one date", () => {
  const at = (record: Record<string, unknown>): string => {
    const { publishedAtMs } = taken([{ title: "t", ...record }]).articles[0] ?? {};
    return publishedAtMs === undefined ? "" : new Date(publishedAtMs).toISOString();
  };
  const morning = "2021-03-14T00:05:00.000Z";
  assert.equal(at({ date: "2021-03-14", time: "08:05" }), morning);
  assert.equal(at({ 日期: "2021年3月14日", 时间: "8时05分" }), morning);
  assert.equal(at({ publish_date: "20210314", publish_time: "08:05:00" }), morning);
  assert.equal(at({ date: "2021-03-14 08:05", time: "09:00" }), morning, "a date with a time needs no other");
  assert.equal(at({ date: "2021-03-14", time: "25:00" }), "2021-03-13T16:00:00.000Z");
  assert.equal(at({ date: "2021-03-14", updated: "2021-03-15 09:00" }), "2021-03-13T16:00:00.000Z");
});

test("one date of the Republic makes all bare years of the input years of the Republic", () => {
  const date = { publishedAtMs: Date.UTC(2021, 2, 13, 16) };
  const alone = taken([{ title: "简体标题", date: "110/03/14" }]).articles[0];
  const among = taken([
    { title: "简体标题", date: "110/03/14" },
    { title: "简体标题", date: "民國110/03/15" },
  ]).articles[0];
  assert.equal(alone?.publishedAtMs, undefined);
  assert.equal(among?.publishedAtMs, date.publishedAtMs);
  const traditional = taken([{ title: "臺北捷運環狀線今日通車", date: "110年3月14日" }]).articles[0];
  assert.equal(traditional?.publishedAtMs, date.publishedAtMs);
});

test("a prefix goes before ids that records give, and before no others", () => {
  const mapper = createMapper({ idPrefix: "{source}/{file}:" });
  mapper.learn([], "north");
  const idOf = (record: unknown): string => {
    const mapped = mapper(record);
    assert.ok("article" in mapped);
    return mapped.article.id;
  };
  assert.equal(idOf({ id: 7, title: "t", source: "晨报" }), "晨报/north:7");
  assert.equal(idOf({ id: "7", title: "t" }), "/north:7");
  assert.equal(idOf({ url: "https://n.example/1", title: "t" }), idOf({ url: "https://n.example/1", title: "u" }));
  assert.match(idOf({ url: "https://n.example/1", title: "t" }), /^url-/);
});

test("names that fill and those that hold nothing are told apart in what was not used", () => {
  const { unused } = taken([{ title: "t", body: "b", lang: "zh", empty: "", none: null, nan: "NaN" }]);
  assert.deepEqual(unused, ["lang"]);
});

test("what stands for nothing is nothing in every field", () => {
  const { articles } = taken([
    { id: "nan", title: "t", body: "NULL", source: "nan", category: "None", url: "\\N", published: "NaT" },
  ]);
  const { id, ...rest } = articles[0] ?? { id: "" };
  assert.match(id, /^text-/);
  assert.deepEqual(rest, {
    title: "t",
    body: "",
    source: undefined,
    category: undefined,
    url: undefined,
    publishedAtMs: undefined,
  });
});

test("texts in objects and lists as programs write them", () => {
  for (const [written, body] of [
    [{ rendered: "<p>一</p><p>二</p>", protected: false }, "一\n二"],
    [["一。", "二。"], "一。\n\n二。"],
    [
      [
        { type: "p", text: "一。" },
        { type: "p", text: "二。" },
      ],
      "一。\n\n二。",
    ],
    ['["一。", "二。"]', "一。\n\n二。"],
    ["['一。', '它说：\"二\"。']", '一。\n\n它说："二"。'],
    ["[一] 不是列表", "[一] 不是列表"],
    [{ "#text": "一" }, "一"],
  ] as const)
    assert.equal(taken([{ title: "t", content: written }]).articles[0]?.body, body, JSON.stringify(written));
});

test("a header line that comes again is no article", () => {
  const mapped = createMapper()({ title: "title", body: "Body ", date: "date" });
  assert.ok("problem" in mapped);
  assert.match(mapped.problem, /header/);
});
