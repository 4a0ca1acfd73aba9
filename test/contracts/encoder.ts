import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Encoder } from "../../src/encoder/encoder.ts";

const TEXTS = [
  "市政府公布今年的老城区供水改造计划",
  "港口昨日恢复通航，首批十二艘货轮进港",
  "The museum opens its new wing on Sunday",
  "乒乓球公开赛决赛今晚打响",
  "水",
];

/** Texts in which there is nothing to encode. */
const EMPTY_TEXTS = ["", " \n\t", "……！？", "🙂🎉", "\u0000", "\ud800"];

/** What every encoder must hold to. `open` makes a new one; it is closed at the end. */
export function encoderContract(name: string, open: () => Promise<Encoder>): void {
  describe(`${name}: contract of an encoder`, () => {
    let encoder: Encoder;
    before(async () => {
      encoder = await open();
    });
    after(() => encoder.close());

    const encodeAll = (texts: readonly string[]): Promise<(Float32Array | undefined)[]> =>
      encoder.encode(texts, { role: "document" });

    test("says what it is", () => {
      assert.match(encoder.name, /^\S+$/);
      assert.ok(encoder.fingerprint.length > 0);
      assert.ok(Number.isSafeInteger(encoder.dimensions) && encoder.dimensions > 0);
      assert.ok(Number.isFinite(encoder.bytes) && encoder.bytes >= 0);
    });

    test("gives unit vectors of its dimensions, for both roles", async () => {
      for (const role of ["query", "document"] as const) {
        for (const vector of await encoder.encode(TEXTS, { role })) assertUnit(vector, encoder.dimensions);
      }
    });

    test("gives the vectors of a batch in the order of the texts, each as if it were alone", async () => {
      const mixed = TEXTS.flatMap((text, index) => [text, EMPTY_TEXTS[index] ?? ""]);
      const together = await encodeAll(mixed);
      assert.equal(together.length, mixed.length);
      for (const [index, text] of mixed.entries()) assertSame(together[index], (await encodeAll([text]))[0]);
    });

    test("gives the same vector again, and tells texts apart", async () => {
      const [first, second] = await encodeAll(TEXTS);
      assertSame((await encodeAll(TEXTS))[0], first);
      assert.notDeepEqual(first, second);
    });

    test("hands out vectors that stay as they are", async () => {
      const [vector] = await encodeAll(TEXTS.slice(0, 1));
      const copy = vector?.slice();
      await encodeAll(TEXTS);
      assert.deepEqual(vector, copy);
    });

    test("gives undefined, never a vector of zeros or NaN, where nothing is known", async () => {
      for (const text of EMPTY_TEXTS) {
        const [vector] = await encodeAll([text]);
        if (vector !== undefined) assert.fail(`a vector for ${JSON.stringify(text)}`);
      }
    });

    test("takes no texts and very long ones", async () => {
      assert.deepEqual(await encodeAll([]), []);
      const long = `${"港口恢复通航。".repeat(3000)}${"x".repeat(5000)} ${"𠮷".repeat(1000)}`;
      for (const role of ["query", "document"] as const)
        assertUnit((await encoder.encode([long], { role }))[0], encoder.dimensions);
    });

    test("keeps concurrent calls apart", async () => {
      const alone = await encodeAll(TEXTS);
      const many = TEXTS.map((text) => Array.from({ length: 50 }, () => text));
      const results = await Promise.all(many.map(encodeAll));
      for (const [index, vectors] of results.entries()) for (const vector of vectors) assertSame(vector, alone[index]);
    });

    test("stops when its signal is aborted, and works on", async () => {
      const signal = AbortSignal.abort();
      await assert.rejects(encoder.encode(TEXTS, { role: "document", signal }), { name: "AbortError" });
      assertUnit((await encodeAll(TEXTS))[0], encoder.dimensions);
    });
  });
}

function assertUnit(vector: Float32Array | undefined, dimensions: number): void {
  assert.ok(vector !== undefined, "a vector");
  assert.equal(vector.length, dimensions);
  const norm = Math.hypot(...vector);
  assert.ok(Math.abs(norm - 1) < 1e-4, `norm ${norm}`);
}

/** Equal up to the rounding that another batch size may bring. */
function assertSame(actual: Float32Array | undefined, expected: Float32Array | undefined): void {
  assert.equal(actual === undefined, expected === undefined);
  if (actual === undefined || expected === undefined) return;
  assert.equal(actual.length, expected.length);
  const cosine = actual.reduce((sum, value, index) => sum + value * (expected[index] ?? 0), 0);
  assert.ok(Math.abs(cosine - 1) < 1e-4, `cosine ${cosine}`);
}
