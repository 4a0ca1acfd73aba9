import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { serverOf } from "../../../test/fakes/encoder-server.ts";

const TEXT = "港口昨日恢复通航";
const OTHER = "市政府公布供水改造计划";

describe("the dialect of Text Embeddings Inference", () => {
  test("embeds one text or many, in order", async () => {
    const { post, vectorOf } = await serverOf();
    assert.deepEqual((await post("/embed", { inputs: TEXT })).body, [await vectorOf(TEXT)]);
    const { body, headers } = await post("/embed", { inputs: [TEXT, OTHER], truncate: false, normalize: true });
    assert.deepEqual(body, [await vectorOf(TEXT), await vectorOf(OTHER)]);
    assert.equal(headers["x-compute-tokens"], "19");
    assert.equal(headers["x-truncated-inputs"], "0");
  });

  test("cuts only when told to", async () => {
    const { post } = await serverOf();
    const long = "水".repeat(401);
    const refused = await post("/embed", { inputs: long });
    assert.equal(refused.status, 413);
    assert.equal(refused.body.error_type, "Validation");
    const cut = await post("/embed", { inputs: [long, TEXT], truncate: true });
    assert.equal(cut.status, 200);
    assert.equal(cut.headers["x-truncated-inputs"], "1");
  });

  test("says what it cannot do", async () => {
    const { post } = await serverOf();
    for (const [payload, status, message] of [
      [{ inputs: TEXT, normalize: false }, 422, /norm 1/],
      [{ inputs: TEXT, truncation_direction: "Left" }, 422, /beginning/],
      [{ inputs: [] }, 422, /empty/],
      [{ inputs: 7 }, 422, /inputs must be string/],
      [{ inputs: TEXT, dimensions: 7 }, 422, /32, 64/],
      [{}, 422, /inputs/],
    ] as const) {
      const { status: got, body } = await post("/embed", payload);
      assert.equal(got, status, JSON.stringify(body));
      assert.match(body.error, message);
      assert.equal(body.error_type, "Validation");
    }
  });

  test("tells about the encoder", async () => {
    const { get } = await serverOf();
    const info = (await get("/info")).json();
    assert.equal(info.model_id, "fake");
    assert.equal(info.model_sha, "fake-64");
    assert.equal(info.max_input_length, 400);
    assert.equal(info.version, "1.2.3");
    assert.deepEqual(info.wenxun, {
      fingerprint: "fake-64",
      dimensions: 64,
      shorterDimensions: [32],
      tokenUnit: "letter",
    });
  });
});
