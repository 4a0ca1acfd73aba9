import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { anyUnicode } from "../../test/fakes/any-text.ts";
import { cleanBody, cleanTitle, isNothing } from "./clean-text.ts";

/** What comes in, and the title that is stored. */
const TITLES: readonly (readonly [string, string])[] = [
  ["&#28207;股收涨", "港股收涨"],
  ["&#x6e2f;股收涨", "港股收涨"],
  ["&ldquo;双减&rdquo;&nbsp;一年&hellip;", "“双减” 一年…"],
  ["AT&amp;T 与 R&amp;amp;D", "AT&T 与 R&D"],
  ["一&amp;amp;amp;amp;amp;二", "一&二"],
  ["见 a?x=1&copy=2&lt=3", "见 a?x=1&copy=2&lt=3"],
  ["&nosuch; 与 &", "&nosuch; 与 &"],
  ["一&#0;二&#xd800;三", "一二三"],
  ['<em class="hl">港股</em>收涨', "港股收涨"],
  ["<b><font color=red>快讯</font></b>：港股收涨", "快讯：港股收涨"],
  ["港股<br/>收涨", "港股 收涨"],
  ["经济恢\n复增长", "经济恢复增长"],
  ["经济恢\r\n  复增长", "经济恢复增长"],
  ["Night\nmarkets\t回来了", "Night markets 回来了"],
  ["经济恢\u00ad复\u200b增长\ufeff", "经济恢复增长"],
  ["<![CDATA[港股收涨]]>", "港股收涨"],
  ["  港股　收涨  ", "港股　收涨"],
  ["<script>alert(1)</script>", "<script>alert(1)</script>"],
  ["&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)</script>"],
  ["<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"],
  ["如何使用 <b> 标签", "如何使用 <b> 标签"],
  ["if (a < b && c > d)", "if (a < b && c > d)"],
];

for (const [written, stored] of TITLES) {
  test(`the title ${JSON.stringify(written)} is stored as ${JSON.stringify(stored)}`, () =>
    assert.equal(cleanTitle(written), stored));
}

const BODIES: readonly (readonly [string, string])[] = [
  ["第一段<br/>第二段<BR>第三段<br />\n第四段", "第一段\n第二段\n第三段\n第四段"],
  ["<p>一 &amp; 二</p><script>x()</script><p>三<br>四</p>", "一 & 二\n三\n四"],
  ["导语<p>第一段</p><p>第二段</p>完", "导语\n第一段\n第二段\n完"],
  ["&lt;p&gt;第一段&lt;/p&gt;&lt;p&gt;第二段&lt;/p&gt;", "第一段\n第二段"],
  ["<p>&amp;ldquo;双减&amp;rdquo;</p>", "“双减”"],
  ["他说&nbsp;&nbsp;“好”&#12290;", "他说  “好”。"],
  ['见<a href="https://n.example/1">报道</a>，<strong>重要</strong>。', "见报道，重要。"],
  ['前<img src="a.jpg" alt="图">后', "前后"],
  ["全市经济恢\n复增长。", "全市经济恢复增长。"],
  ["一\r\n\r\n二\u2028三\u0085四\f五", "一\n\n二\n三\n四\n五"],
  ["写作 <p>…</p> 表示段落", "写作 <p>…</p> 表示段落"],
  ["a < b > c", "a < b > c"],
];

for (const [written, stored] of BODIES) {
  test(`the body ${JSON.stringify(written)} is stored as ${JSON.stringify(stored)}`, () =>
    assert.equal(cleanBody(written), stored));
}

test("a line break beside a rare character of a title is one between Chinese characters", () => {
  assert.equal(cleanTitle("𠮷\n野家开业"), "𠮷野家开业");
  assert.equal(cleanTitle("野家\n𠮷"), "野家𠮷");
  assert.equal(cleanTitle("A\n𠮷"), "A 𠮷");
});

test("a reference to no character is nothing, however it is written and wherever it stands", () => {
  for (const number of ["x110000", "99999999999", "xD800", "55296", "0", "xFFFFFFFFFF", "xFFFD", "1"]) {
    assert.equal(cleanTitle(`甲&#${number};乙`), "甲乙", number);
    assert.equal(cleanBody(`甲&amp;#${number};乙`), "甲乙", number);
    assert.equal(cleanBody(`<p>甲&#${number};乙</p><p title="&#${number};">丙</p>`), "甲乙\n丙", number);
  }
  assert.equal(cleanTitle("&#28207;&#x00000006e2f;&#x20BB7;"), "港港𠮷");
});

test("what programs write for nothing is nothing; words that mean something stay", () => {
  for (const text of ["", "nan", "NaN", "None", "NULL", "null", "\\N", "undefined", "NaT", "<NA>", "N/A", "#N/A"])
    assert.equal(isNothing(text), true, text);
  for (const text of ["南", "无", "Nan Hai", "Nonee", "0", "-"]) assert.equal(isNothing(text), false, text);
});

test("what was cleaned is left as it is when it comes in again", () => {
  const piece = fc.constantFrom(
    ..."<p> </p> <br/> <b> </b> &amp; &lt; &gt; amp; &#38; 经济恢 复增长 ， 。 a < > & ; <![CDATA[ ]]> <div> </div> <script> </script> <img#src=x>"
      .split(" ")
      .map((piece) => piece.replace("#", " ")),
    "\n",
    " ",
    "\u00ad",
    "\u2028",
    "\ud83d",
  );
  const text = fc.oneof(
    fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join("")),
    anyUnicode(),
  );
  fc.assert(
    fc.property(text, (written) => {
      for (const clean of [cleanTitle, cleanBody]) {
        const cleaned = clean(written);
        assert.equal(clean(cleaned), cleaned);
        assert.ok(cleaned.isWellFormed());
      }
    }),
    { numRuns: 3000 },
  );
});

test("a text of a megabyte of any one thing is cleaned as a short one is", () => {
  const size = 2 ** 20;
  for (const piece of [
    " ",
    "\n",
    "恢\n",
    " \n",
    "<",
    "<br",
    "&amp;",
    "amp;",
    "<b>",
    "<img ",
    "\u3000",
    "恢 \n 复",
    "<![CDATA[",
  ]) {
    const text = `一&${piece.repeat(Math.ceil(size / piece.length))}二`;
    for (const clean of [cleanTitle, cleanBody]) {
      const cleaned = clean(text);
      assert.ok(cleaned.startsWith("一") && cleaned.endsWith("二"), piece);
      assert.ok(clean(cleaned) === cleaned, piece);
    }
  }
});
