import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { rerankerContract } from "../../../test/contracts/reranker.ts";
import { type JsonReply, type JsonServer, startJsonServer } from "../../../test/fakes/json-server.ts";
import { createFakeReranker } from "../../../test/fakes/reranker.ts";
import { AppError } from "../../errors.ts";
import { openRemoteReranker } from "./remote-reranker.ts";

const servers: JsonServer[] = [];
after(async () => {
  for (const server of servers) await server[Symbol.asyncDispose]();
});

async function start(answer: JsonServer["answer"]): Promise<JsonServer> {
  const server = await startJsonServer(answer);
  servers.push(server);
  return server;
}

interface Body {
  readonly model?: string;
  readonly query: string;
  readonly texts?: readonly string[];
  readonly documents?: readonly string[];
}

const fake = createFakeReranker();

/** Best first, as servers list them. */
async function rank({ query, texts, documents }: Body, key: string): Promise<object[]> {
  const scores = await fake.score(query, texts ?? documents ?? []);
  return scores.map((score, index) => ({ index, [key]: score ?? 0 })).sort((a, b) => Number(b[key]) - Number(a[key]));
}

const NOT_FOUND: JsonReply = { status: 404, body: { detail: "Not Found" } };
const answerTei: JsonServer["answer"] = async ({ path, body }) =>
  path === "/rerank" ? { body: await rank(body as Body, "score") } : NOT_FOUND;
const answerCohere: JsonServer["answer"] = async ({ path, body }) =>
  path === "/v1/rerank" ? { body: { results: await rank(body as Body, "relevance_score") } } : NOT_FOUND;

rerankerContract("a server of Text Embeddings Inference", async () => openRemoteReranker((await start(answerTei)).url));
rerankerContract("a server that speaks as Cohere and Jina do", async () =>
  openRemoteReranker((await start(answerCohere)).url),
);

const unavailable = (message: RegExp) => (error: unknown) =>
  error instanceof AppError && error.code === "encoder-unavailable" && message.test(error.message);

describe("a re-ranking server", () => {
  test("is asked with its model and token, under the path of the address", async () => {
    const server = await start(async ({ path, body }) =>
      path === "/api/v2/rerank" ? { body: { results: await rank(body as Body, "relevance_score") } } : NOT_FOUND,
    );
    const { host } = new URL(server.url);
    const reranker = openRemoteReranker(`http://:s%2Fecret@${host}/api/v2/rerank?dialect=cohere&model=rerank-3`);
    assert.equal(reranker.name, "rerank-3");
    assert.equal(server.requests.length, 0, "nothing is asked before it is needed");
    await reranker.score("港口", ["港口", "茶园"]);
    const [request] = server.requests;
    assert.equal(request?.headers.authorization, "Bearer s/ecret");
    assert.deepEqual(request?.body, { model: "rerank-3", query: "港口", documents: ["港口", "茶园"], top_n: 2 });
  });

  test("what is no re-ranking server is told with what each dialect met", async () => {
    const server = await start(() => NOT_FOUND);
    await assert.rejects(
      openRemoteReranker(server.url).score("港口", ["港口"]),
      unavailable(/tei: .*404.*cohere: .*404/),
    );
    const locked = await start(() => ({ status: 401, body: {} }));
    await assert.rejects(openRemoteReranker(locked.url).score("港口", ["港口"]), unavailable(/401/));
    assert.equal(locked.requests.length, 1, "another dialect would not help");
  });

  test("scores that are missing or are no numbers are not taken for scores", async () => {
    for (const rows of [
      [],
      [{ index: 0, score: 1 }],
      [
        { index: 0, score: "1" },
        { index: 1, score: 2 },
      ],
      {},
    ]) {
      const server = await start(() => ({ body: rows }));
      const reranker = openRemoteReranker(`${server.url}?dialect=tei`);
      await assert.rejects(reranker.score("港口", ["港口", "茶园"]), unavailable(/scores for 2 texts/));
    }
  });

  test("one that is away is left alone for a while, and used again when it is back", async () => {
    let isAway = true;
    const server = await start(async (request) => (isAway ? { hangUp: true } : answerTei(request)));
    const reranker = openRemoteReranker(server.url, { restMs: 50 });
    for (let attempt = 0; attempt < 3; attempt++)
      await assert.rejects(reranker.score("港口", ["港口"]), unavailable(/cannot be used/));
    const asked = server.requests.length;
    await assert.rejects(reranker.score("港口", ["港口"]), unavailable(/cannot be used/));
    assert.equal(server.requests.length, asked, "it is not asked while it rests");
    isAway = false;
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.equal((await reranker.score("港口", ["港口"])).length, 1);
  });

  test("an address that is not understood is wrong usage", () => {
    for (const url of ["ftp://host", "nowhere", "http://host?dialect=first", "http://host?max=3"])
      assert.throws(
        () => openRemoteReranker(url),
        (error) => error instanceof AppError && error.code === "usage",
      );
  });
});
