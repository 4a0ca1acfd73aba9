import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import type { SearchReply, StatusReply } from "../../src/api/wire.ts";
import { loadStaticEncoder } from "../../src/encoder/static/static-encoder.ts";
import { AppError, ImportError, openArchive, startServer } from "../../src/index.ts";
import { verifyArchive } from "../../src/local/care/verify.ts";
import { createDatabase } from "../../src/local/store/database.ts";
import { Writer } from "../../src/local/write/writer.ts";
import { createResources } from "../../src/resources/registry.ts";

const root = join(import.meta.dirname, "..", "..");

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "wenxun-library-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function readJson<T>(url: string): Promise<T> {
  const reply = await fetch(url);
  assert.equal(reply.status, 200, url);
  return (await reply.json()) as T;
}

test("the example turns a file into a search page in under ten lines", async (t) => {
  const folder = makeFolder(t);
  const script = join(root, "examples", "search-page.ts");
  const child: ChildProcess = spawn(
    process.execPath,
    ["--conditions=wenxun-source", script, join(root, "examples", "articles.csv")],
    { cwd: folder, env: { ...process.env, PORT: "0" }, stdio: ["ignore", "pipe", "inherit"] },
  );
  t.after(async () => {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  });
  assert.ok(child.stdout !== null);
  const [url] = (await once(createInterface(child.stdout), "line")) as [string];

  // Asked in the other script than it was written in.
  const found = await readJson<SearchReply>(`${url}/api/search?q=${encodeURIComponent("夜班公车")}`);
  assert.equal(found.hits[0]?.title, "夜班公車加開兩條路線");
  assert.equal(found.hits[0]?.published, "2024-10-15T15:10:00.000Z");
  const page = await (await fetch(`${url}/?q=${encodeURIComponent("雁")}`)).text();
  assert.match(page, /过冬的<mark>雁<\/mark>/);
});

test("an archive is made, filled, searched and served; everything heavy is loaded once", async (t) => {
  const folder = join(makeFolder(t), "archive");
  const file = join(makeFolder(t), "news.jsonl");
  writeFileSync(
    file,
    [
      { id: "1", title: "石桥修好了", body: "老石桥修了两年，今天放行。", published: "2023-05-01" },
      { id: "2", title: "石橋夜市開張", body: "橋頭的夜市今晚開張。", published: "2023-06-01" },
      7,
    ]
      .map((record) => JSON.stringify(record))
      .join("\n"),
  );
  await using archive = await openArchive(folder);
  const report = await archive.import(file);
  assert.deepEqual([report.added, report.rejected], [2, 1]);
  assert.deepEqual(await archive.put([{ id: "3", title: "渡口停航", body: "大雾，渡口停航半日。" }]), {
    added: 1,
    updated: 0,
    unchanged: 0,
  });

  const result = await archive.search({ query: "石桥", mode: "keyword", sort: "oldest" });
  assert.deepEqual(
    result.hits.map(({ id }) => id),
    ["1", "2"],
  );
  assert.equal((await archive.article("3"))?.title, "渡口停航");
  assert.equal(await archive.similar("none"), undefined);

  const server = await startServer(archive, { port: 0 });
  t.after(() => server.stop());
  const reply = await readJson<SearchReply>(`${server.url}/api/search?q=${encodeURIComponent("石橋")}&mode=keyword`);
  assert.deepEqual(reply.hits.map(({ id }) => id).sort(), ["1", "2"]);
  const { resources, archive: counts } = await readJson<StatusReply>(`${server.url}/api/status`);
  assert.equal(counts?.articles, 3);
  const encoder = resources.find(({ key }) => key.startsWith("encoder"));
  assert.equal(encoder?.loads, 1);
  await server.stop();
  assert.equal((await archive.search("渡口")).hits[0]?.id, "3");
});

test("the library and a server over the same archive write at the same time", async (t) => {
  const token = "bridge-0123456789";
  await using archive = await openArchive(join(makeFolder(t), "archive"));
  const server = await startServer(archive, { port: 0, token });
  t.after(() => server.stop());
  const post = async (id: string): Promise<number> => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const body = JSON.stringify({ id, title: `经服务器写入的${id}`, body: "正文" });
    const reply = await fetch(`${server.url}/api/articles`, { method: "POST", headers, body });
    await reply.arrayBuffer();
    return reply.status;
  };
  const file = join(makeFolder(t), "news.jsonl");
  writeFileSync(file, JSON.stringify({ id: "imported", title: "导入的", body: "正文" }));
  const rounds = [1, 2, 3, 4, 5, 6, 7, 8];
  const writes = rounds.map(async (round) => {
    const [status, { added }] = await Promise.all([
      post(`posted-${round}`),
      archive.put([{ id: `put-${round}`, title: `经程序写入的${round}`, body: "正文" }]),
    ]);
    return [status, added];
  });
  const [report, ...done] = await Promise.all([archive.import(file), ...writes]);
  assert.equal(report.added, 1);
  assert.deepEqual(
    done,
    rounds.map(() => [200, 1]),
  );
  assert.equal((await archive.search({ query: "", limit: 1 })).total, 17);
});

test("a program that writes a little and closes the archive leaves no segments behind that a merge is due for", async (t) => {
  const folder = join(makeFolder(t), "archive");
  const [encoder, resources] = [await loadStaticEncoder(), createResources()];
  createDatabase(folder, { encoderFingerprint: encoder.fingerprint, dimensions: encoder.dimensions, timezone: "UTC" });
  const writer = await Writer.open({ folder, encoder, resources, mergesBeside: true });
  for (let day = 0; day < 8; day++) await writer.put([{ id: `${day}`, title: `第${day}天的新闻`, body: "正文" }]);
  await writer.close();
  {
    await using archive = await openArchive(folder);
    await archive.put([{ id: "last", title: "最后一天的新闻", body: "正文" }]);
  }
  assert.ok(verifyArchive(folder).segments <= 2, `${verifyArchive(folder).segments} segments`);
});

test("opening again finds what was stored", async (t) => {
  const folder = makeFolder(t);
  {
    await using archive = await openArchive(join(folder, "a"));
    await archive.put([{ id: "1", title: "旧闻", body: "一条旧闻。", publishedAtMs: 0 }]);
  }
  await using archive = await openArchive(join(folder, "a"));
  assert.equal((await archive.search("")).total, 1);
});

test("an encoder that is not understood is refused with what is wanted", async (t) => {
  await assert.rejects(openArchive(makeFolder(t), { encoder: "magic" }), (error) => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, "usage");
    assert.match(error.message, /^encoder is "magic": wanted builtin, /);
    return true;
  });
});

test("a file in another encoding is answered with the option that reads it, and no flag of the command line", async (t) => {
  const file = join(makeFolder(t), "news.csv");
  // Rows of 新闻,新闻新闻新闻新闻 in GB18030.
  const row = Buffer.from("d0c2cec52cd0c2cec5d0c2cec5d0c2cec5d0c2cec50a".repeat(20), "hex");
  writeFileSync(file, Buffer.concat([Buffer.from("title,body\n"), row]));
  const archive = await openArchive(join(makeFolder(t), "archive"));
  t.after(() => archive.close());
  await assert.rejects(archive.import(file), (error) => {
    assert.ok(error instanceof ImportError && error.code === "bad-input");
    assert.match(error.message, /looks like GB18030.*the option `encoding` \("gb18030"\)/);
    assert.doesNotMatch(error.message, /--/);
    return true;
  });
  // By another name of the same encoding.
  assert.equal((await archive.import(file, { encoding: "GBK" })).read, 20);
});
