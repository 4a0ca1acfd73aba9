import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fold } from "./fold.ts";
import { createHighlighter } from "./highlights.ts";

/** The text with its marks shown as 【…】. */
function marked(text: string, ...words: string[]): string {
  let shown = "";
  let from = 0;
  for (const [start, end] of createHighlighter(words.map(fold)).find(text)) {
    shown += `${text.slice(from, start)}【${text.slice(start, end)}】`;
    from = end;
  }
  return shown + text.slice(from);
}

test("words are marked in whatever script and region the text is", () => {
  assert.equal(marked("新軟體下周發布", "软件"), "新【軟體】下周發布");
  assert.equal(marked("新软件下周发布", "軟體"), "新【软件】下周发布");
  assert.equal(marked("網際網路購票", "互联网"), "【網際網路】購票");
  assert.equal(marked("在雪梨的展覽", "悉尼"), "在【雪梨】的展覽");
  assert.equal(marked("ＧＰＴ模型", "gpt"), "【ＧＰＴ】模型");
});

test("a whole word leaves its parts elsewhere unmarked", () => {
  assert.equal(
    marked("人工智能进校园，人工费不涨，智能门锁热销", "人工智能"),
    "【人工智能】进校园，人工费不涨，智能门锁热销",
  );
  assert.equal(marked("人工费不涨，智能门锁热销", "人工智能"), "【人工】费不涨，【智能】门锁热销");
});

test("a pair made by chance is not marked beside the words that it joins", () => {
  assert.equal(
    marked("北京冬奥会昨晚开幕，开幕式很短，大会开始", "北京冬奥会开幕式"),
    "【北京冬奥会】昨晚开幕，【开幕式】很短，大会开始",
  );
});

test("a pair that joins two words is not marked, neither in the text nor of the query", () => {
  assert.equal(marked("銀行降低利率", "央行降息"), "銀行降低利率");
  assert.equal(marked("央行宣布银行降低利率", "央行降息"), "【央行】宣布银行降低利率");
  assert.equal(marked("发展中国家与中国", "中国经济"), "发展中国家与【中国】");
  // Asked for by itself, it is what was found.
  assert.equal(marked("发展中国家", "中国"), "发展【中国】家");
});

test("particles make no mark of their own", () => {
  assert.equal(marked("中国与经济，我国的经验", "中国的经济"), "【中国】与【经济】，我国的经验");
  assert.equal(marked("中国的经济", "中国的经济"), "【中国的经济】");
  assert.equal(marked("他的书", "他的书"), "【他的书】");
});

test("one character is marked wherever it stands; words of letters only whole", () => {
  assert.equal(marked("大桥通车，桥上风大", "桥"), "大【桥】通车，【桥】上风大");
  assert.equal(marked("Art of the party, ART!", "art"), "【Art】 of the party, 【ART】!");
  assert.equal(marked("iPhone15 手机", "iphone15手机"), "【iPhone15】 【手机】");
});

test("marks end with the word, not behind what joins it to the next", () => {
  assert.equal(marked("Wi-Fi 台风 登陆", "wifi", "台风"), "【Wi-Fi】 【台风】 登陆");
  assert.equal(marked("波音737 MAX 8停飞", "max"), "波音737 【MAX】 8停飞");
  assert.equal(marked("陶\n喆 在台北", "喆"), "陶\n【喆】 在台北");
  assert.equal(marked("用GPT-4写，比尔·盖茨说", "gpt", "比尔"), "用【GPT】-4写，【比尔】·盖茨说");
  assert.equal(marked("比尔·盖茨和J.K.罗琳", "比尔盖茨", "jk罗琳"), "【比尔·盖茨】和【J.K.罗琳】");
  assert.equal(marked("涨3.5 %，-5 ℃", "3.5%", "-5℃"), "涨【3.5 %】，【-5 ℃】");
});

test("marks never cut a character", () => {
  assert.equal(marked("𠮷野家开业", "𠮷野家"), "【𠮷野家】开业");
  assert.equal(marked("㈱三井", "株"), "【㈱】三井");
  assert.equal(marked("cafe\u0301开业", "café"), "【cafe\u0301】开业");
  assert.equal(marked("ﬁne", "fine"), "【ﬁne】");
});

test("any text and any words: ranges ascend, lie inside, do not touch", () => {
  const text = fc.array(fc.constantFrom(..."软件軟體人工智能ａb1\u0301𠮷，㈱ ")).map((units) => units.join(""));
  fc.assert(
    fc.property(text, fc.array(text, { maxLength: 3 }), (body, words) => {
      let last = -1;
      for (const [start, end] of createHighlighter(words.map(fold)).find(body)) {
        assert.ok(last < start && start < end && end <= body.length);
        for (const edge of [start, end]) assert.doesNotMatch(body.slice(edge, edge + 1), /[\udc00-\udfff]/);
        last = end;
      }
    }),
    { numRuns: 1000 },
  );
});
