import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { serverOf } from "../../../test/fakes/encoder-server.ts";

const TEXT = "港口昨日恢复通航";
const OTHER = "市政府公布供水改造计划";

describe("the first dialect", () => {
  test("gives one vector under both names", async () => {
    const { post, vectorOf } = await serverOf();
    const { status, body } = await post("/", { text: TEXT });
    assert.equal(status, 200);
    const vector = await vectorOf(TEXT);
    assert.deepEqual(body, { vector, vectors: vector, tokens: 8, truncated: false });
  });

  test("gives vectors of a batch in order", async () => {
    const { post, vectorOf } = await serverOf();
    const { body } = await post("/batch", { text_batch: [TEXT, OTHER], t2s: false });
    assert.deepEqual(body.vectors, [await vectorOf(TEXT), await vectorOf(OTHER)]);
    assert.deepEqual(body.truncated, [false, false]);
    assert.deepEqual((await post("/batch", { text_batch: [] })).body.vectors, []);
  });

  test("turns newlines into spaces, then Traditional into Simplified when asked", async () => {
    const { post, encoder } = await serverOf();
    await post("/", { text: "軟體\n發展", t2s: true });
    await post("/batch", { text_batch: ["軟體\n發展"], t2s: false });
    assert.deepEqual(encoder.batches.slice(-2), [["软体 发展"], ["軟體 發展"]]);
  });

  test("refuses more than 384 characters on / with 422, and cuts on /batch, saying so", async () => {
    const { post } = await serverOf();
    assert.equal((await post("/", { text: "水".repeat(384) })).status, 200);
    const { status, body } = await post("/", { text: "水".repeat(385) });
    assert.equal(status, 422);
    assert.match(body.detail, /385 characters/);
    assert.equal(body.code, "text-too-long");
    const long = await post("/batch", { text_batch: ["水", "水".repeat(401)] });
    assert.deepEqual(long.body.truncated, [false, true]);
    assert.deepEqual(long.body.tokens, [1, 400]);
    assert.equal(long.headers["x-truncated-inputs"], "1");
    assert.equal(long.headers["x-compute-tokens"], "401");
    const refused = await post("/batch", { text_batch: ["水".repeat(401)], overflow: "error" });
    assert.equal(refused.status, 422);
  });

  test("refuses vectors of another norm", async () => {
    const { post } = await serverOf();
    for (const [path, body] of [
      ["/", { text: TEXT }],
      ["/batch", { text_batch: [TEXT] }],
    ] as const) {
      const refused = await post(path, { ...body, normalize: false });
      assert.equal(refused.status, 422, path);
      assert.match(refused.body.detail, /norm 1/);
      assert.equal((await post(path, { ...body, normalize: true })).status, 200, path);
    }
  });

  test("answers a wrong body with 422 that names the field", async () => {
    const { post } = await serverOf();
    for (const [body, message] of [
      [{}, /text/],
      [{ text: 5 }, /text must be string, got 5/],
      [{ text: "x", t2s: "yes" }, /t2s must be boolean/],
      ["{", /JSON/],
    ] as const) {
      const { status, body: reply } = await post("/", body);
      assert.equal(status, 422, JSON.stringify(reply));
      assert.match(reply.detail, message);
      assert.equal(typeof reply.requestId, "string");
    }
  });
});
