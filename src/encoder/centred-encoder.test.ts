import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { encoderContract } from "../../test/contracts/encoder.ts";
import { createFakeEncoder, inNarrowCone } from "../../test/fakes/encoder.ts";
import { isOfCentred, liesClose, withCentredVectors, withoutCentring } from "./centred-encoder.ts";
import type { Encoder } from "./encoder.ts";
import { loadStaticEncoder } from "./static/static-encoder.ts";

encoderContract("centred encoder", async () => withCentredVectors(inNarrowCone(createFakeEncoder())));

const dot = (a: Float32Array = new Float32Array(), b: Float32Array = new Float32Array()): number =>
  a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);

async function cosineOf(encoder: Encoder, a: string, b: string): Promise<number> {
  const [query] = await encoder.encode([a], { role: "query" });
  const [document] = await encoder.encode([b], { role: "document" });
  return dot(query, document);
}

describe("centring", () => {
  test("brings unrelated texts to a cosine near 0 and leaves related ones close", async () => {
    const plain = inNarrowCone(createFakeEncoder({ dimensions: 256 }));
    const centred = withCentredVectors(plain);
    const [query, near, far] = ["港口恢复通航", "港口昨日恢复通航", "歌手宣布取消音乐会"] as const;
    assert.ok((await cosineOf(plain, query, far)) > 0.7);
    assert.ok(Math.abs(await cosineOf(centred, query, far)) < 0.2);
    assert.ok((await cosineOf(centred, query, near)) > 0.5);
  });

  test("takes the mean of each role, since queries and documents may lie at different places", async () => {
    const centred = withCentredVectors(inNarrowCone(createFakeEncoder({ dimensions: 256 }), { perRole: true }));
    assert.ok(Math.abs(await cosineOf(centred, "港口恢复通航", "歌手宣布取消音乐会")) < 0.2);
  });

  test("measures a mean once, and again when the encoder was away the first time", async () => {
    const plain = createFakeEncoder();
    const asked: number[] = [];
    let isAway = true;
    const centred = withCentredVectors({
      ...plain,
      encode: async (texts, options) => {
        if (isAway) throw new Error("away");
        asked.push(texts.length);
        return plain.encode(texts, options);
      },
    });
    await assert.rejects(centred.encode(["水"], { role: "query" }), /away/);
    isAway = false;
    for (let time = 0; time < 3; time++) await centred.encode(["水"], { role: "query" });
    assert.equal(asked.length, 4);
    assert.deepEqual(asked.slice(1), [1, 1, 1]);
  });

  test("is wanted by an encoder in a narrow cone, not by the built-in one", async () => {
    assert.equal(await liesClose(inNarrowCone(createFakeEncoder())), true);
    assert.equal(await liesClose(createFakeEncoder()), false);
    assert.equal(await liesClose(await loadStaticEncoder()), false);
  });

  test("has a fingerprint of its own that tells the encoder within", () => {
    const { fingerprint } = withCentredVectors(createFakeEncoder({ name: "one" }));
    assert.equal(isOfCentred(fingerprint), true);
    assert.equal(isOfCentred("one-64"), false);
    assert.equal(withoutCentring(fingerprint), "one-64");
    assert.equal(withoutCentring("one-64"), "one-64");
  });
});
