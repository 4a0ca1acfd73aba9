import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { Tokenizer } from "@huggingface/tokenizers";
import fc from "fast-check";
import { createTextWindows } from "./text-windows.ts";

const FOLDER = join(import.meta.dirname, "../../../test/fixtures/tiny-bert");
const read = (file: string): object => JSON.parse(readFileSync(join(FOLDER, file), "utf8"));
const tokenizer = new Tokenizer(read("tokenizer.json"), read("tokenizer_config.json"));
const idsOf = (text: string) => tokenizer.encode(text, { add_special_tokens: false }).ids;
const [CLS, SEP] = [tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")];

const PROMPTS = { query: "为这个句子生成表示：", document: "" };
const textOf = fc.string({ unit: fc.constantFrom("港", "口", "museum", " ", "，", "x", "𠮷", "\n") });

describe("text windows", () => {
  test("hold the whole text in order, each within the limit and dressed", () => {
    fc.assert(
      fc.property(
        textOf,
        fc.integer({ min: 16, max: 40 }),
        fc.constantFrom("query", "document"),
        (text, maxTokens, role) => {
          const cut = createTextWindows(tokenizer, { maxTokens, prompts: PROMPTS });
          const { windows, isCut } = cut(text, role, 1000);
          assert.equal(isCut, false);
          const prompt = idsOf(PROMPTS[role]);
          const body = windows.flatMap(({ ids, tokenCount, textStart }) => {
            assert.equal(tokenCount, ids.length);
            assert.ok(tokenCount <= maxTokens);
            assert.deepEqual(ids.slice(0, textStart), [CLS, ...prompt]);
            assert.equal(ids.at(-1), SEP);
            return ids.slice(textStart, -1);
          });
          assert.deepEqual(body, idsOf(PROMPTS[role] + text).slice(prompt.length));
        },
      ),
    );
  });

  test("stop at the number asked for, and say so; the same first windows as without a bound", () => {
    fc.assert(
      fc.property(textOf, fc.integer({ min: 1, max: 4 }), (text, maxWindows) => {
        const cut = createTextWindows(tokenizer, { maxTokens: 16, prompts: PROMPTS });
        const all = cut(text, "document", 1000).windows;
        const some = cut(text, "document", maxWindows);
        assert.deepEqual(some.windows, all.slice(0, maxWindows));
        assert.equal(some.isCut, all.length > maxWindows);
      }),
    );
  });

  test("count a very long text only as far as needed", () => {
    let units = 0;
    const counting = {
      encode: (text: string, options: { add_special_tokens: boolean }) => {
        units += text.length;
        return tokenizer.encode(text, options);
      },
      token_to_id: () => undefined,
    };
    const cut = createTextWindows(counting, { maxTokens: 16, prompts: PROMPTS });
    const text = "港口恢复通航。".repeat(20_000);
    assert.deepEqual(cut(text, "document", 1).windows, cut(text.slice(0, 500), "document", 1).windows);
    assert.equal(cut(text, "document", 1).isCut, true);
    assert.ok(units < 10_000, `${units} characters read`);
    // Few tokens in many characters: read to the end, not called cut.
    assert.equal(cut(`港${" ".repeat(50_000)}口`, "document", 1).isCut, false);
  });

  test("know where there is nothing to encode", () => {
    const cut = createTextWindows(tokenizer, { maxTokens: 16, prompts: PROMPTS });
    for (const text of ["", "……！？", "🙂", "\ud800"])
      assert.equal(cut(text, "query", 1).windows[0]?.hasContent, false);
    for (const text of ["水", "7", "é"]) assert.equal(cut(text, "query", 1).windows[0]?.hasContent, true);
  });
});
