import assert from "node:assert/strict";
import { after, describe, mock, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import OpenAI, { BadRequestError, NotFoundError, RateLimitError } from "openai";
import { encode } from "../../test/fakes/encode.ts";
import { createFakeEncoder } from "../../test/fakes/encoder.ts";
import { createFakeWindowedEncoder } from "../../test/fakes/windowed-encoder.ts";
import { listen } from "../http/listen.ts";
import type { ResourceLoader, Resources } from "../resources/resources.ts";
import { createEncoderServer, type EncoderServerOptions } from "./server.ts";

/** Loads anew for every borrower. */
const resources: Pick<Resources, "acquire"> = {
  acquire: async <T>(_key: string, loader: ResourceLoader<T>) => ({
    value: await loader.load(),
    [Symbol.dispose]: () => {},
  }),
};

async function serverOf(options: Partial<EncoderServerOptions> = {}) {
  const encoder = createFakeWindowedEncoder(400);
  const app = await createEncoderServer({ encoder, resources, version: "1.2.3", ...options });
  const post = async (url: string, payload: object | string) => {
    const headers = { "content-type": "application/json" };
    const { statusCode, headers: replyHeaders, body } = await app.inject({ method: "POST", url, headers, payload });
    return { status: statusCode, headers: replyHeaders, body: body === "" ? undefined : JSON.parse(body) };
  };
  const get = async (url: string) => {
    const { statusCode, body, headers } = await app.inject({ method: "GET", url });
    return { status: statusCode, headers, text: body, json: () => JSON.parse(body) };
  };
  const vectorOf = async (text: string, role: "query" | "document" = "document") => {
    const [vector] = await encoder.encode([text], { role });
    return Array.from(vector ?? [], (value) => Math.round(value * 1e8) / 1e8);
  };
  return { app, encoder, post, get, vectorOf };
}

const TEXT = "港口昨日恢复通航";
const OTHER = "市政府公布供水改造计划";

test("what a body holds is counted before anything is made of it, in every dialect", async () => {
  const { app, encoder, post } = await serverOf();
  const parse = mock.method(JSON, "parse");
  const tokenize = mock.method(encoder, "tokenize");
  for (const url of ["/", "/batch", "/v1/embeddings", "/embed"]) {
    for (const [body, isTooMuch] of [
      [`{"text_batch":[${'"",'.repeat(1_000_000)}""]}`, true],
      [`[${"{},".repeat(500_000)}{}]`, true],
      ["[".repeat(500_000), false],
    ] as const) {
      const headers = { "content-type": "application/json" };
      const { statusCode, body: reply } = await app.inject({ method: "POST", url, headers, payload: body });
      assert.ok((isTooMuch ? [413] : [400, 422]).includes(statusCode), `${url}: ${statusCode} ${reply}`);
    }
  }
  assert.deepEqual([parse.mock.callCount(), tokenize.mock.callCount()], [0, 0]);
  mock.restoreAll();
  const { status } = await post("/batch", { text_batch: new Array<string>(2049).fill("") });
  assert.equal(status, 413, "one more than the engine takes");
});

test("what nobody takes is refused before its body is read", async () => {
  const { app } = await serverOf();
  const parse = mock.method(JSON, "parse");
  const headers = { "content-type": "application/json" };
  const { statusCode } = await app.inject({ method: "POST", url: "/nothing", headers, payload: "[[[[" });
  assert.deepEqual([statusCode, parse.mock.callCount()], [404, 0]);
  mock.restoreAll();
});

test("bytes that are no text are refused in every dialect, and read as the header says", async () => {
  const { app, vectorOf } = await serverOf();
  for (const [url, before, after] of [
    ["/", '{"text":"', '"}'],
    ["/batch", '{"text_batch":["', '"]}'],
    ["/v1/embeddings", '{"model":"m","input":"', '"}'],
    ["/embed", '{"inputs":"', '"}'],
  ] as const) {
    const send = (text: Buffer, type: string) =>
      app.inject({
        method: "POST",
        url,
        headers: { "content-type": type },
        payload: Buffer.concat([Buffer.from(before), text, Buffer.from(after)]),
      });
    const refused = await send(encode("港口", "gbk"), "application/json");
    assert.ok(refused.statusCode === 400 || refused.statusCode === 422, `${url}: ${refused.statusCode}`);
    assert.match(refused.body, /not utf-8.*charset/i);
    assert.equal(
      (await send(encode("港口", "gbk"), "application/json; charset=gbk")).statusCode,
      url === "/v1/embeddings" ? 404 : 200,
      url,
    );
  }
  const { body } = await app.inject({
    method: "POST",
    url: "/",
    headers: { "content-type": "application/json; charset=gb2312" },
    payload: encode(JSON.stringify({ text: TEXT }), "gbk"),
  });
  assert.deepEqual(JSON.parse(body).vector, await vectorOf(TEXT));
});

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

describe("the encoder server", () => {
  test("is live at once and ready when the encoder is loaded", async () => {
    const loading = Promise.withResolvers<ReturnType<typeof createFakeEncoder>>();
    const { app, get, post } = await serverOf({ encoder: loading.promise });
    assert.equal((await get("/livez")).status, 200);
    assert.equal((await get("/readyz")).status, 503);
    const early = await post("/embed", { inputs: TEXT });
    assert.equal(early.status, 503);
    assert.equal(early.headers["retry-after"], "1");
    loading.resolve(createFakeEncoder());
    while ((await get("/readyz")).status !== 200) await delay(1);
    assert.equal((await get("/health")).status, 200);
    assert.equal((await post("/embed", { inputs: TEXT })).status, 200);
    await app.close();
  });

  test("tells that the encoder could not be loaded, and no path of the machine", async () => {
    const { AppError } = await import("../errors.ts");
    const failed = Promise.reject(new AppError("encoder-unavailable", "tokenizer.json is missing from models/x."));
    const { get, post } = await serverOf({ encoder: failed });
    while ((await get("/readyz")).text.includes("being loaded")) await delay(1);
    const ready = await get("/readyz");
    assert.equal(ready.status, 503);
    assert.match(ready.text, /"encoder-unavailable"/);
    assert.doesNotMatch(ready.text, /models\/x/);
    assert.equal((await post("/", { text: TEXT })).status, 503);
  });

  test("gives zeros for a text in which nothing is known", async () => {
    const { post } = await serverOf();
    const { body } = await post("/embed", { inputs: ["……", TEXT] });
    assert.deepEqual(body[0], new Array(64).fill(0));
  });

  test("serves metrics, its OpenAPI document and docs; answers unknown paths in the house's shape", async () => {
    const { get, post } = await serverOf();
    await post("/embed", { inputs: [TEXT, OTHER] });
    const { text } = await get("/metrics");
    assert.match(text, /^wenxun_encoder_tokens_total\{kind="text"\} \d+$/m);
    assert.match(text, /route="\/embed",status="200"\} 1$/m);
    const openapi = (await get("/openapi.json")).json();
    for (const path of ["/", "/batch", "/v1/embeddings", "/v1/models", "/embed", "/info", "/readyz"]) {
      assert.ok(path in openapi.paths, path);
    }
    const docs = await get("/docs");
    assert.match(String(docs.headers["content-type"]), /text\/html/);
    assert.match(docs.text, /POST \/v1\/embeddings/);
    const missing = await get("/nowhere?x=1");
    assert.equal(missing.status, 404);
    assert.deepEqual(Object.keys(missing.json()).toSorted(), [
      "code",
      "detail",
      "message",
      "requestId",
      "status",
      "title",
      "type",
    ]);
  });

  test("drops the texts of a client that hangs up, and finishes what it accepted when closed", async () => {
    const { app, encoder } = await serverOf({ limits: { cacheBytes: 0 } });
    const server = await listen(app, { host: "127.0.0.1", port: 0 });
    const send = (text: string, signal?: AbortSignal) =>
      fetch(`${server.url}/embed`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ inputs: text }),
        ...(signal === undefined ? {} : { signal }),
      });
    const held = async (count: number) => {
      const line = new RegExp(`^wenxun_encoder_held_texts ${count}$`, "m");
      while (!line.test(await (await fetch(`${server.url}/metrics`)).text())) await delay(5);
    };
    encoder.gate.close();
    const accepted = send("收下的");
    await held(1);
    const hangUp = new AbortController();
    const gone = send("走掉的", hangUp.signal);
    await held(2);
    hangUp.abort();
    await assert.rejects(gone, { name: "AbortError" });
    await held(1);
    const stopped = server.stop();
    encoder.gate.open();
    assert.equal((await accepted).status, 200);
    await stopped;
    assert.deepEqual(
      encoder.batches.flat().filter((text) => text === "走掉的"),
      [],
    );
  });
});
