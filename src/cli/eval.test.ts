import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { ERROR_KINDS } from "../errors.ts";
import type { ProcessContext, Sink } from "./context.ts";
import { main } from "./main.ts";

const CORPUS = [
  { _id: "d1", title: "渡轮因大风停航", text: "受冷空气影响，岛屿航线今日全部停驶，恢复时间待定。" },
  { _id: "d2", title: "新茶开采", text: "高山茶园迎来春茶采摘，茶农说今年雨水充足。" },
  { _id: "d3", title: "图书馆延长开放", text: "市图书馆周末开放至夜里十点，读者可以自习。" },
];
const QUERIES = [
  { _id: "q1", text: "大风停航" },
  { _id: "q2", text: "春茶采摘" },
];
const QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td2\t1\n";

const toLines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

/** Collects what a command writes. */
function createOutput(): Sink & { text: string } {
  const output = {
    text: "",
    write(text: string) {
      output.text += text;
      return true;
    },
    once: () => undefined,
  };
  return output;
}

interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (...args: string[]): Promise<Outcome> => runUntil(new AbortController().signal, ...args);

async function runUntil(signal: AbortSignal, ...args: string[]): Promise<Outcome> {
  const [stdout, stderr] = [createOutput(), createOutput()];
  const context: ProcessContext = {
    env: {},
    workingFolder: tmpdir(),
    stdin: (async function* () {})(),
    stdout,
    stderr,
    stopSignal: () => signal,
    giveWay: () => {},
  };
  return { exitCode: await main(args, context), stdout: stdout.text, stderr: stderr.text };
}

describe("wenxun eval", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "wenxun-eval-test-"));
    await writeFile(join(folder, "corpus.jsonl"), toLines(CORPUS));
    await writeFile(join(folder, "queries.jsonl"), toLines(QUERIES));
    await writeFile(join(folder, "qrels.tsv"), QRELS);
  });
  after(() => rm(folder, { recursive: true }));

  test("--json gives the means of every mode, the encoder's fingerprint, intervals and comparisons", async () => {
    const { exitCode, stdout, stderr } = await run("eval", folder, "--json");
    assert.equal(exitCode, 0, stderr);
    const report = JSON.parse(stdout);
    assert.match(report.encoder, /^static-[a-z]+-[0-9a-f]{16}$/);
    assert.deepEqual([report.documents, report.queries, report.queriesWithoutRelevant], [3, 2, 0]);
    const perfect = { "ndcg@10": 1, "mrr@10": 1, "recall@10": 1, "recall@100": 1 };
    assert.deepEqual(report.modes, { keyword: perfect, semantic: perfect, hybrid: perfect });
    assert.deepEqual(report.intervals.hybrid["ndcg@10"], [1, 1]);
    assert.deepEqual(Object.keys(report["judged@10"]), ["keyword", "semantic", "hybrid"]);
    assert.deepEqual(
      report.comparisons.map((row: { mode: string; against: string; metric: string }) => [
        row.mode,
        row.against,
        row.metric,
      ])[0],
      ["hybrid", "semantic", "ndcg@10"],
    );
  });

  test("as text, one mode alone", async () => {
    const { exitCode, stdout } = await run("eval", folder, "--mode", "keyword");
    assert.equal(exitCode, 0);
    assert.match(stdout, /^3 documents, 2 queries, encoder static-/);
    assert.match(stdout, /\nkeyword +1\.000 \[1\.000–1\.000\]/);
    assert.doesNotMatch(stdout, /semantic|against/);
  });

  test("--per-query tells of each query, and such runs are compared, at once or later", async () => {
    const [first, second] = [join(folder, "first.jsonl"), join(folder, "second.jsonl")];
    const measured = await run("eval", folder, "--mode", "keyword", "--per-query", first);
    assert.equal(measured.exitCode, 0, measured.stderr);
    assert.match(measured.stdout, /judged@10\n/);
    const lines = readFileSync(first, "utf8").trimEnd().split("\n");
    assert.equal(lines.length, 2);
    const { query, modes } = JSON.parse(lines[0] ?? "") as { query: string; modes: { keyword: { hits: object[] } } };
    assert.equal(query, "q1");
    assert.deepEqual(modes.keyword.hits[0], { id: "d1", title: "渡轮因大风停航", grade: 1 });

    writeFileSync(second, `${lines[0]?.replace('"ndcg@10":1', '"ndcg@10":0.5')}\n${lines[1]}\n`);
    const compared = await run("eval", "compare", second, first);
    assert.equal(compared.exitCode, 0, compared.stderr);
    assert.match(compared.stdout, /2 queries in both, ndcg@10/);
    assert.match(compared.stdout, /^keyword +0\.750 +1\.000 +\+0\.250 /m);
    assert.match(compared.stdout, /Moved most, keyword:\n.*\n\+0\.500 +0\.500 → 1\.000 +q1 +大风停航/);
    const json = await run("eval", "compare", second, first, "--json");
    assert.equal(JSON.parse(json.stdout).comparisons[0].difference, 0.25);

    const against = await run("eval", folder, "--mode", "keyword", "--against", second);
    assert.match(against.stdout, /^keyword +0\.750 +1\.000 +\+0\.250 /m);
    const toOutput = await run("eval", folder, "--mode", "keyword", "--per-query", "-");
    assert.deepEqual(toOutput.stdout.trimEnd().split("\n"), lines);
    assert.match(toOutput.stderr, /\nkeyword +1\.000/);
    assert.equal((await run("eval", folder, "--per-query", "-", "--json")).exitCode, 2);
    assert.match((await run("eval", "compare", first, join(folder, "corpus.jsonl"))).stderr, /corpus\.jsonl, line 1,/);
  });

  test("stopped, it says so", async () => {
    const { exitCode, stdout, stderr } = await runUntil(AbortSignal.abort(), "eval", folder);
    assert.deepEqual([exitCode, stdout], [ERROR_KINDS.interrupted.exitCode, ""]);
    assert.match(stderr, /^wenxun: Stopped before the end/);
  });

  test("a folder that is not there fails with what was wanted; a mode that is not, with wrong usage", async () => {
    const missing = await run("eval", join(folder, "none"));
    assert.deepEqual([missing.exitCode, missing.stdout], [1, ""]);
    assert.match(missing.stderr, /^wenxun: There is no folder .*none.* corpus\.jsonl/);
    assert.equal((await run("eval", folder, "--mode", "best")).exitCode, 2);
  });
});
