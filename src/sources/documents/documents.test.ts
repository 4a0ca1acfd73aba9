import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createMapper } from "../../ingest/article.ts";
import { decodeDocument } from "./decode-document.ts";
import type { FeedDocument } from "./feed-document.ts";
import { findPageLinks } from "./page-links.ts";
import { parseJsonFeed } from "./parse-json-feed.ts";
import { parseOpml } from "./parse-opml.ts";
import { parseSitemap } from "./parse-sitemap.ts";
import { parseXmlFeed } from "./parse-xml-feed.ts";

const URL_OF_FEED = "https://news.test/feeds/all.xml";

/** Kind, title and site of the feed; guid, address, title, text and time of its first item. */
function summarize(feed: FeedDocument | undefined): readonly unknown[] {
  assert.ok(feed !== undefined, "read as a feed");
  const [item] = feed.items;
  const mapped = item === undefined ? undefined : createMapper({ source: feed.title })(item.record);
  const article = mapped !== undefined && "article" in mapped ? mapped.article : undefined;
  const published = article?.publishedAtMs === undefined ? undefined : new Date(article.publishedAtMs).toISOString();
  return [feed.kind, feed.title, feed.siteUrl, item?.guid, item?.url, article?.title, article?.body, published];
}

const SITE = "https://news.test/";
const AT = "2026-03-05T06:00:00.000Z";

const FEEDS: readonly (readonly [what: string, text: string, expected: readonly unknown[]])[] = [
  [
    "RSS 2.0",
    `<rss version="2.0"><channel><title>晨报</title><link>${SITE}</link><item><title>大桥通车</title><link>https://news.test/1</link>
     <guid isPermaLink="false">a-1</guid><description>&lt;p&gt;今天&lt;/p&gt;</description><pubDate>Thu, 05 Mar 2026 14:00:00 +0800</pubDate></item></channel></rss>`,
    ["rss", "晨报", SITE, "a-1", "https://news.test/1", "大桥通车", "今天", AT],
  ],
  [
    "RSS 0.91 in capitals, without guid",
    `<RSS VERSION="0.91"><CHANNEL><TITLE>晨报</TITLE><LINK>${SITE}</LINK><ITEM><TITLE>大桥通车</TITLE><LINK>1.html</LINK></ITEM></CHANNEL></RSS>`,
    ["rss", "晨报", SITE, undefined, "https://news.test/feeds/1.html", "大桥通车", "", undefined],
  ],
  [
    "RSS 1.0 with prefixes of its own",
    `<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:s="http://purl.org/rss/1.0/" xmlns:d="http://purl.org/dc/elements/1.1/">
     <s:channel r:about="x"><s:title>晨报</s:title><s:link>${SITE}</s:link></s:channel>
     <s:item r:about="https://news.test/1"><s:title>大桥通车</s:title><s:link>https://news.test/1</s:link><d:date>2026-03-05T06:00:00Z</d:date></s:item></r:RDF>`,
    ["rdf", "晨报", SITE, undefined, "https://news.test/1", "大桥通车", "", AT],
  ],
  [
    "Atom 1.0 with a prefix, bases, and XHTML",
    `<a:feed xmlns:a="http://www.w3.org/2005/Atom" xml:base="https://news.test/x/"><a:title type="html">晨&lt;b&gt;报&lt;/b&gt;</a:title>
     <a:link rel="self" href="all.xml"/><a:link href=".."/><a:author><a:name>某</a:name></a:author>
     <a:entry xml:base="sub/"><a:id>tag:news.test,2026:1</a:id><a:title>大桥通车</a:title><a:link rel="enclosure" href="a.mp3"/><a:link href="1"/>
     <a:content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>今天</p><p>通车</p></div></a:content><a:updated>2026-03-05T14:00:00+08:00</a:updated></a:entry></a:feed>`,
    ["atom", "晨报", SITE, "tag:news.test,2026:1", "https://news.test/x/sub/1", "大桥通车", "今天\n通车", AT],
  ],
  [
    "Atom 0.3 with base64",
    `<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>晨报</title><link rel="alternate" type="text/html" href="${SITE}"/>
     <entry><id>1</id><title mode="base64">${Buffer.from("大桥通车").toString("base64")}</title><issued>2026-03-05T06:00:00Z</issued></entry></feed>`,
    ["atom", "晨报", SITE, "1", undefined, "大桥通车", "", AT],
  ],
  [
    "CDF",
    `<CHANNEL HREF="${SITE}"><TITLE>晨报</TITLE><ITEM HREF="https://news.test/1"><TITLE>大桥通车</TITLE><ABSTRACT>今天通车</ABSTRACT></ITEM></CHANNEL>`,
    ["cdf", "晨报", SITE, "https://news.test/1", "https://news.test/1", "大桥通车", "今天通车", undefined],
  ],
];

describe("feeds", () => {
  for (const [what, text, expected] of FEEDS) {
    test(what, () => assert.deepEqual(summarize(parseXmlFeed(text, URL_OF_FEED)), expected));
  }

  test("JSON Feed", () => {
    const item = {
      id: 7,
      url: "/1",
      title: "大桥通车",
      content_html: "<p>今天</p>",
      date_published: "2026-03-05T14:00:00+08:00",
    };
    const feed = {
      version: "https://jsonfeed.org/version/1.1",
      title: "晨报",
      home_page_url: SITE,
      items: [item, null, 3],
    };
    const expected = ["json", "晨报", SITE, "7", "https://news.test/1", "大桥通车", "今天", AT];
    assert.deepEqual(summarize(parseJsonFeed(JSON.stringify(feed), URL_OF_FEED)), expected);
    assert.equal(parseJsonFeed('{"items":[{"name":"x"}]}'), undefined);
    assert.equal(parseJsonFeed("{"), undefined);
  });

  test("what a feed says of itself: when to come again, its hub, its own address; a picture's title is not the feed's", () => {
    const channel = `<image><title>徽标</title><link>https://img.test/</link></image><title>晨报</title><ttl>90</ttl>
      <atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="https://hub.test/"/>
      <atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="self" href="https://news.test/self.xml"/>`;
    const feed = parseXmlFeed(`<rss><channel>${channel}</channel></rss>`, URL_OF_FEED);
    assert.deepEqual(
      [feed?.title, feed?.ttlMs, feed?.hubs, feed?.selfUrl, feed?.siteUrl, feed?.items.length],
      ["晨报", 90 * 60_000, ["https://hub.test/"], "https://news.test/self.xml", undefined, 0],
    );
    const sy = `<rss><channel><sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency></channel></rss>`;
    assert.equal(parseXmlFeed(sy)?.ttlMs, 6 * 3_600_000);
  });

  test("a feed that breaks off gives its whole items, and says so", () => {
    const [, text = ""] = FEEDS[0] ?? [];
    const two = text.replace("</item>", "</item><item><title>第二条</title><description>只有一半");
    const cut = parseXmlFeed(two.slice(0, two.indexOf("一半")), URL_OF_FEED);
    assert.deepEqual([cut?.isWhole, cut?.items.length], [false, 1]);
    assert.equal(parseXmlFeed(text, URL_OF_FEED)?.isWhole, true);
  });

  test("entities that a feed defines are put in, and cannot make it grow without end", () => {
    const define = (definitions: string, title: string): string =>
      `<!DOCTYPE rss [${definitions}]><rss><channel><title>${title}</title></channel></rss>`;
    assert.equal(parseXmlFeed(define('<!ENTITY name "晨报">', "&name;"))?.title, "晨报");
    const laughs = Array.from({ length: 9 }, (_, n) => `<!ENTITY e${n + 1} "${`&e${n};`.repeat(10)}">`).join("");
    assert.equal(parseXmlFeed(define(`<!ENTITY e0 "ha">${laughs}`, "&e9;"))?.title, "&e9;");
    const long = parseXmlFeed(define(`<!ENTITY e "${"哈".repeat(1000)}">`, "&e;".repeat(100_000)));
    assert.ok((long?.title?.length ?? Infinity) < 2_000_000);
    assert.equal(parseXmlFeed(define('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;"))?.title, "&x;");
  });

  test("what is no feed is none, and nothing throws", () => {
    const [, text = ""] = FEEDS[3] ?? [];
    for (const other of [
      "",
      "<html><body>x</body></html>",
      "{}",
      "<opml/>",
      "<urlset/>",
      "\0\0",
      "<<<>>>",
      "<a".repeat(9999),
    ]) {
      assert.equal(parseXmlFeed(other, URL_OF_FEED), undefined, other.slice(0, 20));
    }
    for (let length = 0; length < text.length; length += 7) parseXmlFeed(text.slice(0, length), URL_OF_FEED);
    parseXmlFeed(`<rss><channel>${"<item>".repeat(50_000)}`);
  });
});

describe("encodings of documents", () => {
  const text = '<?xml version="1.0" encoding="ENC"?><rss><channel><title>“晨报”新闻</title></channel></rss>';
  const titleOf = async (bytes: Buffer, contentType?: string): Promise<string | undefined> =>
    parseXmlFeed(await decodeDocument(bytes, contentType))?.title;

  test("bytes count more than what is said of them", async () => {
    const utf8 = Buffer.from(text.replace("ENC", "gb2312"));
    assert.equal(await titleOf(utf8, "text/xml; charset=gb2312"), "“晨报”新闻");
    const gbk = Buffer.from(
      "3c7273733e3c6368616e6e656c3e3c7469746c653eb3bfb1a8d0c2cec53c2f7469746c653e3c2f6368616e6e656c3e3c2f7273733e",
      "hex",
    );
    assert.equal(await titleOf(gbk, "text/xml; charset=gbk"), "晨报新闻");
    assert.equal(await titleOf(gbk, "text/xml; charset=us-ascii"), "晨报新闻", "told by the text");
    const big5 = Buffer.from(
      "3c7273733e3c6368616e6e656c3e3c7469746c653eb4bab3f8a5a6bbddb6d33c2f7469746c653e3c2f6368616e6e656c3e3c2f7273733e",
      "hex",
    );
    assert.equal((await titleOf(big5, "text/xml; charset=big5"))?.includes("\ufffd"), false);
  });

  test("UTF-16 and UTF-32, with a mark and without", async () => {
    const little = Buffer.from(text, "utf16le");
    const big = Buffer.from(little).swap16();
    for (const bytes of [
      little,
      big,
      Buffer.concat([Buffer.from("fffe", "hex"), little]),
      Buffer.concat([Buffer.from("feff", "hex"), big]),
    ])
      assert.equal(await titleOf(bytes), "“晨报”新闻");
    const wide = Buffer.alloc([...text].length * 4);
    for (const [index, character] of [...text].entries()) wide.writeUInt32BE(character.codePointAt(0) ?? 0, index * 4);
    assert.equal(await titleOf(wide), "“晨报”新闻");
    assert.equal(await titleOf(Buffer.from(wide).swap32()), "“晨报”新闻");
  });

  test("quotes of Windows that were taken for Latin-1 are quotes", async () => {
    assert.equal(
      await titleOf(Buffer.from("<rss><channel><title>don&#146;t \u0093x\u0094</title></channel></rss>")),
      "don’t “x”",
    );
  });
});

describe("sitemaps", () => {
  test("those of news tell title, time and publication", () => {
    const text = `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">
      <url><loc>/1</loc><n:news><n:publication><n:name>晨报</n:name></n:publication><n:title>大桥通车</n:title><n:publication_date>2026-03-05</n:publication_date></n:news></url>
      <url><loc>https://news.test/2</loc><lastmod>2026-03-06</lastmod></url></urlset>`;
    assert.deepEqual(parseSitemap(text, "https://news.test/sitemap.xml"), {
      sitemaps: [],
      pages: [
        {
          url: "https://news.test/1",
          lastModified: undefined,
          title: "大桥通车",
          published: "2026-03-05",
          publication: "晨报",
        },
        {
          url: "https://news.test/2",
          lastModified: "2026-03-06",
          title: undefined,
          published: undefined,
          publication: undefined,
        },
      ],
    });
  });

  test("of an index the latest come first", () => {
    const entry = (name: string, day: string): string =>
      `<sitemap><loc>https://news.test/${name}</loc><lastmod>${day}</lastmod></sitemap>`;
    const index = `<sitemapindex>${entry("a", "2026-01-01")}${entry("b", "2026-02-01")}</sitemapindex>`;
    assert.deepEqual(
      parseSitemap(index)?.sitemaps.map(({ url }) => url),
      ["https://news.test/b", "https://news.test/a"],
    );
    assert.equal(parseSitemap("<rss/>"), undefined);
  });
});

test("an element that closes itself does not break a feed off", () => {
  const link = '<link href="https://news.test/1"/>';
  const atom = `<feed xmlns="http://www.w3.org/2005/Atom"><link rel="self" href="x"/><title>晨报</title><entry><id>1</id><title>大桥通车</title>${link}</entry></feed>`;
  const rss = `<rss><channel><atom:link rel="self" href="x"/><item><title>大桥通车</title><enclosure url="a.mp3"/></item></channel></rss>`;
  for (const text of [atom, rss, atom.replaceAll("/>", "></link>")]) {
    const feed = parseXmlFeed(text, URL_OF_FEED);
    assert.deepEqual([feed?.isWhole, feed?.items.length], [true, 1], text);
    assert.equal(parseXmlFeed(text.slice(0, -9), URL_OF_FEED)?.isWhole, false, "one that does break off");
  }
});

test("what feeds write otherwise than others is read: CDATA twice, an entry alone, RSS 1.1 with a prefix, dates of mails", () => {
  const read = (text: string): readonly unknown[] => summarize(parseXmlFeed(text, URL_OF_FEED)).slice(4);
  const item = (inner: string): string => `<rss><channel><item><link>/1</link>${inner}</item></channel></rss>`;
  const twice = (text: string): string => `<![CDATA[<![CDATA[${text}]]]]><![CDATA[>]]>`;
  assert.deepEqual(
    read(item(`<title>${twice("大桥通车")}</title><description>${twice("<p>今天</p>")}</description>`)),
    ["https://news.test/1", "大桥通车", "今天", undefined],
  );
  const entry = `<entry xmlns="http://www.w3.org/2005/Atom"><id>1</id><title>大桥通车</title><link href="/1"/><content>今天</content></entry>`;
  assert.deepEqual(read(entry), ["https://news.test/1", "大桥通车", "今天", undefined]);
  const prefixed = `<x:Channel xmlns:x="http://purl.org/net/rss1.1#"><x:items><x:item><x:title>大桥通车</x:title><x:link>/1</x:link></x:item></x:items></x:Channel>`;
  assert.equal(read(prefixed)[1], "大桥通车");
  for (const [date, expected] of [
    ["05 Mar 26 14:00 +0800", AT],
    ["Thu, 05 Mar 26 06:00:00 GMT", AT],
    ["星期四, 05 三月 2026 14:00:00 +0800", AT],
    ["周四, 05 3月 2026 06:00:00 +0000", AT],
    ["周五, 11 十二月 2025 14:00:00 +0800", "2025-12-11T06:00:00.000Z"],
    ["05 Mar 86 14:00 +0800", "1986-03-05T06:00:00.000Z"],
    ["2026年3月5日 14:00", AT],
  ] as const)
    assert.equal(read(item(`<title>大桥通车</title><pubDate>${date}</pubDate>`))[3], expected, date);
});

test("OPML lists feeds, each once, in whatever folders and letters", () => {
  const text = `<opml version="2.0"><body><outline text="中文"><outline type="rss" text="晨报" xmlUrl="https://a.test/feed"/>
    <outline title="晚报" XMLURL="https://b.test/feed"/></outline><outline xmlUrl="https://a.test/feed"/><outline xmlUrl="file:///etc/passwd"/><outline text="空" xmlUrl=""/>
    <outline xmlUrl="HTTPS://A.test/feed#top"/><outline text="午报" xmlUrl="feed://c.test/feed"/><outline xmlUrl="feed:https://b.test/feed"/><outline xmlUrl="d.test/feed"/></body></opml>`;
  assert.deepEqual(parseOpml(text), {
    feeds: [
      { url: "https://a.test/feed", title: "晨报" },
      { url: "https://b.test/feed", title: "晚报" },
      { url: "http://c.test/feed", title: "午报" },
    ],
    unusable: ["file:///etc/passwd", "d.test/feed"],
  });
  assert.equal(parseOpml("<rss/>"), undefined);
});

test("of a page feeds and links that look like articles are found; sections, other sites and comments are not", () => {
  const html = `<html><head><base href="https://www.news.test/a/"><link rel="alternate" type="application/rss+xml" href="/feed/2" title="评论">
    <link rel="alternate" type="application/atom+xml" href="/comments/feed"><link rel="alternate" type="application/rss+xml" href="../feed#top">
    <link rel="alternate" hreflang="en" href="/en"><link rel="alternate" type="application/json+oembed" href="/oembed"></head><body>
    <a href="/china/">中国</a><a href="2026/03/05/1.html">跨江大桥今天上午正式建成通车</a><a href="2026/03/05/1.html#comments">评论</a>
    <a href="https://finance.news.test/c/12345">央行宣布下调存款准备金率半个百分点</a><a href="https://other.test/12345">别的网站上的一条很长很长的新闻标题</a>
    <a href="javascript:alert(1)">这是一个很长很长的脚本链接标题</a><a href="/about">关于本网站的一些说明和版权声明</a></body></html>`;
  assert.deepEqual(findPageLinks(html, "https://www.news.test/"), {
    feeds: ["https://www.news.test/feed", "https://www.news.test/feed/2", "https://www.news.test/comments/feed"],
    articles: [
      { url: "https://www.news.test/a/2026/03/05/1.html", text: "跨江大桥今天上午正式建成通车" },
      { url: "https://finance.news.test/c/12345", text: "央行宣布下调存款准备金率半个百分点" },
    ],
  });
});
