import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compareTexts, type TextComparison } from "./compare-texts.ts";
import { MAX_COMPARED_UNITS } from "./max-compared-units.ts";

/** A row in a few characters: = both, ~ rewritten, − removed, + added, ↑ where a moved one was, ↓ where it is. */
const toSketch = ({ rows }: TextComparison): string[] =>
  rows.map((row) => {
    if (row.kind === "same") return `= ${row.newer}`;
    if (row.kind === "removed") return `− ${row.older}`;
    if (row.kind === "added") return `+ ${row.newer}`;
    if (row.kind === "moved-away") return `↑${row.move} ${row.older}`;
    const changes = row.changes.map(({ older, newer, same }) => (same ? newer : `[${older}→${newer}]`)).join("");
    return row.kind === "rewritten" ? `~ ${changes}` : `↓${row.move} ${changes}`;
  });

test("sentences are aligned: kept, rewritten word by word, removed, added", () => {
  const comparison = compareTexts(
    "大桥昨日通车。限速八十公里。两岸居民步行走过新桥。市长说：“我们等了十年。”",
    "大桥昨日通车。两岸居民骑车走过新桥。仪式从简。市长说：“我们等了十二年。”",
  );
  assert.deepEqual(toSketch(comparison), [
    "= 大桥昨日通车。",
    "− 限速八十公里。",
    "~ 两岸居民[步行→骑车]走过新桥。",
    "+ 仪式从简。",
    "~ 市长说：“我们等了[十年→十二年]。”",
  ]);
  assert.equal(comparison.independent, false);
});

test("a sentence that moved is told from one that was removed and another that was added", () => {
  const [a, b, c, d] = ["门票免费，每人限领两张。", "大桥昨日正式通车。", "两岸居民步行过桥。", "另有公交线路开通。"];
  assert.deepEqual(toSketch(compareTexts(`${a}${b}${c}${d}`, `${b}${c}${d}${a}`)), [
    `↑1 ${a}`,
    `= ${b}`,
    `= ${c}`,
    `= ${d}`,
    `↓1 ${a}`,
  ]);
  const rewritten = compareTexts(`${a}${b}${c}${d}`, `${b}${c}${d}门票免费，每人限领三张。`);
  assert.equal(toSketch(rewritten).at(-1), "↓1 门票免费，每人限领[两张→三张]。");
});

test("script, width, quotation marks and white space are no difference", () => {
  const comparison = compareTexts(
    "市长说：“软件由ＡＩ公司  开发。”\n他走了。",
    "市長說：「軟件由AI公司開發。」他走了。",
  );
  assert.deepEqual(
    comparison.rows.map(({ kind }) => kind),
    ["same", "same"],
  );
  assert.equal(comparison.common, 1);
});

test("a sentence that was split, and two that were joined, stand beside what they were", () => {
  const split = compareTexts("另有公交线路开通，首班车六点发出。", "另有公交线路开通。首班车六点发出。");
  assert.deepEqual(toSketch(split), ["~ 另有公交线路开通[，→。]首班车六点发出。"]);
  const joined = compareTexts("另有公交线路开通。首班车六点发出。", "另有公交线路开通，首班车六点发出。");
  assert.deepEqual(toSketch(joined), ["~ 另有公交线路开通[。→，]首班车六点发出。"]);
});

test("independent texts are called so, and a brief out of a long text is not", () => {
  const flood = "连日暴雨使河水上涨。沿岸三个村庄的居民已经撤离。水库昨夜开闸泄洪。";
  const opera = "歌剧院新演出季今晚开幕。首演的票半年前就卖完了。指挥是第一次来这座城市。";
  assert.equal(compareTexts(flood, opera).independent, true);
  assert.equal(compareTexts(flood, opera).common, 0);
  const brief = compareTexts(`${flood}${opera.repeat(20)}`, "沿岸三个村庄的居民已经撤离。");
  assert.equal(brief.independent, false);
  assert.equal(brief.newerKept, 1);
  assert.ok(brief.common < 0.1, `${brief.common}`);
});

test("empty texts and texts without an end of a sentence are compared", () => {
  assert.deepEqual(compareTexts("", ""), {
    rows: [],
    common: 1,
    olderKept: 1,
    newerKept: 1,
    independent: false,
    cut: false,
  });
  assert.deepEqual(toSketch(compareTexts("", "新的一句")), ["+ 新的一句"]);
  assert.deepEqual(toSketch(compareTexts("无标点的一句话在这里", "无标点的一句话在那里")), [
    "~ 无标点的一句话在[这里→那里]",
  ]);
});

const sentence = fc
  .array(fc.constantFrom(..."大桥通车居民步行公交线路开通门票免费𠮷a1"), { minLength: 1, maxLength: 14 })
  .map((characters) => `${characters.join("")}。`);
const text = fc.array(sentence, { maxLength: 12 }).map((sentences) => sentences.join(""));

test("every sentence of both texts stands in the rows once, in the order of its text", () => {
  fc.assert(
    fc.property(text, text, (older, newer) => {
      const comparison = compareTexts(older, newer);
      const olderRead = comparison.rows.map((row) =>
        "older" in row ? row.older : row.kind === "rewritten" ? row.changes.map((change) => change.older).join("") : "",
      );
      const newerRead = comparison.rows.map((row) =>
        "newer" in row ? row.newer : "changes" in row ? row.changes.map((change) => change.newer).join("") : "",
      );
      assert.equal(olderRead.join(""), older);
      assert.equal(newerRead.join(""), newer);
      const moved = (kind: string) =>
        comparison.rows.flatMap((row) => (row.kind === kind && "move" in row ? row.move : [])).sort((a, b) => a - b);
      assert.deepEqual(moved("moved-away"), moved("moved-here"));
      assert.ok(comparison.common >= 0 && comparison.common <= 1);
    }),
    { numRuns: 300 },
  );
});

test("a text beside itself is the same throughout, however often its sentences are repeated", () => {
  fc.assert(
    fc.property(text, (one) => {
      const { rows, common } = compareTexts(one, one);
      assert.ok(rows.every(({ kind }) => kind === "same"));
      assert.equal(common, 1);
    }),
  );
  const lines = "今天放行。".repeat(500);
  assert.ok(compareTexts(lines, lines).rows.every(({ kind }) => kind === "same"));
});

test("what lies beyond the compared characters is said to be left out", () => {
  const long = "港口渡轮桥梁隧道。".repeat(MAX_COMPARED_UNITS / 9 + 1);
  const { cut, common } = compareTexts(long, long);
  assert.equal(cut, true);
  assert.equal(common, 1);
});
