import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fold } from "./fold.ts";
import { createHighlighter } from "./highlights.ts";
import { splitClauses, splitSentences } from "./sentences.ts";
import { makeSnippet } from "./snippet.ts";

const sentences = (text: string) => splitSentences(text).map(({ start, end }) => text.slice(start, end));

test("sentences end at their marks, with closing quotes, and at line breaks", () => {
  assert.deepEqual(sentences("他说：“走吧。”大家走了！真的？\n\n第二段；完……"), [
    "他说：“走吧。”",
    "大家走了！",
    "真的？",
    "第二段；",
    "完……",
  ]);
  assert.deepEqual(sentences("Up 3.5 percent. Down 1.2.　「好。」"), ["Up 3.5 percent.", "Down 1.2.", "「好。」"]);
  assert.deepEqual(sentences(" \n "), []);
  assert.deepEqual(sentences("没有句号"), ["没有句号"]);
});

test("clauses end at commas, not inside numbers", () => {
  const text = "去年1,200人，今年：12:30开门";
  assert.deepEqual(
    splitClauses(text, { start: 0, end: text.length }).map(({ start, end }) => text.slice(start, end)),
    ["去年1,200人，", "今年：", "12:30开门"],
  );
});

/** Weighs words of other scripts whole, and Chinese ones by their pairs. */
function snippet(title: string, body: string, ...words: string[]) {
  const weights = new Map<string, number>();
  for (const word of words.map(fold))
    if (/^[a-z0-9]/.test(word)) weights.set(word, 1);
    else
      for (let index = 0; index < Math.max(1, word.length - 1); index++) weights.set(word.slice(index, index + 2), 1);
  return makeSnippet({ title, body }, { weights, highlighter: createHighlighter(words.map(fold)) });
}

const FILLER = "沿江步道今年春天重新铺了石板，两旁种上了柳树和海棠，傍晚时分散步的人很多，还有人带着孩子骑车。";

test("the sentence with most of the words is shown, with its neighbours while there is room", () => {
  const body = `${FILLER}${FILLER}\n图书馆延长開放到深夜十一点。${FILLER}`;
  const { text, highlights } = snippet("题", body, "图书馆", "开放");
  assert.equal(text, `图书馆延长開放到深夜十一点。${FILLER}`);
  assert.deepEqual(
    highlights.map(([start, end]) => text.slice(start, end)),
    ["图书馆", "開放"],
  );
});

test("words of letters and numbers are looked for whole: what only holds one within another word is not shown", () => {
  for (const [word, within, whole] of [
    ["EU", "The museum was closed.", "The EU said so."],
    ["1", "2021年有11家餐馆开张。", "第1家昨天开张。"],
    ["and", "On the other hand it was late.", "Bread and butter."],
    ["GPT", "他们用的是ChatGPT。", "他们用的是GPT-4。"],
  ] as const) {
    const { text } = snippet("题", `${within}\n${FILLER}${FILLER}\n${whole}\n${FILLER}`, word);
    assert.ok(text.includes(whole) && !text.includes(within), text);
  }
});

test("without words the opening is shown, a repeated title skipped", () => {
  assert.equal(snippet("步道重开", `步道重開\n${FILLER}${FILLER}${FILLER}`).text, `${FILLER}${FILLER}`);
  assert.equal(snippet("只有标题", "").text, "");
  assert.equal(snippet("标题即正文", "标题即正文").text, "标题即正文");
});

test("a sentence that repeats the title is passed over wherever it stands, with the outlet's name or cut short", () => {
  const title = "沿江步道今春重新铺上石板";
  const next = "市民说这条路比从前好走多了，孩子们也可以骑车经过。";
  for (const repeated of [`${title}。`, `${title} - 江湾日报`, "沿江步道今春重新鋪上", `【${title}】`]) {
    const { text } = snippet(title, `快讯。\n${repeated}\n${next}${FILLER}`, "步道");
    assert.ok(!text.includes("铺上") && !text.includes("鋪上"), text);
  }
  assert.equal(snippet("步道", "步道重开。", "步道").text, "步道重开。");
});

test("boilerplate stands in no snippet while there is anything else", () => {
  const news = "图书馆延长开放到深夜十一点，读者可以预约座位。";
  for (const line of [
    "你的器材不支持播放多媒体材料",
    "您的瀏覽器不支援播放此影片",
    "图像来源，Getty Images",
    "（圖取自市政府網頁）",
    "责任编辑：某某",
    "（譯者：某甲/核稿：某乙）1100325",
    "跳过 Twitter 帖子, 1",
    "点击查看更多精彩内容",
    "更多资讯请下载新闻客户端",
    "版权所有，未经授权不得转载。",
  ]) {
    assert.equal(snippet("题", `${line}\n${news}\n${line}`).text, news, line);
    assert.equal(snippet("题", line).text, line, "nothing else");
  }
  const about = "这款播放器的编辑说，他们的软件支持播放所有格式的影片，读者可以免费下载。";
  assert.equal(snippet("题", about).text, about);
});

test("a long sentence is cut at clauses around the words", () => {
  const body = `${"这里说的是别的事情，".repeat(30)}图书馆周末开放，${"后面还有别的事情，".repeat(30)}完。`;
  const { text } = snippet("题", body, "图书馆");
  assert.match(text, /^….*图书馆周末开放.*，…$/u);
  assert.ok(text.length <= 122, `${text.length}`);
});

test("any body: no longer than it should be, no character cut, marks inside", () => {
  const body = fc
    .array(fc.constantFrom(..."人工智能。，！\n a1", "👩‍👩‍👧", "e\u0301", "𠮷", "长".repeat(150), "沿江".repeat(20)))
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(body, (text) => {
      const { text: shown, highlights } = snippet("题", text, "人工智能");
      assert.ok(shown.length <= 122, `${shown.length}`);
      assert.ok(shown.isWellFormed());
      assert.doesNotMatch(shown, /^…?[\u0301\u200d]/);
      for (const [start, end] of highlights) assert.ok(start < end && end <= shown.length);
    }),
    { numRuns: 500 },
  );
});
