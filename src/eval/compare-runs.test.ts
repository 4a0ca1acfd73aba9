import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { SEARCH_MODES } from "../archive/request.ts";
import { AppError } from "../errors.ts";
import { compareRuns } from "./compare-runs.ts";
import type { QueryRecord } from "./query-record.ts";
import { loadRun, toRun, toRunLine } from "./run-file.ts";

const folder = mkdtempSync(join(tmpdir(), "wenxun-run-"));
after(() => rmSync(folder, { recursive: true }));

const scoresOf = (ndcg: number) => ({ "ndcg@10": ndcg, "mrr@10": ndcg / 2, "recall@10": 1, "recall@100": 1 });

/** A run with an nDCG for each query, in hybrid mode and in others. */
const recordsOf = (ndcgs: readonly number[], modes: readonly (typeof SEARCH_MODES)[number][] = ["hybrid"]) =>
  ndcgs.map(
    (ndcg, index): QueryRecord => ({
      id: `q${index}`,
      text: `问题${index}`,
      modes: new Map(
        modes.map((mode) => [
          mode,
          { scores: scoresOf(ndcg), hits: [{ id: "d1", grade: 2 }, { id: "d2" }], missed: [{ id: "d3", grade: 1 }] },
        ]),
      ),
    }),
  );

const runOf = (name: string, ...rest: Parameters<typeof recordsOf>) => toRun(name, recordsOf(...rest));
const OPTIONS = { metric: "ndcg@10", movedCount: 2 } as const;

describe("comparing two runs", () => {
  test("means, difference, who gained and lost, and the queries that moved most", () => {
    const [a, b] = [runOf("a", [0.2, 0.5, 0.5, 1]), runOf("b", [0.9, 0.5, 0.4, 1])];
    const { queryCount, leftOut, comparisons } = compareRuns(a, b, OPTIONS);
    assert.deepEqual([queryCount, leftOut, comparisons.length], [4, 0, 1]);
    const [{ means, difference, interval, p, better, worse, equal, moved } = assert.fail()] = comparisons;
    assert.deepEqual(
      means.map((one) => one.toFixed(3)),
      ["0.550", "0.700"],
    );
    assert.ok(Math.abs(difference - 0.15) < 1e-12);
    assert.ok(interval.low <= difference && difference <= interval.high);
    assert.ok(p > 0.5, "two queries that differ are no proof");
    assert.deepEqual([better, worse, equal], [1, 1, 2]);
    assert.deepEqual(moved, [
      { id: "q0", text: "问题0", scores: [0.2, 0.9] },
      { id: "q2", text: "问题2", scores: [0.5, 0.4] },
    ]);
  });

  test("a gain of nearly every query is told from chance, and a run from itself is not", () => {
    const before = Array.from({ length: 40 }, (_, index) => 0.4 + (index % 7) / 20);
    const [a, b] = [
      runOf("a", before),
      runOf(
        "b",
        before.map((score, index) => score + (index % 9 === 0 ? -0.02 : 0.05)),
      ),
    ];
    assert.ok((compareRuns(a, b, OPTIONS).comparisons[0]?.p ?? 1) < 0.01);
    const [same] = compareRuns(a, a, OPTIONS).comparisons;
    assert.deepEqual([same?.difference, same?.p, same?.moved], [0, 1, []]);
  });

  test("queries that one run alone asked are left out and counted; modes that both hold are compared", () => {
    const a = runOf("a", [0.5, 0.5], ["hybrid", "keyword"]);
    const b = runOf("b", [0.5, 0.5, 0.5], ["semantic", "hybrid"]);
    const { queryCount, leftOut, comparisons } = compareRuns(a, b, OPTIONS);
    assert.deepEqual([queryCount, leftOut, comparisons.map(({ mode }) => mode)], [2, 1, ["hybrid"]]);
    const none = (message: RegExp) => (error: unknown) =>
      error instanceof AppError && error.code === "bad-input" && message.test(error.message);
    assert.throws(() => compareRuns(a, b, { ...OPTIONS, mode: "keyword" }), none(/not the mode keyword in common/));
    assert.throws(() => compareRuns(a, toRun("empty", []), OPTIONS), none(/no query in common/));
  });
});

describe("the file of a run", () => {
  test("is read as it was written", async () => {
    const records = recordsOf([0.25, 1], SEARCH_MODES);
    const path = join(folder, "run.jsonl");
    writeFileSync(path, records.map((record) => toRunLine(record, (id) => `标题 ${id}`)).join(""));
    assert.deepEqual((await loadRun(path)).queries, toRun(path, records).queries);
    const line = JSON.parse(toRunLine(records[0] as QueryRecord, (id) => `标题 ${id}`)) as object;
    assert.deepEqual(Object.keys(line), ["query", "text", "modes"]);
    assert.deepEqual((line as { modes: { hybrid: object } }).modes.hybrid, {
      scores: scoresOf(0.25),
      "judged@10": 0.5,
      hits: [
        { id: "d1", title: "标题 d1", grade: 2 },
        { id: "d2", title: "标题 d2", grade: null },
      ],
      missed: [{ id: "d3", title: "标题 d3", grade: 1, rank: null }],
    });
  });

  const FAULTS: readonly [name: string, text: string, detail: RegExp][] = [
    ["nothing", "\n", /holds no query/],
    ["broken JSON", '{"query":', /line 1, is not JSON/],
    ["another kind of line", '{"id":"d1","title":"标题"}', /line 1, has no `query`/],
    [
      "a score out of range",
      toRunLine(recordsOf([1.5])[0] as QueryRecord, () => ""),
      /line 1, hybrid, has no score ndcg@10/,
    ],
    [
      "a query twice",
      toRunLine(recordsOf([1])[0] as QueryRecord, () => "").repeat(2),
      /line 2, has the query "q0" a second/,
    ],
  ];
  for (const [name, text, detail] of FAULTS) {
    test(`refused: ${name}`, async () => {
      const path = join(folder, "broken.jsonl");
      writeFileSync(path, text);
      await assert.rejects(loadRun(path), (error) => {
        assert.ok(error instanceof AppError && error.code === "bad-input");
        assert.match(error.message, detail);
        return true;
      });
    });
  }
});
