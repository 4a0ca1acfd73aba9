import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { createFakeEncoder } from "../../../test/fakes/encoder.ts";
import { type JsonReply, type JsonRequest, startJsonServer } from "../../../test/fakes/json-server.ts";
import { AppError } from "../../errors.ts";
import { openRemoteEncoder } from "./remote-encoder.ts";

const TEXTS = ["港口昨日恢复通航", "……", "市政府公布供水改造计划", "The museum opens"];
const fake = createFakeEncoder();

const refused = (code: string) => (error: unknown) => error instanceof AppError && error.code === code;

async function vectorsOf(texts: readonly string[]): Promise<number[][]> {
  const vectors = await fake.encode(texts, { role: "document" });
  return vectors.map((vector) => Array.from(vector ?? new Float32Array(64), (value) => value * 3));
}

/** A foreign server of each dialect; `limit` is the longest text it takes. */
function foreign(dialect: "openai" | "tei" | "first", limit = Infinity) {
  return async ({ path, body }: JsonRequest): Promise<JsonReply> => {
    const { input, inputs, text_batch } = (body ?? {}) as Record<string, string[]>;
    const texts = input ?? inputs ?? text_batch ?? [];
    if (texts.some((text) => text.length > limit)) return { status: 400, body: { error: "too long" } };
    switch (`${dialect} ${path}`) {
      case "openai /v1/models":
        return { body: { data: [{ id: "some/model" }] } };
      case "openai /v1/embeddings": {
        const data = (await vectorsOf(texts)).map((embedding, index) => ({ index, embedding }));
        return { body: { data: data.reverse() } };
      }
      case "tei /info":
        return { body: { model_id: "some/model" } };
      case "tei /embed":
        return { body: await vectorsOf(texts) };
      case "first /batch":
        return { body: { vectors: await vectorsOf(texts) } };
      default:
        return { status: 404, body: { detail: "Not Found" } };
    }
  };
}

function assertNear(
  actual: readonly (Float32Array | undefined)[],
  expected: readonly (Float32Array | undefined)[],
): void {
  assert.equal(actual.length, expected.length);
  for (const [index, vector] of actual.entries()) {
    const wanted = expected[index];
    assert.equal(vector === undefined, wanted === undefined);
    vector?.forEach((value, place) => {
      assert.ok(Math.abs(value - (wanted?.[place] ?? NaN)) < 1e-5);
    });
  }
}

describe("remote encoder", () => {
  for (const dialect of ["openai", "tei", "first"] as const) {
    test(`finds out that a server speaks ${dialect}, and keeps the connection`, async () => {
      await using server = await startJsonServer(foreign(dialect));
      const encoder = await openRemoteEncoder(server.url);
      assert.equal(encoder.dimensions, 64);
      assert.match(encoder.fingerprint, /^remote:[^:]+:64:[\w-]{128}$/);
      for (let round = 0; round < 5; round++) {
        assertNear(await encoder.encode(TEXTS, { role: "document" }), await fake.encode(TEXTS, { role: "document" }));
      }
      assert.ok(server.connections() <= 2, `${server.connections()} connections`);
    });

    test(`speaks ${dialect} when told to, without asking around`, async () => {
      await using server = await startJsonServer(foreign(dialect));
      await openRemoteEncoder(`${server.url}/?dialect=${dialect}`);
      const paths = new Set(server.requests.map(({ path }) => path));
      const usual = { openai: ["/v1/models", "/v1/embeddings"], tei: ["/info", "/embed"], first: ["/batch"] };
      assert.deepEqual([...paths], usual[dialect]);
    });
  }

  /** A server of e5 vectors: a text that begins in another way lies elsewhere. `takes`: what it calls the roles, if anything. */
  function prefixed(dialect: "openai" | "tei", model: string, takes: readonly string[] | "anything" | "nothing") {
    const answer = foreign(dialect);
    return async (request: JsonRequest): Promise<JsonReply> => {
      const { input_type, prompt_name, input, inputs } = (request.body ?? {}) as Record<string, string & string[]>;
      const hint = input_type ?? prompt_name;
      if (request.path === "/v1/models") return { body: { data: [{ id: model }] } };
      if (request.path === "/info" && dialect === "tei") return { body: { model_id: model } };
      if (hint !== undefined && takes === "nothing") return { status: 400, body: { error: "unknown argument" } };
      if (hint !== undefined && Array.isArray(takes) && !takes.includes(hint)) return { status: 422, body: {} };
      const texts: readonly string[] = input ?? inputs ?? [];
      const own = Array.isArray(takes) && hint !== undefined ? `${hint}: ` : "";
      const body = {
        ...(request.body as object),
        input: texts.map((text) => own + text),
        inputs: texts.map((text) => own + text),
      };
      return answer({ ...request, body });
    };
  }
  const STYLES: readonly [
    string,
    "openai" | "tei",
    string,
    readonly string[] | "anything" | "nothing",
    string,
    string,
  ][] = [
    [
      "by input_type, where a server tells query and passage apart",
      "openai",
      "some/model",
      ["query", "passage"],
      "query: ",
      "passage: ",
    ],
    [
      "by input_type, where it calls them otherwise",
      "openai",
      "some/model",
      ["query", "document"],
      "query: ",
      "document: ",
    ],
    ["by prompt_name", "tei", "some/model", ["query", "passage"], "query: ", "passage: "],
    [
      "by the prompts of its model, where a server passes over input_type",
      "openai",
      "intfloat/multilingual-e5-small",
      "anything",
      "query: ",
      "passage: ",
    ],
    [
      "by the prompts of its model, where a server refuses input_type",
      "openai",
      "BAAI/bge-small-zh-v1.5",
      "nothing",
      "为这个句子生成表示以用于检索相关文章：",
      "",
    ],
    ["not, where neither server nor name says anything", "openai", "some/model", "nothing", "", ""],
  ];
  for (const [name, dialect, model, takes, query, document] of STYLES) {
    test(`tells roles ${name}`, async () => {
      await using server = await startJsonServer(prefixed(dialect, model, takes));
      const encoder = await openRemoteEncoder(server.url);
      for (const [role, prompt] of [
        ["query", query],
        ["document", document],
      ] as const) {
        const wanted = await fake.encode(
          TEXTS.map((text) => (text === "……" ? text : prompt + text)),
          { role },
        );
        assertNear(await encoder.encode(TEXTS, { role }), wanted);
      }
    });
  }

  test("prompts of the address go before those that are known, and empty ones switch them off", async () => {
    await using server = await startJsonServer(prefixed("openai", "intfloat/multilingual-e5-small", "anything"));
    const encoder = await openRemoteEncoder(`${server.url}?query-prompt=`);
    assertNear(await encoder.encode(TEXTS, { role: "query" }), await fake.encode(TEXTS, { role: "query" }));
    assert.equal(
      server.requests.some(({ body }) => "input_type" in ((body ?? {}) as object)),
      false,
    );
  });

  test("an archive that was made without prompts stays without them", async () => {
    await using server = await startJsonServer(prefixed("openai", "intfloat/multilingual-e5-small", "anything"));
    const { fingerprint, dimensions } = await openRemoteEncoder(`${server.url}?query-prompt=`);
    const encoder = await openRemoteEncoder(server.url, { expected: { fingerprint, dimensions } });
    assert.equal(encoder.fingerprint, fingerprint);
    assertNear(await encoder.encode(TEXTS, { role: "query" }), await fake.encode(TEXTS, { role: "query" }));
  });

  test("sends prompts and a token, and names the model", async () => {
    await using server = await startJsonServer(foreign("openai"));
    const url = server.url.replace("//", "//:s3cret@");
    const encoder = await openRemoteEncoder(`${url}/v1?model=m&query-prompt=${encodeURIComponent("问：")}`);
    await encoder.encode(["水"], { role: "query" });
    const last = server.requests.at(-1);
    assert.equal(last?.path, "/v1/embeddings");
    assert.equal(last?.headers.authorization, "Bearer s3cret");
    assert.deepEqual(last?.body, { model: "m", input: ["问：水"], encoding_format: "base64" });
  });

  test("splits many texts into requests, in order", async () => {
    await using server = await startJsonServer(foreign("tei"));
    const encoder = await openRemoteEncoder(server.url);
    const texts = Array.from({ length: 300 }, (_, index) => `第${index}条新闻`);
    assertNear(await encoder.encode(texts, { role: "document" }), await fake.encode(texts, { role: "document" }));
    const sizes = server.requests
      .filter(({ path }) => path === "/embed")
      .map(({ body }) => (body as { inputs: [] }).inputs.length);
    const [first = 0] = sizes.filter((size) => size > 1);
    assert.ok(first <= 16, `${first} texts before it was known how fast the server is`);
    assert.ok(Math.max(...sizes) <= 64);
  });

  test("halves a text that the server finds too long, and spares its neighbours", async () => {
    await using server = await startJsonServer(foreign("openai", 500));
    const encoder = await openRemoteEncoder(server.url);
    const long = "港口恢复通航。".repeat(200);
    const [short, cut] = await encoder.encode(["水", long], { role: "document" });
    const expected = await fake.encode(["水", long.slice(0, 350)], { role: "document" });
    assertNear([short, cut], expected);
  });

  test("tries again after failures that pass", async () => {
    await using server = await startJsonServer(foreign("tei"));
    const encoder = await openRemoteEncoder(server.url);
    const sound = foreign("tei");
    for (const failure of [
      { status: 429, headers: { "retry-after": "0" } },
      { status: 503 },
      { hangUp: true },
    ] as const) {
      let failures = 1;
      server.answer = (request) => (failures-- > 0 ? failure : sound(request));
      assert.equal((await encoder.encode(["水"], { role: "query" })).length, 1);
    }
  });

  test("is away while the server is, asks no more than now and then, and recovers by itself", async () => {
    const server = await startJsonServer(foreign("tei"));
    const encoder = await openRemoteEncoder(server.url, { restMs: 50 });
    await server[Symbol.asyncDispose]();
    for (let round = 0; round < 3; round++) {
      await assert.rejects(encoder.encode(["水"], { role: "query" }), (error) => {
        assert.ok(refused("encoder-unavailable")(error));
        assert.match(String(error), new RegExp(`at ${server.url} cannot be used.*ECONNREFUSED`));
        return true;
      });
    }
    await using again = await startJsonServer(foreign("tei"), server.port);
    await assert.rejects(encoder.encode(["水"], { role: "query" }), refused("encoder-unavailable"));
    assert.equal(again.requests.length, 0, "the circuit is open: nothing is sent");
    await delay(60);
    assert.equal((await encoder.encode(["水"], { role: "query" })).length, 1);
  });

  test("opens while the server is away when it is known what to expect", async () => {
    const server = await startJsonServer(foreign("tei"));
    const { fingerprint, dimensions } = await openRemoteEncoder(server.url);
    await server[Symbol.asyncDispose]();
    await assert.rejects(openRemoteEncoder(server.url), refused("encoder-unavailable"));
    const expected = { fingerprint, dimensions };
    const encoder = await openRemoteEncoder(server.url, { expected, restMs: 1 });
    assert.equal(encoder.fingerprint, fingerprint);
    await assert.rejects(encoder.encode(["水"], { role: "query" }), refused("encoder-unavailable"));
    await using _again = await startJsonServer(foreign("tei"), server.port);
    await delay(5);
    assert.equal((await encoder.encode(["水"], { role: "query" })).length, 1);
  });

  test("notices at the next connection that the server is another encoder now", async () => {
    const server = await startJsonServer(foreign("tei"));
    const encoder = await openRemoteEncoder(server.url, { restMs: 1 });
    await server[Symbol.asyncDispose]();
    await assert.rejects(encoder.encode(["水"], { role: "query" }), refused("encoder-unavailable"));
    await using other = await startJsonServer(foreign("tei"), server.port);
    other.answer = async (request) => {
      const reply = await foreign("tei")(request);
      if (request.path !== "/embed") return reply;
      return { body: (reply.body as number[][]).map((vector) => vector.toReversed()) };
    };
    await delay(5);
    await assert.rejects(encoder.encode(["水"], { role: "query" }), refused("encoder-mismatch"));
    const expected = { fingerprint: encoder.fingerprint, dimensions: 64 };
    await assert.rejects(openRemoteEncoder(server.url, { expected }), refused("encoder-mismatch"));
    other.answer = foreign("tei");
    await delay(5);
    assert.equal((await encoder.encode(["水"], { role: "query" })).length, 1);
  });

  test("knows the same encoder in spite of rounding", async () => {
    await using server = await startJsonServer(foreign("tei"));
    const { fingerprint } = await openRemoteEncoder(server.url);
    server.answer = async (request) => {
      const reply = await foreign("tei")(request);
      if (request.path !== "/embed") return reply;
      return {
        body: (reply.body as number[][]).map((vector) => vector.map((value, index) => value + 0.02 * Math.sin(index))),
      };
    };
    const encoder = await openRemoteEncoder(server.url, { expected: { fingerprint, dimensions: 64 } });
    assert.equal(encoder.fingerprint, fingerprint);
  });

  test("says what is wrong with a server that speaks nothing known, refuses, or answers nonsense", async () => {
    for (const [answer, message] of [
      [{ status: 404, body: {} }, /no dialect .* was understood/],
      [{ status: 401, body: {} }, /answered with 401/],
      [{ body: "<html>" }, /not JSON/],
      [{ body: { model_id: "x" } }, /0 vectors of length none for 1 texts/],
    ] as const) {
      await using server = await startJsonServer(() => answer);
      await assert.rejects(openRemoteEncoder(server.url), (error) => {
        assert.ok(refused("encoder-unavailable")(error), String(error));
        assert.match(String(error), message);
        return true;
      });
    }
  });

  test("stops when aborted", async () => {
    await using server = await startJsonServer(foreign("tei"));
    const encoder = await openRemoteEncoder(server.url);
    server.answer = () => new Promise(() => {});
    const controller = new AbortController();
    const encoding = encoder.encode(["水"], { role: "document", signal: controller.signal });
    controller.abort();
    await assert.rejects(encoding, { name: "AbortError" });
  });

  test("refuses addresses that are not understood", async () => {
    for (const url of ["ftp://x", "http://x/?dialect=grpc", "http://x/?modle=y", "x"]) {
      await assert.rejects(openRemoteEncoder(url), refused("usage"), url);
    }
  });
});
