import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SeenIds } from "./seen-ids.ts";

test("knows what was added, where and with what text, like a Map", () => {
  const article = fc.record({ id: fc.string(), text: fc.constantFrom("一", "二"), input: fc.nat({ max: 3 }) });
  fc.assert(
    fc.property(fc.array(article), (articles) => {
      const seen = new SeenIds();
      const naive = new Map<string, { text: string; input: number }>();
      for (const { id, text, input } of articles) {
        const before = naive.get(id);
        const expected =
          before === undefined
            ? undefined
            : { inSameInput: before.input === input, withSameText: before.text === text };
        assert.deepEqual(seen.add(id, text, input), expected);
        naive.set(id, { text, input });
      }
    }),
  );
});

test("of numbered ids none is taken for another, up to as many as it remembers", () => {
  const seen = new SeenIds();
  for (let id = 0; id < 131_000; id++) assert.equal(seen.add(`article-${id}`, `${id}`, 0), undefined);
  for (let id = 0; id < 131_000; id++)
    assert.deepEqual(seen.add(`article-${id}`, `${id}`, 0), { inSameInput: true, withSameText: true });
});

test("the last ids are remembered, however many came, and the first are forgotten", () => {
  const remembered = 100;
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 400 }), { minLength: 500, maxLength: 1500 }), (ids) => {
      const seen = new SeenIds(remembered);
      const others = new Map<number, number>();
      for (const [at, id] of ids.entries()) {
        const before = others.get(id);
        const between = before === undefined ? undefined : new Set(ids.slice(before + 1, at)).size;
        const isSeen = seen.add(String(id), "", 0) !== undefined;
        if (between === undefined) assert.equal(isSeen, false, "never came before");
        else if (between < remembered) assert.equal(isSeen, true, `${between} others since`);
        else if (between > 2 * remembered) assert.equal(isSeen, false, `${between} others since`);
        others.set(id, at);
      }
    }),
  );
});
