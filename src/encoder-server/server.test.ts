import assert from "node:assert/strict";
import { describe, mock, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { encode } from "../../test/fakes/encode.ts";
import { createFakeEncoder } from "../../test/fakes/encoder.ts";
import { serverOf } from "../../test/fakes/encoder-server.ts";
import { listen } from "../http/listen.ts";

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

test("thousands of vectors are written piece by piece, and read as one", async () => {
  const { app, encoder } = await serverOf();
  const inputs = Array.from({ length: 600 }, (_, index) => `第${index}条消息`);
  const many = await app.inject({ method: "POST", url: "/embed", payload: { inputs } });
  assert.deepEqual([many.statusCode, many.headers["content-type"]], [200, "application/json; charset=utf-8"]);
  assert.equal(many.headers["content-length"], undefined, "no piece waits for the last one");
  const vectors = many.json<number[][]>();
  assert.equal(vectors.length, inputs.length);
  const one = await app.inject({ method: "POST", url: "/embed", payload: { inputs: inputs[599] } });
  assert.equal(one.headers["content-length"], String(one.payload.length));
  assert.deepEqual(one.json(), [vectors[599]]);

  const input = inputs;
  const openAi = await app.inject({ method: "POST", url: "/v1/embeddings", payload: { input, model: encoder.name } });
  const { data, usage, object } = openAi.json();
  assert.deepEqual([openAi.headers["content-length"], object, data.length], [undefined, "list", inputs.length]);
  assert.deepEqual([data[599].index, data[599].embedding], [599, vectors[599]]);
  assert.ok(usage.total_tokens > 0);
  const batch = await app.inject({ method: "POST", url: "/batch", payload: { text_batch: inputs } });
  const { tokens, truncated, ...first } = batch.json();
  assert.deepEqual([first.vectors, tokens.length, truncated.length], [vectors, inputs.length, inputs.length]);
});
