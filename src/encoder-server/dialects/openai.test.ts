import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import OpenAI, { BadRequestError, NotFoundError, RateLimitError } from "openai";
import { serverOf } from "../../../test/fakes/encoder-server.ts";
import { createFakeWindowedEncoder } from "../../../test/fakes/windowed-encoder.ts";
import { loadStaticEncoder } from "../../encoder/static/static-encoder.ts";
import { listen } from "../../http/listen.ts";

const TEXT = "港口昨日恢复通航";
const OTHER = "市政府公布供水改造计划";

describe("OpenAI's dialect", () => {
  test("answers the openai client: floats, base64, dimensions, usage, models", async () => {
    const { app, encoder, vectorOf } = await serverOf({ modelName: "org/some-model" });
    const server = await listen(app, { host: "127.0.0.1", port: 0 });
    after(() => server.stop());
    const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "unused", maxRetries: 0 });

    // The client asks for base64 by itself and decodes it.
    const reply = await client.embeddings.create({ model: "org/some-model", input: [TEXT, OTHER] });
    assert.equal(reply.model, "org/some-model");
    assert.deepEqual(reply.usage, { prompt_tokens: 19, total_tokens: 19 });
    const expected = [await vectorOf(TEXT), await vectorOf(OTHER)];
    assert.deepEqual(
      reply.data.map(({ embedding }) => embedding),
      expected.map((vector) => Array.from(Float32Array.from(vector))),
    );
    assert.deepEqual(
      reply.data.map(({ index }) => index),
      [0, 1],
    );
    const floats = await client.embeddings.create({
      model: "org/some-model",
      input: TEXT,
      encoding_format: "float",
    });
    assert.deepEqual(floats.data[0]?.embedding, expected[0]);

    const short = await client.embeddings.create({
      model: "org/some-model",
      input: TEXT,
      dimensions: 32,
      encoding_format: "float",
    });
    const head = (expected[0] ?? []).slice(0, 32);
    const norm = Math.hypot(...head);
    short.data[0]?.embedding.forEach((value, index) => {
      assert.ok(Math.abs(value - (head[index] ?? 0) / norm) < 1e-6);
    });

    const models = await client.models.list();
    assert.deepEqual(
      models.data.map(({ id }) => id),
      ["org/some-model"],
    );
    assert.equal((await client.models.retrieve("org/some-model")).id, "org/some-model");

    const request = { model: "org/some-model", input: TEXT };
    await assert.rejects(client.embeddings.create({ ...request, model: "gpt" }), (error) => {
      assert.ok(error instanceof NotFoundError);
      assert.equal(error.code, "model_not_found");
      assert.equal(error.param, "model");
      return true;
    });
    await assert.rejects(client.models.retrieve("gpt"), NotFoundError);
    await assert.rejects(client.embeddings.create({ ...request, input: [1, 2, 3] }), /token numbers/);
    await assert.rejects(client.embeddings.create({ ...request, input: [[1], [2, 3]] }), BadRequestError);
    await assert.rejects(client.embeddings.create({ ...request, dimensions: 7 }), /can have: 32, 64/);
    const unscaled = { ...request, normalize: false };
    await assert.rejects(client.embeddings.create(unscaled), /norm 1/);
    await assert.rejects(client.embeddings.create({ ...request, input: "" }), BadRequestError);
    await assert.rejects(client.embeddings.create({ ...request, input: [] }), BadRequestError);
    await assert.rejects(client.embeddings.create({ ...request, input: "水".repeat(401) }), (error) => {
      assert.ok(error instanceof BadRequestError);
      assert.equal(error.type, "invalid_request_error");
      assert.match(error.message, /more than the 400 tokens/);
      return true;
    });
    assert.ok(encoder.batches.length > 0);
  });

  test("says of a body that breaks the schema which parameter is wrong, what was wanted, and what was sent", async () => {
    const { post } = await serverOf();
    for (const [body, param, message] of [
      [{ input: "a" }, "model", "body must have required property 'model'."],
      [{ model: "m" }, "input", "body must have required property 'input'."],
      [{ model: "m", input: ["a", 5] }, "input", "input.1 must be string, got 5."],
      [{ model: "m", input: [[1], [2, "b"]] }, "input", 'input.1.1 must be integer, got "b".'],
      [{ model: "m", input: 5 }, "input", "input must be string or array, got 5."],
      [{ model: "m", input: { text: "a" } }, "input", "input must be string or array, got an object."],
      [{ model: "m", input: "a", dimensions: "x" }, "dimensions", 'dimensions must be integer or null, got "x".'],
      [{ model: "m", input: "a", dimensions: 0 }, "dimensions", "dimensions must be >= 1, got 0."],
      [
        { model: "m", input: "a", encoding_format: "int8" },
        "encoding_format",
        'encoding_format must be one of float, base64, got "int8".',
      ],
      [[], "body", "body must be object, got []."],
    ] as const) {
      const { status, body: reply } = await post("/v1/embeddings", body);
      assert.equal(status, 400);
      assert.deepEqual([reply.error.param, reply.error.message], [param, message]);
    }
  });

  test("reads texts of up to 8192 tokens whole, 2048 at a time, under the names of models that clients have by default", async () => {
    const byCharacter = { ...createFakeWindowedEncoder(400), tokenUnit: "character" };
    const { app } = await serverOf({ encoder: byCharacter });
    const server = await listen(app, { host: "127.0.0.1", port: 0 });
    after(() => server.stop());
    const client = new OpenAI({ baseURL: `${server.url}/v1/`, apiKey: "unused", maxRetries: 0 });
    const long = `${"水".repeat(4096)}${"火".repeat(4096)}`;
    const { data, usage } = await client.embeddings.create({
      model: "text-embedding-3-small",
      input: [long, "水".repeat(8192)],
    });
    assert.deepEqual(usage, { prompt_tokens: 16_384, total_tokens: 16_384 });
    assert.notDeepEqual(data[0]?.embedding, data[1]?.embedding, "the second half counts");
    const many = await client.embeddings.create({
      model: "text-embedding-ada-002",
      input: Array.from({ length: 2048 }, (_, index) => `第${index}条`),
    });
    assert.deepEqual(
      many.data.map(({ index }) => index),
      Array.from({ length: 2048 }, (_, index) => index),
    );
    await assert.rejects(client.embeddings.create({ model: "fake", input: Array(2049).fill("一") }), /at most 2048/);
    await assert.rejects(
      client.embeddings.create({ model: "fake", input: "水".repeat(8193) }),
      /8193 tokens \(characters\); at most 8192 are read/,
    );
  });

  test("cuts vectors of the built-in encoder to the lengths that it was trained for", async () => {
    const { post } = await serverOf({ encoder: await loadStaticEncoder() });
    const ask = async (dimensions?: number) =>
      post("/v1/embeddings", { input: TEXT, model: "static-zh", ...(dimensions !== undefined && { dimensions }) });
    const whole = (await ask()).body.data[0].embedding as number[];
    for (const dimensions of [64, 128, 256]) {
      const cut = whole.slice(0, dimensions);
      const norm = Math.hypot(...cut);
      const { body } = await ask(dimensions);
      assert.equal(body.data[0].embedding.length, dimensions);
      for (const [at, value] of cut.entries())
        assert.ok(Math.abs(body.data[0].embedding[at] - value / norm) < 1e-6, `number ${at} of ${dimensions}`);
    }
    assert.match((await ask(100)).body.error.message, /can have: 64, 128, 256/);
  });

  test("reads bodies that are sent compressed, and is not filled by what they become", async () => {
    const { app } = await serverOf({ maxBodyBytes: 10_000 });
    const send = (payload: Buffer, encoding: string, url = "/v1/embeddings/") =>
      app.inject({
        method: "POST",
        url,
        headers: {
          "content-type": "application/json",
          "content-encoding": encoding,
          "content-length": String(payload.length),
        },
        payload,
      });
    const body = JSON.stringify({ model: "fake", input: TEXT });
    for (const [encoding, compressed] of [
      ["gzip", gzipSync(body)],
      ["deflate", deflateSync(body)],
      ["br", brotliCompressSync(body)],
    ] as const) {
      const reply = await send(compressed, encoding);
      assert.equal(reply.statusCode, 200, `${encoding}: ${reply.body}`);
      assert.deepEqual(reply.json().usage, { prompt_tokens: 8, total_tokens: 8 });
    }
    assert.equal(
      (await send(gzipSync(JSON.stringify({ model: "fake", input: "x".repeat(5_000_000) })), "gzip")).statusCode,
      413,
    );
    assert.equal((await send(Buffer.from(body), "gzip")).statusCode, 400);
    assert.equal((await send(gzipSync(body).subarray(0, 30), "gzip")).statusCode, 400);
    assert.match((await send(Buffer.from(body), "zstd")).json().error.message, /wanted one of gzip/);
  });

  test("tells the openai client that it is overloaded, and when to come back", async () => {
    const { app, encoder } = await serverOf({ limits: { maxHeldInputs: 1, cacheBytes: 0 } });
    const server = await listen(app, { host: "127.0.0.1", port: 0 });
    after(() => server.stop());
    const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "unused", maxRetries: 0 });
    encoder.gate.close();
    const held = client.embeddings.create({ model: "fake", input: TEXT });
    // `then` sends it.
    const settled = held.then(({ data }) => data.length);
    while ((await (await fetch(`${server.url}/metrics`)).text()).match(/^wenxun_encoder_held_texts 1$/m) === null) {
      await delay(5);
    }
    await assert.rejects(client.embeddings.create({ model: "fake", input: OTHER }), (error) => {
      assert.ok(error instanceof RateLimitError);
      assert.match(error.headers?.get("retry-after") ?? "", /^\d+$/);
      return true;
    });
    encoder.gate.open();
    assert.equal(await settled, 1);
  });

  test("shapes every refusal as {error: {message, type, param, code}}", async () => {
    const { post } = await serverOf({ maxBodyBytes: 1000 });
    for (const [payload, status] of [
      ["{", 400],
      [{ model: "fake" }, 400],
      [{ model: "fake", input: { a: 1 } }, 400],
      [{ model: "fake", input: ["a", 1] }, 400],
      [{ model: "fake", input: "x", encoding_format: "hex" }, 400],
      [{ model: "fake", input: "x".repeat(2000) }, 413],
    ] as const) {
      const reply = await post("/v1/embeddings", payload);
      assert.equal(reply.status, status, JSON.stringify(reply.body));
      assert.deepEqual(Object.keys(reply.body.error).toSorted(), ["code", "message", "param", "type"]);
      assert.equal(reply.body.error.type, "invalid_request_error");
    }
  });
});
