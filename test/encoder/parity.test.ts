/** The runtime and the Python that trained and judged the model agree on whole vectors; training/write_parity.py wrote these. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { loadStaticEncoder } from "../../src/encoder/static/static-encoder.ts";

const MOST_APART = 1e-3;

const FOLDER = join(import.meta.dirname, "..", "fixtures", "encoder-parity");
const read = <T>(name: string): T[] =>
  readFileSync(join(FOLDER, name), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as T);

test("the vectors of the shipped model are those of its training code, value by value", async () => {
  const texts = read<{ role: "query" | "document"; text: string }>("texts.jsonl");
  const expected = read<number[] | null>("vectors.jsonl");
  assert.equal(expected.length, texts.length);
  const encoder = await loadStaticEncoder();
  for (const [index, { role, text }] of texts.entries()) {
    const [vector] = await encoder.encode([text], { role });
    const wanted = expected[index] ?? undefined;
    const name = JSON.stringify(text.slice(0, 30));
    assert.equal(vector?.length, wanted?.length, name);
    for (const [at, value] of (wanted ?? []).entries()) {
      const apart = Math.abs((vector?.[at] ?? Number.NaN) - value);
      assert.ok(apart <= MOST_APART, `${name}: value ${at} is ${vector?.[at]}, in Python ${value}`);
    }
  }
  await encoder.close();
});
