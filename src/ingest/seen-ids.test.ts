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

test("grows past its first table and tells numbered ids apart", () => {
  const seen = new SeenIds();
  for (let id = 0; id < 20_000; id++) assert.equal(seen.add(`article-${id}`, `${id}`, 0), undefined);
  for (let id = 0; id < 20_000; id++)
    assert.deepEqual(seen.add(`article-${id}`, `${id}`, 0), { inSameInput: true, withSameText: true });
});

test("beyond its bound it forgets the new ones", () => {
  const seen = new SeenIds(2);
  assert.deepEqual(
    ["a", "b", "c", "c", "a"].map((id) => seen.add(id, "", 0) !== undefined),
    [false, false, false, false, true],
  );
});
