import assert from "node:assert/strict";
import { test } from "node:test";
import { Converter } from "opencc-js";
import { PhraseTable } from "./phrase-table.ts";
import { createResources } from "./registry.ts";
import { createToScript } from "./to-script.ts";

test("the longest phrase at a place is replaced, and what an earlier dictionary says goes first", () => {
  const table = new PhraseTable(["头发 頭髮|发 發", "发 髮|面 麵"]);
  assert.equal(table.convert("头发发面，发"), "頭髮發麵，發");
  assert.equal(table.convert(""), "");
});

/** Pieces in which phrases overlap, stand next to each other, and are cut; characters outside of the basic plane; descriptions of characters. */
const PIECES =
  "头发|发|发展|理发店|皇后|后来|里|公里|干|干净|饼干|面|面条|下面|台|台风|鬥|乾|乾坤|著|著名|於|𠮷|𫘪|⿰亻尔|⿱⿰面发里|⿰|一丝不挂|了|只|一只|系|关系|联系|复|云|说|說|発|﨑|侮| |\n|a1|，".split(
    "|",
  );

test("texts become what opencc-js makes of them, in both directions", async () => {
  const toScript = createToScript(createResources());
  const converters = { "zh-Hant": Converter({ from: "cn", to: "t" }), "zh-Hans": Converter({ from: "t", to: "cn" }) };
  let seed = 7;
  const random = (count: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % count;
  };
  for (let round = 0; round < 3000; round++) {
    const text = Array.from({ length: 1 + random(12) }, () =>
      random(4) === 0 ? String.fromCharCode(0x4e00 + random(0x5000)) : (PIECES[random(PIECES.length)] ?? ""),
    ).join("");
    for (const script of ["zh-Hant", "zh-Hans"] as const)
      assert.equal(await toScript(text, script), converters[script](text), text);
  }
});

test("a long text is converted in parts that cut no phrase", () => {
  const table = new PhraseTable(["ab X|b Y"]);
  for (const before of [4094, 4095, 4096, 8191]) {
    const text = `${"a".repeat(before)}ab${"-".repeat(5000)}b`;
    const parts = [...table.convertInParts(text)];
    assert.ok(parts.length >= 3, `${parts.length} parts`);
    assert.equal(parts.join(""), `${"a".repeat(before)}X${"-".repeat(5000)}Y`);
  }
});
