import assert from "node:assert/strict";
import { test } from "node:test";
import { readsTheSame } from "./same-reading.ts";

test("what only looks different reads the same", () => {
  for (const [one, other] of [
    ["", ""],
    ["渡口恢复通航。\n\n第一班坐满了人。", "渡口恢复通航。 第一班坐满了人。"],
    ["渡口\u200b恢复\u00a0通航", "渡口恢复通航\ufeff"],
    ["<p>渡口<b>恢复</b>通航</p>", "渡口恢复通航"],
    ["票价３元，共５％", "票价3元,共5%"],
    ["他说：“开船了。”", '他说:"开船了。"'],
    ["他說：「開船了。」", "他說：“開船了。”"],
    ["it’s open", "it's open"],
    ["e\u0301t\u00e9", "\u00e9te\u0301"],
  ] as const)
    assert.equal(readsTheSame(one, other), true, JSON.stringify([one, other]));
});

test("a changed word, number or mark of punctuation is read", () => {
  for (const [one, other] of [
    ["渡口恢复通航", "渡口停止通航"],
    ["死亡3人", "死亡8人"],
    ["开船了。", "开船了？"],
    ["渡口恢复通航", "渡口恢復通航"],
    ["a < b", "a > b"],
    ["渡口", ""],
    ["1-2", "12"],
  ] as const)
    assert.equal(readsTheSame(one, other), false, JSON.stringify([one, other]));
});
