import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toBibtex } from "./bibtex.ts";
import { toCsl } from "./csl.ts";
import { toRis } from "./ris.ts";
import { CITATION_STYLES } from "./styles.ts";
import { toCited } from "./to-cited.ts";

const article = toCited(
  {
    id: "news/1",
    title: "江边 100% 的 {旧} 粮仓\n改成图书馆",
    body: "粮仓改成了图书馆。",
    source: "江湾日报",
    category: "文化",
    url: "https://news.example/a_b?x=1%20&y={2}",
    // 2021-03-14, 07:30 in Shanghai.
    publishedAtMs: Date.UTC(2021, 2, 13, 23, 30),
  },
  "Asia/Shanghai",
);
const bare = toCited({ id: "x", title: "无来源", body: "" }, "Asia/Shanghai");

test("RIS holds one tag a line and ends the record", () => {
  assert.equal(
    toRis(article, "query: 粮仓"),
    [
      "TY  - NEWS",
      "TI  - 江边 100% 的 {旧} 粮仓 改成图书馆",
      "T2  - 江湾日报",
      "PY  - 2021",
      "DA  - 2021/03/14/",
      "UR  - https://news.example/a_b?x=1%20&y={2}",
      "KW  - 文化",
      "LA  - zh-Hans",
      "ID  - news/1",
      "N1  - query: 粮仓",
      "ER  - ",
      "",
      "",
    ].join("\r\n"),
  );
  assert.equal(
    toRis(bare),
    "TY  - NEWS\r\nTI  - 无来源\r\nLA  - zh-Hans\r\nID  - x\r\nER  - \r\n\r\n".replace("zh-Hans", bare.language ?? ""),
  );
});

test("BibTeX escapes what LaTeX reads as markup, and keeps its braces in pairs whatever the text", () => {
  const entry = toBibtex(article);
  assert.match(entry, /^@article\{news12021_[0-9a-f]{8},\n/);
  assert.match(entry, /title = \{\{江边 100\\% 的 \\\{旧\\\} 粮仓 改成图书馆\}\},/);
  assert.match(entry, /url = \{https:\/\/news\.example\/a_b\?x=1\\%20&y=%7B2%7D\},/);
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("{", "}", "\\", "%", "\n", "a", "书", "\ud800") }), (title) => {
      const text = toBibtex(
        toCited({ id: title, title, body: "", source: title, url: `https://e.example/${title}` }, "UTC"),
      );
      const bare = text.replace(/\\[\\{}%$&#_]/g, "");
      let depth = 0;
      for (const character of bare) {
        if (character === "{") depth++;
        else if (character === "}") depth--;
        assert.ok(depth >= 0);
      }
      assert.equal(depth, 0);
    }),
  );
});

test("CSL-JSON names type, container and day", () => {
  assert.deepEqual(toCsl(article), {
    id: "news/1",
    type: "article-newspaper",
    title: "江边 100% 的 {旧} 粮仓 改成图书馆",
    "container-title": "江湾日报",
    issued: { "date-parts": [[2021, 3, 14]] },
    URL: "https://news.example/a_b?x=1%20&y={2}",
    section: "文化",
    language: "zh-Hans",
  });
});

test("styles for people, with and without source and day", () => {
  const simple = toCited(
    {
      id: "1",
      title: "渡口停航",
      body: "",
      source: "江湾日报",
      url: "https://e.example/1",
      publishedAtMs: Date.UTC(2021, 8, 4),
    },
    "UTC",
  );
  assert.deepEqual(
    CITATION_STYLES.map((style) => style.format(simple, "2026-01-02")),
    [
      "渡口停航[N/OL]. 江湾日报, 2021-09-04[2026-01-02]. https://e.example/1.",
      "渡口停航. (2021, September 4). 江湾日报. https://e.example/1",
      "“渡口停航.” 江湾日报, 4 Sept. 2021, https://e.example/1.",
    ],
  );
  assert.deepEqual(
    CITATION_STYLES.map((style) => style.format(bare, "2026-01-02")),
    ["无来源[N].", "无来源. (n.d.).", "“无来源.”"],
  );
  const printed = { ...simple, url: undefined };
  assert.equal(CITATION_STYLES[0]?.format(printed, "2026-01-02"), "渡口停航[N]. 江湾日报, 2021-09-04.");
});

test("the language is told where it is known, and left out where it is not", () => {
  const languageIn = (title: string, body: string): string | undefined =>
    /^LA {2}- (.*)\r$/m.exec(toRis(toCited({ id: "l", title, body }, "UTC")))?.[1];
  assert.equal(languageIn("Ferry stops", "The ferry stopped today, says 渡口 office."), undefined);
  assert.doesNotMatch(toBibtex(toCited({ id: "l", title: "Ferry stops", body: "" }, "UTC")), /langid/);
  assert.equal(languageIn("渡口停航", ""), "zh");
  assert.equal(languageIn("渡口停航", "三人受輕傷，橋樑關閉。"), "zh-Hant");
});

test("an article without a title is cited by its first words in brackets, and tags are keywords one by one", () => {
  const untitled = toCited({ id: "u", title: " \n", body: "渡口今天停航。明天恢复。" }, "UTC");
  assert.match(toRis(untitled), /^TI {2}- \[渡口今天停航。\]\r$/m);
  assert.match(toBibtex(untitled), /title = \{\{\[渡口今天停航。\]\}\}/);
  const tagged = { ...untitled, category: "交通", tags: ["渡口", "停航"] };
  assert.deepEqual(toRis(tagged).match(/^KW.*(?=\r$)/gm), ["KW  - 交通", "KW  - 渡口", "KW  - 停航"]);
  assert.match(toBibtex(tagged), /keywords = \{交通, 渡口, 停航\}/);
  assert.equal(toCsl(tagged).keyword, "渡口, 停航");
});
