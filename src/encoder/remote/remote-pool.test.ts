import assert from "node:assert/strict";
import { test } from "node:test";
import { createFakeEncoder } from "../../../test/fakes/encoder.ts";
import { type JsonRequest, type JsonServer, startJsonServer } from "../../../test/fakes/json-server.ts";
import { AppError } from "../../errors.ts";
import { openRemotePool } from "./remote-pool.ts";

const fake = createFakeEncoder();

async function answer({ path, body }: JsonRequest) {
  if (path === "/info") return { body: { model_id: "some/model" } };
  if (path !== "/embed") return { status: 404, body: {} };
  const vectors = await fake.encode((body as { inputs: string[] }).inputs, { role: "document" });
  return { body: vectors.map((vector) => Array.from(vector ?? [])) };
}

const embedded = ({ requests }: JsonServer): number => requests.filter(({ path }) => path === "/embed").length;
const away = (error: unknown): boolean => error instanceof AppError && error.code === "encoder-unavailable";
const TEXTS = Array.from({ length: 300 }, (_, index) => `第${index}篇说到港口`);

async function assertEncodes(encoder: Awaited<ReturnType<typeof openRemotePool>>, texts = TEXTS): Promise<void> {
  const vectors = await encoder.encode(texts, { role: "document" });
  const wanted = await fake.encode(texts, { role: "document" });
  assert.equal(vectors.length, texts.length);
  for (const [index, vector] of vectors.entries())
    vector?.forEach((value, place) => {
      assert.ok(Math.abs(value - (wanted[index]?.[place] ?? Number.NaN)) < 1e-5, `text ${index}`);
    });
}

test("servers take turns, and each text gets its own vector", async () => {
  await using first = await startJsonServer(answer);
  await using second = await startJsonServer(answer);
  const encoder = await openRemotePool([first.url, second.url]);
  const before = [embedded(first), embedded(second)];
  for (let round = 0; round < 10; round++) await assertEncodes(encoder, ["港口恢复通航"]);
  const asked = [embedded(first), embedded(second)].map((count, index) => count - (before[index] ?? 0));
  // The second one is first asked who it is, by some probes.
  assert.equal(asked[0], 5);
  assert.ok((asked[1] ?? 0) >= 5);
  await assertEncodes(encoder);
});

test("while one is away the others do its work, and it works again when it is back", async () => {
  await using first = await startJsonServer(answer);
  const second = await startJsonServer(answer);
  const encoder = await openRemotePool([first.url, second.url]);
  await assertEncodes(encoder);
  await second[Symbol.asyncDispose]();
  for (let round = 0; round < 4; round++) await assertEncodes(encoder, ["港口恢复通航"]);
  await assertEncodes(encoder);
  await first[Symbol.asyncDispose]();
  await assert.rejects(encoder.encode(["港口"], { role: "query" }), away);
});

test("it opens while the first of the list is away, and not while all are", async () => {
  await using running = await startJsonServer(answer);
  const encoder = await openRemotePool(["http://127.0.0.1:1", running.url]);
  await assertEncodes(encoder, ["港口恢复通航"]);
  await assert.rejects(openRemotePool(["http://127.0.0.1:1", "http://127.0.0.1:2"]), away);
});

test("a server with another encoder is refused", async () => {
  await using first = await startJsonServer(answer);
  await using other = await startJsonServer(async (request) =>
    request.path === "/embed"
      ? { body: (request.body as { inputs: string[] }).inputs.map((text) => [text.length, 1, 2]) }
      : answer(request),
  );
  await assert.rejects(openRemotePool([first.url, other.url]), { code: "encoder-mismatch" });
});
