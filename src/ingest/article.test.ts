import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { anyUnicode, anyUrl } from "../../test/fakes/any-text.ts";
import type { Article } from "../archive/article.ts";
import { createMapper, type MappingOptions } from "./article.ts";
import { parseFieldMap } from "./fields.ts";

function map(value: unknown, options?: MappingOptions): Article {
  const mapped = createMapper(options)(value);
  assert.ok("article" in mapped, "problem" in mapped ? mapped.problem : "");
  return mapped.article;
}

function problemOf(value: unknown, options?: MappingOptions): string {
  const mapped = createMapper(options)(value);
  assert.ok("problem" in mapped);
  return mapped.problem;
}

const MARCH_14 = Date.UTC(2021, 2, 14);

for (const record of [
  {
    id: "7",
    title: "题",
    body: "文",
    url: "https://n.example/7",
    source: "社",
    category: "科技",
    published: "2021-03-14T00:00Z",
  },
  { _id: 7, headline: "题", content: "文", link: "https://n.example/7", media: "社", section: "科技", date: MARCH_14 },
  {
    guid: "7",
    标题: "题",
    正文: "文",
    链接: "https://n.example/7",
    来源: "社",
    频道: "科技",
    发布时间: "2021年3月14日 8时",
  },
  {
    id: 7,
    標題: "题",
    內容: "文",
    連結: "https://n.example/7",
    來源: "社",
    頻道: "科技",
    發布時間: "2021/03/14 08:00",
  },
  {
    Article_ID: "7",
    Title: "题",
    Text: "文",
    URL: "https://n.example/7",
    Publisher: "社",
    Channel: "科技",
    "Pub-Date": "20210314T000000Z",
  },
  {
    _id: { $oid: "7" },
    name: "题",
    summary: "文",
    link: "https://n.example/7",
    source: { id: null, name: "社" },
    category: ["科技", "财经"],
    created_at: { $date: { $numberLong: String(MARCH_14) } },
  },
]) {
  test(`usual names: ${Object.keys(record).join(", ")}`, () => {
    assert.deepEqual(map(record), {
      id: "7",
      title: "题",
      body: "文",
      url: "https://n.example/7",
      source: "社",
      category: "科技",
      publishedAtMs: MARCH_14,
    });
  });
}

test("the better name wins, in whatever order they come, unless it holds nothing", () => {
  assert.equal(map({ summary: "short", body: "long" }).body, "long");
  assert.equal(map({ body: "long", summary: "short" }).body, "long");
  assert.equal(map({ body: " ", summary: "short" }).body, "short");
  assert.equal(map({ title: "t", published: "soon", date: "2021-03-14T00:00Z" }).publishedAtMs, MARCH_14);
});

test("--map reads names and dotted paths, and nothing else for that field", () => {
  const fields = parseFieldMap(["title=data.headline,published=meta.0.when", "body="]);
  const article = map(
    { title: "no", body: "no", data: { headline: "yes" }, meta: [{ when: "2021-03-14T00:00Z" }] },
    { fields },
  );
  assert.equal(article.title, "yes");
  assert.equal(article.body, "");
  assert.equal(article.publishedAtMs, MARCH_14);
  assert.equal(map({ "data.headline": "own" }, { fields }).title, "own");
  assert.match(problemOf({ title: "no" }, { fields }), /neither a title nor a body/);
});

test("--map refuses what it does not understand", () => {
  assert.throws(() => parseFieldMap(["headline=title"]), { code: "usage", message: /"headline=title".*title, body/s });
  assert.throws(() => parseFieldMap(["title"]), { code: "usage" });
});

test("arrays of texts are joined, anything else in the place of text is refused", () => {
  assert.equal(map({ title: "t", body: ["一", "二", 3, null, " "] }).body, "一\n\n二\n\n3");
  assert.match(problemOf({ title: "t", body: [{ pages: 1 }] }), /^body holds an array/);
  assert.match(problemOf({ title: { main: "t" }, body: "b" }), /^title holds an object.*a mapping can name/);
  assert.match(problemOf({ title: true }), /^title holds a boolean/);
  assert.equal(
    map({ title: "t", content: { pages: 3 }, summary: "s" }).body,
    "s",
    "another name that holds text will do",
  );
});

test("what is no object is refused with what it is", () => {
  for (const [value, what] of [
    [null, /null/],
    [3, /a number/],
    ["x", /a string/],
    [[1], /an array/],
  ] as const) {
    assert.match(problemOf(value), what);
  }
});

test("a record without title and body names the fields it has", () => {
  assert.match(problemOf({ articles: [1], status: "ok" }), /its fields are articles, status/);
  assert.match(problemOf({}), /no fields/);
});

test("a date that cannot be read is kept apart, and the article kept", () => {
  const mapped = createMapper()({ title: "t", date: "last week" });
  assert.ok("article" in mapped);
  assert.equal(mapped.article.publishedAtMs, undefined);
  assert.deepEqual(mapped.badDate, { text: "last week", flaw: "relative" });
  const undated = createMapper()({ title: "t" });
  assert.ok("article" in undated && undated.badDate === undefined);
});

test("the time zone counts for dates without one", () => {
  const published = "2021-03-14 08:00";
  assert.equal(map({ title: "t", published }).publishedAtMs, MARCH_14);
  assert.equal(map({ title: "t", published }, { timezone: "UTC" }).publishedAtMs, MARCH_14 + 8 * 3_600_000);
});

test("a default source fills in where none is named", () => {
  assert.equal(map({ title: "t" }, { source: "本报" }).source, "本报");
  assert.equal(map({ title: "t", source: "" }, { source: "本报" }).source, "本报");
  assert.equal(map({ title: "t", source: "他报" }, { source: "本报" }).source, "他报");
});

test("NUL, control characters and lone surrogates do not get in; line breaks do", () => {
  assert.equal(map({ title: "t", body: "一\u0000二。\u0008\n三\ud800" }).body, "一二。\n三\ufffd");
});

test("markup in a title is text; a body that is a page becomes its text", () => {
  assert.equal(map({ title: "<script>alert(1)</script>" }).title, "<script>alert(1)</script>");
  assert.equal(
    map({ title: "t", body: "<p>一 &amp; 二</p><script>x()</script><p>三<br>四</p>" }).body,
    "一 & 二\n三\n四",
  );
  assert.equal(map({ title: "t", body: "写作 <p>…</p> 表示段落" }).body, "写作 <p>…</p> 表示段落");
  assert.equal(map({ title: "t", body: "a < b > c" }).body, "a < b > c");
});

test("only web addresses are kept as the address; others still tell articles apart", () => {
  const a = map({ title: "t", url: "javascript:alert(1)" });
  const b = map({ title: "t", url: "javascript:alert(2)" });
  assert.equal(a.url, undefined);
  assert.notEqual(a.id, b.id);
});

test("identity: the id, else the canonical address, else the content", () => {
  const url = "https://N.example:443/a/?utm_source=x&b=1#top";
  assert.equal(map({ id: 12345678901234567890n, title: "t" }).id, "12345678901234567890");
  assert.equal(map({ title: "t", url }).id, map({ title: "other", url: "https://n.example/a?b=1" }).id);
  assert.notEqual(map({ title: "t", url }).id, map({ title: "t", url: "https://n.example/a?b=2" }).id);
  assert.equal(map({ title: "t", body: "b" }).id, map({ headline: "t", text: "b" }).id);
  for (const other of [
    { title: "tb" },
    { title: "t", body: "c" },
    { title: "t", body: "b", date: 1615680306 },
    { title: "t", body: "b", source: "s" },
  ]) {
    assert.notEqual(map({ title: "t", body: "b" }).id, map(other).id);
  }
  const long = map({ id: "x".repeat(513), title: "t" }).id;
  assert.ok(long.length <= 512 && long !== map({ id: "x".repeat(514), title: "t" }).id);
  assert.equal(map({ id: "x".repeat(512), title: "t" }).id.length, 512);
});

test("what is no id is none: the address or the text tells such articles apart, and it is said", () => {
  for (const id of ["", " ", null, "nan", "NaN", "None", "NULL", "\\N", "4.61E+15", "4.61e15", Number.NaN, 4.61e22]) {
    const mapped = createMapper()({ id, title: "t", url: "https://n.example/1" });
    assert.ok("article" in mapped);
    assert.match(mapped.article.id, /^url-/, String(id));
    assert.notEqual(mapped.badId, undefined, String(id));
  }
  for (const id of ["1e", "e5", "1e5", "12E5", "1.5", "0", 0, 7, "5000000000000000001"]) {
    const mapped = createMapper()({ id, title: "t" });
    assert.ok("article" in mapped && mapped.badId === undefined);
    assert.equal(mapped.article.id, String(id));
  }
  const other = createMapper()({ id: "nan", guid: "7", title: "t" });
  assert.ok("article" in other && other.badId === undefined && other.article.id === "7", "another id will do");
});

test("any value is an article within the bounds of the port, or a problem; nothing is thrown", () => {
  const mappers = [
    createMapper(),
    createMapper({ fields: parseFieldMap(["title=a.b,id=__proto__,published=constructor"]) }),
  ];
  const name = fc.constantFrom(
    "id",
    "title",
    "body",
    "url",
    "source",
    "category",
    "date",
    "标题",
    "__proto__",
    "a",
    "$date",
  );
  const { tree } = fc.letrec((tie) => ({
    leaf: fc.oneof(anyUnicode(), fc.double(), fc.bigInt(), fc.boolean(), fc.constant(null), anyUrl, fc.date()),
    tree: fc.oneof({ depthSize: "small" }, tie("leaf"), fc.array(tie("tree")), fc.dictionary(name, tie("tree"))),
  }));
  fc.assert(
    fc.property(tree, fc.constantFrom(...mappers), (value, mapper) => {
      const mapped = mapper(value);
      if ("problem" in mapped) {
        assert.ok(mapped.problem.length > 0);
        return;
      }
      const { id, title, body, publishedAtMs } = mapped.article;
      assert.ok(id.length >= 1 && id.length <= 512 && id.isWellFormed());
      assert.ok(title !== "" || body !== "");
      assert.ok(title.isWellFormed() && body.isWellFormed() && !title.includes("\u0000"));
      if (publishedAtMs !== undefined) assert.ok(new Date(publishedAtMs).toISOString().length === 24);
    }),
    { numRuns: 500 },
  );
});
