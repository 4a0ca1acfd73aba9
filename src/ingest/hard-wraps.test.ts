import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { joinHardWraps } from "./hard-wraps.ts";

test("a line break inside a word is taken out", () => {
  assert.equal(joinHardWraps("全市经济恢\n复增长，就业稳定。"), "全市经济恢复增长，就业稳定。");
  assert.equal(joinHardWraps("今年以来，恢\n复势头良好。"), "今年以来，恢复势头良好。");
  assert.equal(joinHardWraps("全市經濟恢\n復增長，就業穩定。"), "全市經濟恢復增長，就業穩定。");
});

test("paragraphs, headings, lists and signatures stay apart", () => {
  for (const text of [
    "记者从会上获悉。\n复工的企业已有八成。",
    "全市经济恢复增长\n昨天，市统计局发布了前三季度的数据，工业、消费和投资都比去年同期多，就业也稳定。",
    "新桥今日通车\n市民王先生说，过江的时间少了一半，孩子上学也不必再绕路，老人看病也方便了很多。",
    "北京\n上海\n海南",
    "一\n二\n三\n四",
    "2021年3月14日\n本报讯 记者李四",
    "会议结束。\n\n复会的时间另行通知。",
    "恢\n",
    "",
  ])
    assert.equal(joinHardWraps(text), text);
});

test("in a text that is wrapped throughout, full lines are joined and paragraphs stay", () => {
  const wrapped = [
    "　　本报讯　市统计局昨天公布的数据显示，前三季度全市经济持续恢",
    "复，工业增加值同比增长百分之六，社会消费品零售总额保持了稳定的增",
    "长，就业形势总体平稳，居民收入与经济增长基本同步，物价涨幅也在合",
    "理区间。",
    "　　专家认为，全年目标可以实现。",
  ].join("\n");
  assert.equal(
    joinHardWraps(wrapped),
    "　　本报讯　市统计局昨天公布的数据显示，前三季度全市经济持续恢复，工业增加值同比增长百分之六，社会消费品零售总额保持了稳定的增长，" +
      "就业形势总体平稳，居民收入与经济增长基本同步，物价涨幅也在合理区间。\n　　专家认为，全年目标可以实现。",
  );
});

test("nothing but line breaks is ever taken out, and what is joined stays as it is", () => {
  const piece = fc.constantFrom("经济恢", "复增长", "，", "。", "\n", "市", "A", " ", "3", "\n\n", "　　");
  fc.assert(
    fc.property(
      fc.array(piece).map((pieces) => pieces.join("")),
      (text) => {
        const joined = joinHardWraps(text);
        assert.equal(joined.replace(/\s/g, ""), text.replace(/\s/g, ""));
      },
    ),
  );
});
