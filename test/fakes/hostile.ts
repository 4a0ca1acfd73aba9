import type { Article } from "../../src/archive/article.ts";

/** Text that tries to be more than text. Each must come out as itself wherever a title, body, source or category can stand. */
export const HOSTILE_TEXTS: Readonly<Record<string, string>> = {
  "markup that closes what surrounds it": "</script></title></textarea></main><script>alert(1)</script>",
  "handlers in attributes": `"><img src=x onerror=alert(1)> '><svg/onload=alert(1)>`,
  "comments and sections": "<!-- ]]> <![CDATA[ <?xml version='1.0'?> -->",
  "broken entities": "&lt;b&gt; &amp;amp; &#0; &#xD800; &nothing; & &#",
  "right-to-left marks": "\u202e\u2067翻转\u200f\u061c",
  "control characters": "响\u0001\u0007\u001b[31m\u0085铃\u000b\u000c\u007f",
  "the zero character": "零\u0000点",
  "lone surrogates": "半\ud83d 字 \udc00",
  "what is no character": "\ufffe\uffff",
  "characters of no width": "零\u200b宽\u200d\ufeff\u2060",
  "emoji of many parts": "👨‍👩‍👧‍👦🏳️‍🌈👍🏿",
  "3,000 characters without a space": "长".repeat(3000),
  "3,000 letters without a space": "x".repeat(3000),
  "a tower of accents": `e${"\u0301".repeat(400)}`,
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it shall stay text
  templates: "{{constructor.constructor('alert(1)')()}} ${alert(1)} <%= 1 %>",
  SQL: "'; DROP TABLE articles; --",
  LaTeX: "\\input{/etc/passwd} }{ % $x^2$ #1 ~ & @article{a, title={b}}",
  "a record inside a record": "桥\r\nER  - \r\n\r\nTY  - JOUR\r\nTI  - 假",
  "a cell inside a cell": '桥",\r\n"=1+1","',
  "a formula": '=HYPERLINK("https://other.example","点")',
  "an address": "javascript:alert(1)",
  "line and paragraph separators": "行\u2028段\u2029落",
};

/** Addresses that must become no link, or a link to nowhere but themselves. */
export const HOSTILE_URLS: readonly string[] = [
  "javascript:alert(1)",
  " JavaScript:alert(1)",
  "java\nscript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "vbscript:x",
  "//other.example/x",
  "http://[::1",
  'https://news.example/" onmouseover="alert(1)',
  "https://user:pass@news.example/<script>?q=1&amp;b='2'#{}",
  "https://news.example/]]>\u202e\ud800",
  `https://news.example/${"a".repeat(3000)}`,
];

/**
 * An article for each hostile text, which stands in every field; its address is hostile too. Newest first. Ids are well-formed,
 * as an archive stores them.
 */
export const HOSTILE_ARTICLES: readonly Article[] = Object.values(HOSTILE_TEXTS).map((text, index) =>
  toArticle(
    text,
    `${text.slice(0, 40).toWellFormed()}/${index}`,
    HOSTILE_URLS[index % HOSTILE_URLS.length] ?? "",
    index,
  ),
);

/** The same number of articles of the same lengths and lines, with nothing in them but one harmless character. */
export const HARMLESS_ARTICLES: readonly Article[] = Object.values(HOSTILE_TEXTS).map((text, index) => {
  const isLink = /^https:/.test(HOSTILE_URLS[index % HOSTILE_URLS.length] ?? "");
  return toArticle(
    text.replace(/[^\r\n]/g, "桥"),
    `harmless-${index}`,
    isLink ? "https://news.example/" : "none",
    index,
  );
});

function toArticle(text: string, id: string, url: string, index: number): Article {
  return {
    id,
    title: `桥${index}${text}桥`,
    body: `桥梁${text}通车。`,
    source: `报${index}${text}`,
    category: `类${index}${text}`,
    url,
    publishedAtMs: Date.UTC(2024, 0, 28 - index),
  };
}
