/** Archives whose encoder's vectors lie close together: made new, made before they were centred, and moved. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { PLAIN_REQUEST } from "../../src/archive/request.ts";
import { reindexFolder } from "../../src/compose/care.ts";
import { openBackend, openForWriting } from "../../src/compose/open-backend.ts";
import type { Encoder } from "../../src/encoder/encoder.ts";
import { createEncoderServer } from "../../src/encoder-server/server.ts";
import { listen } from "../../src/http/listen.ts";
import { createDatabase } from "../../src/local/store/database.ts";
import { createResources } from "../../src/resources/registry.ts";
import { runCli } from "../fakes/cli.ts";
import { createFakeEncoder, inNarrowCone } from "../fakes/encoder.ts";

const TIMEZONE = "Asia/Shanghai";
const ARTICLES = ["港口恢复通航", "歌手取消音乐会", "小麦收成好于往年"].map((title, index) => ({
  id: `a${index}`,
  title,
  body: `${title}。`,
  publishedAtMs: 1.7e12 + index,
}));

async function serve(encoder: Encoder) {
  const app = await createEncoderServer({ encoder, resources: createResources(), version: "0" });
  const server = await listen(app, { host: "127.0.0.1", port: 0 });
  return { choice: { kind: "remote", url: server.url } as const, stop: () => server.stop() };
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "centring-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "archive");
}

async function fill(folder: string, encoder: { kind: "remote"; url: string }): Promise<void> {
  await using writing = await openForWriting({ folder, encoder, timezone: TIMEZONE });
  await writing.writer.put(ARTICLES);
}

async function ask(folder: string, encoder: { kind: "remote"; url: string }) {
  await using backend = await openBackend({ folder, encoder });
  const { hits, notices } = await backend.search.search({ ...PLAIN_REQUEST, query: "港口恢复通航", mode: "semantic" });
  const { encoderFingerprint } = await backend.archive.stats();
  return { first: hits[0]?.id, notices, encoderFingerprint };
}

const PLAIN = "fake-64-cone";
const CENTRED = "fake-64-cone/centred-1";

describe("an archive of an encoder whose vectors lie close together", () => {
  test("is made with centred vectors, and opened with them while the server is away", async () => {
    const server = await serve(inNarrowCone(createFakeEncoder()));
    const folder = newFolder();
    await fill(folder, server.choice);
    assert.deepEqual(await ask(folder, server.choice), { first: "a0", notices: [], encoderFingerprint: CENTRED });
    const { stdout } = await runCli(["doctor", "--archive", folder, "--encoder", server.choice.url]);
    assert.match(stdout, /fake-64-cone\/centred-1/);
    assert.doesNotMatch(stdout, /wenxun reindex/);
    await server.stop();
    await using backend = await openBackend({ folder, encoder: server.choice });
    const { mode, notices } = await backend.search.search({ ...PLAIN_REQUEST, query: "港口恢复通航" });
    assert.equal(mode, "keyword");
    assert.equal(backend.encoder.fingerprint, CENTRED, "the server that comes back is taken for another encoder");
    assert.deepEqual(notices, ["encoder-away"]);
  });

  test("that was made before is searched and added to as it is, until it is moved by reindex", async () => {
    const server = await serve(inNarrowCone(createFakeEncoder()));
    after(() => server.stop());
    const folder = newFolder();
    createDatabase(folder, { encoderFingerprint: PLAIN, dimensions: 64, timezone: TIMEZONE });
    await fill(folder, server.choice);
    assert.deepEqual(await ask(folder, server.choice), { first: "a0", notices: [], encoderFingerprint: PLAIN });
    const reindexing = {
      folder,
      encoder: server.choice,
      compact: false,
      signal: new AbortController().signal,
      onProgress: () => {},
    };
    assert.equal((await reindexFolder(reindexing)).encoded, ARTICLES.length);
    assert.deepEqual(await ask(folder, server.choice), { first: "a0", notices: [], encoderFingerprint: CENTRED });
    assert.equal((await reindexFolder(reindexing)).encoded, 0);
  });
});
