import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cut, cuts, streamOf } from "../../test/fakes/chunks.ts";
import { encode } from "../../test/fakes/encode.ts";
import { toAtom, toJsonFeed, toRss } from "../site/feeds/feed.ts";
import { createMapper } from "./article.ts";
import { openBytes } from "./input.ts";
import { type ReaderOptions, readOpened } from "./reader.ts";

async function read(chunks: AsyncIterable<Buffer>, options: ReaderOptions = {}) {
  const records: { line: number; value?: unknown; problem?: string }[] = [];
  try {
    for await (const group of readOpened(await openBytes("FILE", chunks, options), "-", options)) {
      for (const { line, value, problem } of group)
        records.push(problem === undefined ? { line, value } : { line, problem });
    }
  } catch (error) {
    assert.equal((error as { code: string }).code, "bad-input", String((error as Error).stack));
    return { records, error: (error as Error).message };
  }
  return { records };
}

async function readArticles(text: string | Buffer): Promise<Record<string, unknown>[]> {
  const mapper = createMapper();
  const { records, error } = await read(streamOf(text));
  assert.equal(error, undefined);
  return records.map(({ value, problem }) => {
    const mapped = mapper(value);
    if (!("article" in mapped)) return { problem: problem ?? mapped.problem };
    const { publishedAtMs, ...article } = mapped.article;
    return { ...article, published: publishedAtMs === undefined ? undefined : new Date(publishedAtMs).toISOString() };
  });
}

const RSS = `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
<title>江湾日报</title>
<link>https://n.example/</link>
<item>
<title><![CDATA[新桥 & 渡口]]></title>
<link>https://n.example/1</link>
<guid isPermaLink="false">n-1</guid>
<description>摘要。</description>
<content:encoded><![CDATA[<p>昨日上午，大桥通车。</p><p>第二段&nbsp;在此。</p>]]></content:encoded>
<pubDate>Sun, 14 Mar 2021 08:05:00 +0800</pubDate>
<category>本地</category>
</item>
<item><title>春雨</title><link>https://n.example/2</link><description>&lt;b&gt;夜里&lt;/b&gt;下雨 &amp;amp; 风</description></item>
</channel>
</rss>`;

test("RSS: the whole text before the description, markup as text, the channel as source", async () => {
  const [one, two] = await readArticles(RSS);
  assert.deepEqual(one, {
    id: "n-1",
    title: "新桥 & 渡口",
    body: "昨日上午，大桥通车。\n第二段 在此。",
    url: "https://n.example/1",
    source: "江湾日报",
    category: "本地",
    published: "2021-03-14T00:05:00.000Z",
  });
  assert.equal(two?.title, "春雨");
  assert.equal(two?.body, "夜里下雨 & 风");
});

test("RSS 1.0 (RDF) and Atom", async () => {
  const rdf = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://n.example/"><title>旧报</title><items><rdf:Seq><rdf:li resource="https://n.example/1"/></rdf:Seq></items></channel>
<item rdf:about="https://n.example/1"><title>渡口</title><link>https://n.example/1</link><description>迁走了。</description><dc:date>2021-03-14T08:05:00+08:00</dc:date><dc:subject>本地</dc:subject></item>
</rdf:RDF>`;
  const [fromRdf] = await readArticles(rdf);
  assert.deepEqual(
    [fromRdf?.title, fromRdf?.body, fromRdf?.source, fromRdf?.category, fromRdf?.published],
    ["渡口", "迁走了。", "旧报", "本地", "2021-03-14T00:05:00.000Z"],
  );

  const atom = `<feed xmlns="http://www.w3.org/2005/Atom"><title>江湾</title><author><name>某人</name></author>
<entry><id>urn:1</id><title type="html">新桥 &lt;em&gt;通车&lt;/em&gt;</title><link rel="self" href="https://n.example/1.atom"/><link href="https://n.example/1"/>
<updated>2021-03-15T00:00:00Z</updated><published>2021-03-14T00:00:00Z</published><category term="a" label="本地"/>
<author><name>记者甲</name></author>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>第一段 1 &lt; 2。</p><p>第二段。</p></div></content></entry></feed>`;
  const [fromAtom] = await readArticles(atom);
  assert.deepEqual(fromAtom, {
    id: "urn:1",
    title: "新桥 通车",
    body: "第一段 1 < 2。\n第二段。",
    url: "https://n.example/1",
    source: "江湾",
    category: "本地",
    published: "2021-03-14T00:00:00.000Z",
  });
});

test("WordPress: posts that were published, in paragraphs, at their time; others are named", async () => {
  const item = (
    type: string,
    status: string,
    id: number,
  ) => `<item><title>稿 ${id}</title><link>https://w.example/?p=${id}</link>
<guid isPermaLink="false">https://w.example/?p=${id}</guid><content:encoded><![CDATA[第一段。\n\n<strong>第二段</strong>。]]></content:encoded>
<pubDate>Sun, 14 Mar 2021 00:05:00 +0000</pubDate><wp:post_date>2021-03-14 08:05:00</wp:post_date><wp:post_date_gmt>2021-03-14 00:05:00</wp:post_date_gmt>
<category domain="post_tag" nicename="t">标签</category><category domain="category" nicename="c">本地</category>
<wp:status>${status}</wp:status><wp:post_type>${type}</wp:post_type></item>`;
  const wxr = `<rss version="2.0"><channel><title>博客</title>${item("post", "publish", 1)}${item("attachment", "inherit", 2)}${item("post", "draft", 3)}</channel></rss>`;
  const { records } = await read(streamOf(wxr));
  assert.equal(records.length, 3);
  const mapped = createMapper()(records[0]?.value);
  assert.ok("article" in mapped);
  assert.deepEqual(
    [mapped.article.body, mapped.article.category, mapped.article.publishedAtMs],
    ["第一段。\n第二段。", "本地", Date.UTC(2021, 2, 14, 0, 5)],
  );
  assert.match(records[1]?.problem ?? "", /attachment/);
  assert.match(records[2]?.problem ?? "", /draft/);
});

test("what the site gives as a feed reads back, in all three forms", async () => {
  const entries = [
    {
      id: "https://h.example/articles/1",
      title: 'a < b & "c"',
      url: "https://n.example/1",
      summary: "正文 1 < 2。",
      source: "江湾日报",
      category: "本地",
      publishedAtMs: Date.UTC(2021, 2, 14),
    },
    {
      id: "https://h.example/articles/2",
      title: "春雨",
      url: "https://h.example/articles/2",
      summary: "夜里。",
      source: undefined,
      category: undefined,
      publishedAtMs: undefined,
    },
  ];
  const feed = {
    title: "闻寻：雨",
    pageUrl: "https://h.example/?q=1",
    feedUrl: "https://h.example/feed",
    language: "zh-Hans",
    entries,
  };
  for (const write of [toAtom, toRss, toJsonFeed]) {
    const [one, two] = await readArticles(write(feed));
    assert.equal(one?.id, entries[0]?.id, write.name);
    assert.equal(one?.title, entries[0]?.title, write.name);
    assert.equal(one?.body, entries[0]?.summary, write.name);
    assert.equal(one?.url, entries[0]?.url);
    assert.equal(one?.category, "本地", write.name);
    assert.equal(one?.published, "2021-03-14T00:00:00.000Z");
    if (write !== toRss) assert.equal(one?.source, "江湾日报", write.name);
    assert.deepEqual([two?.title, two?.body], ["春雨", "夜里。"]);
  }
});

test("a feed in another encoding is read as it declares, unless it is UTF-8 all the same", async () => {
  const text = RSS.replace("UTF-8", "gb2312");
  const expected = await readArticles(RSS);
  assert.deepEqual(await readArticles(encode(text, "gbk")), expected);
  assert.deepEqual(await readArticles(text), expected);
});

test("entities that a document defines are not expanded, and tags without end are not held", async () => {
  const bomb = `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa">${Array.from({ length: 9 }, (_, n) => `<!ENTITY ${"b".repeat(n + 1)} "${`&${n === 0 ? "a" : "b".repeat(n)};`.repeat(10)}">`).join("")}]>
<rss><channel><item><title>x</title><description>&bbbbbbbbb;</description></item></channel></rss>`;
  const { records } = await read(streamOf(bomb));
  assert.ok(JSON.stringify(records).length < 2000);
  for (const start of ["<rss><channel><!--", "<rss><channel><item><title><![CDATA[", "<rss><channel><item a='"]) {
    const { error } = await read(streamOf(start, ...Array.from({ length: 20 }, () => "x".repeat(1024 * 1024))));
    assert.match(error ?? "", /does not end|middle of an item|without the items/);
  }
});

test("an item that is too long, or holds bytes that are no text, is refused alone", async () => {
  const item = (text: string | Buffer) => [
    Buffer.from("<item>\n<title>"),
    Buffer.from(text),
    Buffer.from("</title></item>\n"),
  ];
  const { records } = await read(
    streamOf("<rss><channel>\n", ...item("一"), ...item(Buffer.from([0xd6, 0xd0])), ...item("三"), "</channel></rss>"),
    { encoding: "utf-8" },
  );
  assert.deepEqual(
    records.map(({ line }) => line),
    [2, 4, 6],
  );
  assert.match(records[1]?.problem ?? "", /not UTF-8/);
});

test("a feed that breaks off keeps what came before; XML without items says so", async () => {
  const { records, error } = await read(streamOf(RSS.slice(0, RSS.indexOf("<description>&lt;"))));
  assert.equal(records.length, 2);
  assert.match(records[1]?.problem ?? "", /breaks off/);
  assert.match(error ?? "", /ends in the middle/);
  assert.match((await read(streamOf("<urlset><url><loc>x</loc></url></urlset>"))).error ?? "", /without the items/);
});

test("how the bytes are cut never shows", async () => {
  const whole = await read(streamOf(RSS));
  await fc.assert(
    fc.asyncProperty(cuts(), async (places) => assert.deepEqual(await read(streamOf(...cut(RSS, places))), whole)),
  );
});

test("feeds one after the other keep their titles apart", async () => {
  const rss = (title: string, item: string): string =>
    `<?xml version="1.0"?><rss><channel>${title}<item><title>${item}</title></item></channel></rss>\n`;
  const atom = (title: string): string =>
    `<feed xmlns="http://www.w3.org/2005/Atom">${title}<author><name>wenxun</name></author><entry><title>三</title></entry></feed>\n`;
  const feeds = [
    rss("<title>江湾日报</title>", "一"),
    rss("", "二"),
    atom("<title>江湾</title>"),
    rss("<title>晚报</title>", "四"),
  ];
  const found = await readArticles(feeds.join(""));
  assert.deepEqual(
    found.map(({ source }) => source),
    ["江湾日报", undefined, "江湾", "晚报"],
  );
});

test("Atom whose names have a prefix is read as Atom without one", async () => {
  const [only] = await readArticles(
    `<a:feed xmlns:a="http://www.w3.org/2005/Atom" xmlns:x="urn:x"><a:title>江湾</a:title><a:entry><a:id>n-1</a:id><a:title>新桥</a:title>
    <a:link href="https://n.example/1"/><a:content type="html">&lt;p&gt;通车。&lt;/p&gt;</a:content><a:updated>2021-03-14T00:05:00Z</a:updated><x:title>别的</x:title></a:entry></a:feed>`,
  );
  assert.deepEqual(only, {
    id: "n-1",
    title: "新桥",
    body: "通车。",
    url: "https://n.example/1",
    source: "江湾",
    category: undefined,
    published: "2021-03-14T00:05:00.000Z",
  });
});
