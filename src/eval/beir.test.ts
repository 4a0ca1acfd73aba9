import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { AppError } from "../errors.ts";
import { loadJudgedSet } from "./beir.ts";

const CORPUS = '{"_id":"d1","title":"渡轮","text":"渡轮明日停航。"}\n\n{"id":"d2","text":"茶园开放。"}\n';
const QUERIES = '{"_id":"q1","text":"船停了吗"}\n{"_id":"q2","text":"喝茶"}\n{"_id":"q3","text":"无人判断"}\n';
const QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\nq2\td2\t1\n";

describe("reading a judged set", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "wenxun-eval-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function write(files: Readonly<Record<string, string | Buffer>>): Promise<void> {
    await mkdir(join(folder, "qrels"), { recursive: true });
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  }

  async function assertRefused(...details: string[]): Promise<void> {
    await assert.rejects(loadJudgedSet(folder), (error) => {
      assert.ok(error instanceof AppError && error.code === "bad-input", String(error));
      for (const detail of details) assert.ok(error.message.includes(detail), `${error.message} lacks ${detail}`);
      return true;
    });
  }

  const WANTED = {
    documents: [
      { id: "d1", title: "渡轮", text: "渡轮明日停航。" },
      { id: "d2", title: "", text: "茶园开放。" },
    ],
    queries: [
      {
        id: "q1",
        text: "船停了吗",
        grades: new Map([
          ["d1", 2],
          ["d2", 0],
        ]),
      },
      { id: "q2", text: "喝茶", grades: new Map([["d2", 1]]) },
    ],
    unjudgedQueryCount: 1,
  };

  test("plain files", async () => {
    await write({ "corpus.jsonl": CORPUS, "queries.jsonl": QUERIES, "qrels.tsv": QRELS });
    assert.deepEqual(await loadJudgedSet(folder), WANTED);
  });

  test("a judgement that stands there twice counts once", async () => {
    await write({ "corpus.jsonl": CORPUS, "queries.jsonl": QUERIES, "qrels.tsv": `${QRELS}q1\td1\t2\n` });
    assert.deepEqual(await loadJudgedSet(folder), WANTED);
  });

  test("gzipped files, BEIR's place of the judgements, TREC's four columns, no header, CRLF", async () => {
    const qrels = "q1 0 d1 2\r\nq1 0 d2 0\r\nq2 0 d2 1\r\n";
    await write({
      "corpus.jsonl.gz": gzipSync(CORPUS),
      "queries.jsonl.gz": gzipSync(QUERIES),
      "qrels/test.tsv.gz": gzipSync(qrels),
    });
    assert.deepEqual(await loadJudgedSet(folder), WANTED);
  });

  test("what is missing is named, with what was found", async () => {
    await write({ "queries.jsonl": QUERIES });
    await assertRefused("corpus.jsonl", "queries.jsonl", folder);
    await write({ "corpus.jsonl": CORPUS });
    await assertRefused("qrels.tsv or qrels/test.tsv");
  });

  test("a folder that is not there, or is a file", async () => {
    folder = join(folder, "gone");
    await assertRefused("There is no folder", folder);
    await mkdir(folder);
    const parent = folder;
    await write({ file: "" });
    folder = join(parent, "file");
    await assertRefused("is not a folder");
    folder = parent;
  });

  const FAULTS: readonly [name: string, files: Readonly<Record<string, string | Buffer>>, ...details: string[]][] = [
    ["cut gzip", { "corpus.jsonl.gz": gzipSync(CORPUS).subarray(0, 40) }, "corpus.jsonl.gz", "gzip"],
    ["other encoding", { "corpus.jsonl": Buffer.from([0xb6, 0xc9, 0xc2, 0xd6]) }, "corpus.jsonl", "UTF-8"],
    ["broken JSON", { "corpus.jsonl": `${CORPUS}{"_id":"d3",` }, "corpus.jsonl, line 4,", "not JSON"],
    ["a list for a row", { "corpus.jsonl": "[1]" }, "line 1,", "not a JSON object"],
    ["no id", { "queries.jsonl": '{"text":"问"}' }, "queries.jsonl, line 1,", "_id"],
    ["text of another type", { "queries.jsonl": '{"_id":"q1","text":7}' }, "line 1,", "`text`"],
    ["an id twice", { "corpus.jsonl": `${CORPUS}{"_id":"d1","text":""}` }, "line 4,", '"d1" of line 1'],
    ["an unknown query", { "qrels.tsv": "q9\td1\t1\n" }, "qrels.tsv, line 1,", '"q9"', "queries.jsonl has not"],
    ["an unknown document", { "qrels.tsv": `${QRELS}q1\td9\t1\n` }, "line 5,", '"d9"', "corpus.jsonl has not"],
    [
      "two grades of one document",
      { "qrels.tsv": `${QRELS}q1\td1\t1\n` },
      "line 5,",
      '"d1" for "q1" 1',
      "earlier line 2",
    ],
    ["no whole grade", { "qrels.tsv": `${QRELS}q1\td1\tgut\n` }, "line 5,", "grade"],
    ["two columns", { "qrels.tsv": `${QRELS}q1\td1\n` }, "line 5,", "grade"],
    ["no judgement", { "qrels.tsv": "query-id\tcorpus-id\tscore\n" }, "qrels.tsv", "no judgement"],
    ["no document", { "corpus.jsonl": "", "qrels.tsv": "" }, "corpus.jsonl", "no document"],
  ];
  for (const [name, files, ...details] of FAULTS) {
    test(`refused: ${name}`, async () => {
      const plain = { "queries.jsonl": QUERIES, "qrels.tsv": QRELS };
      await write("corpus.jsonl.gz" in files ? { ...plain, ...files } : { "corpus.jsonl": CORPUS, ...plain, ...files });
      await assertRefused(...details);
    });
  }
});
