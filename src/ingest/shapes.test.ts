/** The shapes of docs/IMPORT.md, a test each: whatever holds the articles, they come out as they went in. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cut, cuts, streamOf } from "../../test/fakes/chunks.ts";
import { openBytes } from "./input.ts";
import { type ReaderOptions, readOpened } from "./reader.ts";

interface Read {
  readonly records: { line: number; value?: unknown; problem?: string }[];
  readonly remarks: string[];
  readonly error?: string;
}

async function read(
  content: string | Buffer | AsyncIterable<Buffer>,
  name = "-",
  options: ReaderOptions = {},
): Promise<Read> {
  const records: Read["records"] = [];
  const remarks: string[] = [];
  const onRemark = (text: string): void => void remarks.push(text);
  const chunks = typeof content === "string" || Buffer.isBuffer(content) ? streamOf(content) : content;
  try {
    const input = await openBytes("FILE", chunks, { ...options, onRemark });
    for await (const group of readOpened(input, name, { ...options, onRemark })) {
      for (const { line, value, problem } of group)
        records.push(problem === undefined ? { line, value } : { line, problem });
    }
  } catch (error) {
    assert.equal((error as { code: string }).code, "bad-input", String((error as Error).stack));
    return { records, remarks, error: (error as Error).message };
  }
  return { records, remarks };
}

/** What an article is made of, whatever else a record says. */
const toArticles = ({ records }: Read): unknown[] =>
  records.map(({ value, problem }) => {
    if (problem !== undefined) return problem;
    const { id, _id, title, body, content } = value as Record<string, unknown>;
    return { id: String(id ?? _id), title, body: body ?? content };
  });

const ARTICLES = [
  { id: "a1", title: "新桥通车", body: "昨日上午，{江湾}大桥[正式]通车。" },
  { id: "a2", title: '"春雨"', body: "夜里下了一场雨。\n今晨放晴。" },
  { id: "a3", title: "渡口", body: "渡口迁走了。" },
];
const json = JSON.stringify;
const [one, two, three] = ARTICLES.map((article) => json(article)) as [string, string, string];
const rows = ARTICLES.map(({ id, title, body }) => [id, title, body]);
const byRow = Object.fromEntries(ARTICLES.map((article, index) => [index, article]));
const column = (name: "id" | "title" | "body") =>
  Object.fromEntries(ARTICLES.map((article, index) => [index, article[name]]));

const SHAPES: readonly (readonly [name: string, text: string])[] = [
  ["an array", json(ARTICLES)],
  ["JSON lines", `${one}\n${two}\n${three}\n`],
  ["objects one after the other on one line", one + two + three],
  ["objects with spaces between", `${one} ${two}\t${three}`],
  ["objects with commas and no brackets", `${one},\n${two},\n${three}`],
  ["JSON lines with a comma at the end of each", `${one},\n${two},\n${three},\n`],
  ["arrays one after the other", `[${one}][${two},${three}]`],
  ["an array per line", `[${one}]\n[]\n[${two},${three}]\n`],
  ["an array of arrays", `[[${one},${two}],[],[${three}]]`],
  ["a row per line under a header row", [["id", "title", "body"], ...rows].map((row) => json(row)).join("\n")],
  ["an array of rows under a header row", json([["id", "title", "body"], ...rows])],
  ["commas too many", `[${one},\n${two},\n${three},\n]`],
  ["{articles: […]}", json({ status: "ok", totalResults: 3, articles: ARTICLES })],
  ["{articles: […]} over many lines", json({ status: "ok", articles: ARTICLES, more: null }, undefined, 2)],
  ["{data: […]}", json({ code: 0, data: ARTICLES })],
  ["{data: {list: […]}}", json({ code: 0, data: { page: 1, list: ARTICLES } })],
  ["{result: {data: {items: […]}}}", json({ result: { data: { items: ARTICLES, total: 3 } } })],
  ["a page of results per line", `${json({ page: 1, items: ARTICLES.slice(0, 2) })}\n${json({ page: 2, items: ARTICLES.slice(2) })}\n`],
  ["pages of results in an array", json([{ items: ARTICLES.slice(0, 2) }, { items: ARTICLES.slice(2) }])],
  ["lists by section", json({ sport: ARTICLES.slice(0, 1), city: ARTICLES.slice(1) })],
  ["Navicat: {RECORDS: […]}", json({ RECORDS: ARTICLES }, undefined, "\t")],
  ["Elasticsearch: a search's answer", json({ took: 1, hits: { total: { value: 3 }, hits: ARTICLES.map(({ id, ...source }) => ({ _index: "news", _id: id, _score: 1, _source: source })) } })],
  ["Elasticsearch: a hit per line", ARTICLES.map(({ id, ...source }) => json({ _index: "news", _id: id, _source: source })).join("\n")],
  ["Elasticsearch: bulk", ARTICLES.map(({ id, ...source }) => `${json({ index: { _index: "news", _id: id } })}\n${json(source)}\n`).join("")],
  ["Elasticsearch: bulk updates", ARTICLES.map(({ id, ...doc }) => `${json({ update: { _id: id } })}\n${json({ doc, doc_as_upsert: true })}\n`).join("")],
  ["CouchDB: {rows: [{doc}]}", json({ total_rows: 3, rows: ARTICLES.map(({ id, ...doc }) => ({ id, key: id, value: { rev: "1-a" }, doc: { _id: id, _rev: "1-a", ...doc } })) })],
  ["GraphQL: edges and nodes", json({ data: { posts: { edges: ARTICLES.map((node) => ({ cursor: "x", node })) } } })],
  ["JSON:API", json({ data: ARTICLES.map(({ id, ...attributes }) => ({ type: "articles", id, attributes })) })],
  ["pandas: orient=index", json(byRow)],
  ["objects by id", json(Object.fromEntries(ARTICLES.map(({ id, title, body }) => [id, { title, body }])))],
  ["pandas: orient=columns", json({ id: column("id"), title: column("title"), body: column("body") })],
  ["pandas: orient=split", json({ columns: ["id", "title", "body"], index: [0, 1, 2], data: rows })],
  ["pandas: orient=table", json({ schema: { fields: [{ name: "index", type: "integer" }, { name: "title", type: "string" }], primaryKey: ["index"] }, data: ARTICLES.map((article, index) => ({ index, ...article })) })],
  ["pandas: orient=list", json({ id: ARTICLES.map(({ id }) => id), title: ARTICLES.map(({ title }) => title), body: ARTICLES.map(({ body }) => body) })],
  ["Google Sheets: {values: [[…]]}", json({ range: "A1:C4", majorDimension: "ROWS", values: [["id", "title", "body"], ...rows] })],
  ["ClickHouse: {meta, data: [[…]]}", json({ meta: [{ name: "id", type: "String" }, { name: "title", type: "String" }, { name: "body", type: "String" }], data: rows, rows: 3 })],
  ["JSONP", `/**/ callback(${json({ items: ARTICLES })});`],
  ["JSON in a script", `var news = ${json(ARTICLES)};\n`],
  ["NaN, Infinity and undefined", `[${one.replace(/}$/, ',"views":NaN}')},${two.replace(/}$/, ',"views":-Infinity}')},${three.replace(/}$/, ',"views":undefined}')}]`],
  ["Python's dict per line", ARTICLES.map(({ id, title, body }) => `{'id': '${id}', 'title': '${title}', 'body': '${body.replaceAll("\n", "\\n")}', 'tags': None, 'hot': True}`).join("\n")],
  ["MongoDB Extended JSON", ARTICLES.map(({ id, ...rest }) => json({ _id: id, ...rest, views: { $numberLong: "5" }, at: { $date: "2021-03-14T00:00:00Z" } })).join("\n")],
  ["MongoDB shell", ARTICLES.map(({ id, ...rest }) => `{ "_id" : "${id}", ${json(rest).slice(1, -1)}, "at" : ISODate("2021-03-14T00:00:00Z"), "views" : NumberLong(5) }`).join("\n")],
  ["records written as JSON twice", json([one, two, three])],
  ["a byte-order mark before each of joined lists", `\ufeff[${one},${two}]\n\ufeff[${three}]\n`],
  ["a byte-order mark before lists over several lines", `[\n${one},\n${two}\n]\n\ufeff[\n${three}\n]`],
  ["a byte-order mark before each of joined files", `\ufeff${one}\n\ufeff${two}\n\ufeff${three}`],
]; // biome-ignore format: a table

for (const [name, text] of SHAPES) {
  test(`shape: ${name}`, async () => {
    const found = await read(text);
    assert.equal(found.error, undefined);
    assert.deepEqual(toArticles(found), ARTICLES);
    assert.deepEqual(toArticles(await read(text, "named.json")), ARTICLES);
  });
}

test("shape: how the bytes are cut never shows", async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...SHAPES), cuts(), async ([, text], places) => {
      assert.deepEqual(await read(streamOf(...cut(text, places))), await read(text));
    }),
    { numRuns: 200 },
  );
});

test("a page without results is no record, and no error", async () => {
  for (const text of [
    '{"status":"ok","totalResults":0,"articles":[]}',
    '{"code":0,"data":{"list":[]}}',
    '{"hits":{"total":0,"hits":[]}}',
  ]) {
    assert.deepEqual(
      (await read(`${text}\n${json({ items: ARTICLES })}\n${text}`)).records.map(({ line }) => line),
      [2, 2, 2],
      text,
    );
  }
  assert.equal((await read('{"tags":[],"foo":"x"}')).records.length, 1);
});

test("a list under names that say nothing is found by its texts, and a record of such names stays one", async () => {
  const rows = ARTICLES.map(({ title, body }) => ({ f1: title, f2: body.repeat(3), f3: [{ g: body.repeat(4) }] }));
  const found = await read(json({ meta: { n: 3, cols: [{ c: "f1" }] }, rows }));
  assert.deepEqual(
    found.records.map(({ value }) => value),
    rows,
  );
  assert.deepEqual(
    (await read(rows.map((row) => json(row)).join("\n"))).records.map(({ value }) => value),
    rows,
  );
});

const filler = (length: number): string => "江".repeat(length);

test("a list is found by what it holds, and what was found and what was left is said", async () => {
  const text = json({
    status: "ok",
    categories: [
      { id: 1, name: "体育" },
      { id: 2, name: "财经" },
    ],
    channel: { title: "江湾日报", link: "https://n.example/", description: "本地新闻" },
    sections: [{ title: "体育", url: "https://n.example/sport" }],
    payload: {
      news: ARTICLES.map((article) => ({ ...article, related: [{ title: "别的", url: "https://n.example/9" }] })),
    },
  });
  const found = await read(text);
  assert.deepEqual(toArticles(found), ARTICLES);
  assert.deepEqual(found.remarks, [
    'The records of FILE were found in "payload.news" (3).',
    'FILE also holds "sections", which look less like articles and were not read.',
  ]);
});

test("an article keeps the lists that belong to it", async () => {
  const article = {
    title: "新桥通车",
    url: "https://n.example/1",
    comments: [{ title: "好", content: "等了十年。", date: "2024-05-01", url: "https://n.example/1#c1" }],
    related: [{ title: "旧桥", content: "拆了。", date: "2024-05-02", url: "https://n.example/2" }],
  };
  for (const text of [
    json(article),
    `${json(article)}\n${json(article)}`,
    json([article]),
    json({ items: [article] }),
  ]) {
    const found = await read(text);
    assert.deepEqual(found.records[0]?.value, article);
    assert.ok(found.records.length <= 2);
  }
});

test("a single article in an answer is found", async () => {
  const [article] = ARTICLES;
  for (const value of [{ data: article }, { code: 0, result: { article } }, { response: { content: article } }]) {
    assert.deepEqual(toArticles(await read(json(value))), [article]);
  }
});

test("a feed in JSON gives its items, not itself", async () => {
  const feed = {
    version: "https://jsonfeed.org/version/1.1",
    title: "江湾日报",
    description: "本地新闻",
    home_page_url: "https://n.example/",
    items: ARTICLES.map(({ id, title, body }) => ({
      id,
      title,
      content_text: body,
      date_published: "2024-05-01T00:00:00Z",
    })),
  };
  const found = await read(json(feed));
  assert.deepEqual(
    found.records.map(({ value }) => (value as { title: string }).title),
    ARTICLES.map(({ title }) => title),
  );
});

test("a list deep inside a long object is read element by element", async () => {
  const count = 3000;
  async function* chunks(): AsyncGenerator<Buffer> {
    yield Buffer.from('{"took":3,"categories":[{"id":1,"title":"体育"}],"hits":{"total":1,"hits":[');
    for (let index = 0; index < count; index++) {
      const source = { title: `第${index}条`, body: filler(700) };
      yield Buffer.from(`${index > 0 ? ",\n" : ""}${json({ _id: String(index), _source: source })}`);
    }
    yield Buffer.from('],"max_score":1},"more":{"hits":[{"_id":"z","_source":{"title":"尾","body":"尾"}}]}}');
  }
  const found = await read(chunks());
  assert.equal(found.error, undefined);
  assert.equal(found.records.length, count + 1);
  assert.deepEqual(
    found.records.slice(0, 2).map(({ line }) => line),
    [1, 2],
  );
  assert.deepEqual(found.remarks, [
    `The records of FILE were found in "hits.hits" (${count}), "more.hits" (1).`,
    'FILE also holds "categories", which look less like articles and were not read.',
  ]);
});

test("objects by number in a long object are read one by one", async () => {
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let index = 0; index < 2000; index++) {
      yield Buffer.from(`${index === 0 ? "{" : ","}"${index}":${json({ title: `第${index}条`, body: filler(700) })}`);
    }
    yield Buffer.from("}");
  }
  const found = await read(chunks());
  assert.equal(found.error, undefined);
  assert.equal(found.records.length, 2000);
  assert.ok(
    found.records.every(({ value }) => !Object.hasOwn(value as object, "_id")),
    "the number of a row is no id",
  );
});

test("a broken element costs only itself, however deep it lies", async () => {
  for (const broken of ['{"id":"x","title":}', '{"id":"x" "title":"y"}', '{"id":"x","title":tru}']) {
    for (const indent of ["", "\n"]) {
      const text = `{"status":"ok","data":{"list":[${one},${indent}${broken},${indent}${two}],"page":1}}`;
      const found = await read(text);
      assert.equal(found.records.length, 3, text);
      assert.match(found.records[1]?.problem ?? "", /not valid JSON/);
      assert.deepEqual(toArticles(found).toSpliced(1, 1), ARTICLES.slice(0, 2));
    }
  }
});

test("an element that is not UTF-8 costs only itself, however deep it lies", async () => {
  const bad = Buffer.concat([Buffer.from('{"title":"'), Buffer.from([0xd6, 0xd0]), Buffer.from('"}')]);
  const text = Buffer.concat([Buffer.from(`{"articles":[${one},\n`), bad, Buffer.from(`,\n${two},${three}]}`)]);
  const found = await read(text, "x.json", { encoding: "utf-8" });
  assert.deepEqual(toArticles(found).toSpliced(1, 1), ARTICLES);
  assert.match(found.records[1]?.problem ?? "", /not UTF-8/);
  assert.equal(found.records[1]?.line, 2);
});

test("a list that breaks off keeps what came before, however deep it lies", async () => {
  const found = await read(`{"status":"ok","articles":[${one},${two},{"id":"x","ti`);
  assert.deepEqual(toArticles(found), [...ARTICLES.slice(0, 2), "breaks off before its end"]);
  assert.match(found.error ?? "", /ends in the middle of its array/);
});

test("a table by columns that is too long says how to write it", async () => {
  const text = json({
    title: Object.fromEntries(Array.from({ length: 2000 }, (_, row) => [row, filler(3000)])),
    body: { 0: "x" },
  });
  const { records } = await read(text);
  assert.equal(records.length, 1);
  assert.match(records[0]?.problem ?? "", /orient='records'/);
});

test("brackets without end are no way to fill the memory or the stack", async () => {
  for (const unit of ["[", '{"a":', '[{"a":', '{"data":[']) {
    const found = await read(streamOf(...Array.from({ length: 20 }, () => unit.repeat(10_000))));
    assert.ok(found.records.length <= 2, `${found.records.length}`);
  }
});

test("numbers keep their digits, and those that have lost them are told apart", async () => {
  const ids = async (text: string) => (await read(text)).records.map(({ value }) => (value as { id: unknown }).id);
  assert.deepEqual(
    await ids('[{"id":5000000000000000001,"title":"a"},{"id":5000000000000000002,"title":"b"},{"id":12,"title":"c"}]'),
    ["5000000000000000001", "5000000000000000002", 12],
  );
  assert.deepEqual(await ids('{"id":1234567890123456789.0,"title":"a"}'), ["1234567890123456789"]);
  assert.deepEqual(await ids('{"id":4.61E+15,"title":"a"}\n{"id":4.61168e18,"title":"a"}'), [
    "4.61e+15",
    "4.61168e+18",
  ]);
  const deep = `{"a":${'{"a":'.repeat(8)}{"items":[{"id":5000000000000000001,"title":"a"}]}${"}".repeat(9)}`;
  assert.deepEqual(await ids(deep), ["5000000000000000001"]);
});

test("__proto__ in a record is a field like any other", async () => {
  const { records } = await read('{"__proto__":{"title":"x"},"title":"a","constructor":{"prototype":1}}');
  assert.deepEqual(Object.keys(records[0]?.value as object), ["__proto__", "title", "constructor"]);
  assert.equal(Object.getPrototypeOf(records[0]?.value), Object.prototype);
});
