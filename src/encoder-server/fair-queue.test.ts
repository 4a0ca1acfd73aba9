import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type BatchBudget, FairQueue } from "./fair-queue.ts";

interface Item {
  readonly id: number;
  readonly tokenCount: number;
  readonly client?: string;
}

const BUDGET: BatchBudget = { maxTokens: 512, maxSquares: 512 * 128 };

function queueOf(lengths: readonly number[], budget = BUDGET): FairQueue<Item> {
  const queue = new FairQueue<Item>(budget);
  lengths.forEach((tokenCount, id) => {
    queue.push({ id, tokenCount });
  });
  return queue;
}

function drain(queue: FairQueue<Item>): Item[][] {
  const batches: Item[][] = [];
  for (let batch = queue.takeBatch(); batch.length > 0; batch = queue.takeBatch()) batches.push(batch);
  return batches;
}

const lengths = fc.array(fc.integer({ min: 1, max: 2000 }), { maxLength: 200 });

describe("fair queue", () => {
  test("gives every text once, in batches within the budget or of one", () => {
    fc.assert(
      fc.property(lengths, (lengths) => {
        const batches = drain(queueOf(lengths));
        const ids = batches.flat().map(({ id }) => id);
        assert.deepEqual(
          ids.toSorted((a, b) => a - b),
          lengths.map((_, id) => id),
        );
        for (const batch of batches) {
          const longest = Math.max(...batch.map(({ tokenCount }) => tokenCount));
          assert.equal(batch[0]?.tokenCount, longest);
          if (batch.length === 1) continue;
          assert.ok(batch.length * longest <= BUDGET.maxTokens);
          assert.ok(batch.length * longest ** 2 <= BUDGET.maxSquares);
        }
      }),
    );
  });

  test("whoever sends one text waits for one batch of whoever sends thousands", () => {
    const queue = new FairQueue<Item>(BUDGET);
    for (let id = 0; id < 2000; id++) queue.push({ id, tokenCount: 32 + (id % 400), client: "greedy" });
    for (let round = 0; round < 10; round++) queue.takeBatch();
    queue.push({ id: 5000, tokenCount: 20, client: "polite" });
    queue.push({ id: 5001, tokenCount: 300, client: "polite" });
    const next = [queue.takeBatch(), queue.takeBatch(), queue.takeBatch()].flat().map(({ id }) => id);
    assert.ok(next.includes(5000) && next.includes(5001), next.join());
  });

  test("a batch is filled with texts of other clients", () => {
    const queue = new FairQueue<Item>(BUDGET);
    for (let id = 0; id < 16; id++) queue.push({ id, tokenCount: 32, client: `client ${id}` });
    assert.equal(queue.takeBatch().length, 16);
    assert.equal(queue.size, 0);
  });

  test("clients that have gone take no memory", () => {
    const queue = new FairQueue<Item>(BUDGET);
    for (let id = 0; id < 5000; id++) {
      queue.push({ id, tokenCount: 10, client: `client ${id}` });
      assert.equal(queue.takeBatch()[0]?.id, id);
    }
    assert.ok(queue.clientCount <= 1000, `${queue.clientCount} are remembered`);
  });

  test("pads by less than the lane is wide", () => {
    fc.assert(
      fc.property(lengths, (lengths) => {
        for (const batch of drain(queueOf(lengths, { maxTokens: Infinity, maxSquares: Infinity }))) {
          const longest = batch[0]?.tokenCount ?? 0;
          for (const { tokenCount } of batch) assert.ok(longest <= 32 || longest <= tokenCount * 1.42);
        }
      }),
    );
  });

  test("keeps the order within a lane", () => {
    const batches = drain(queueOf(new Array<number>(40).fill(300)));
    assert.deepEqual(
      batches.flat().map(({ id }) => id),
      Array.from({ length: 40 }, (_, id) => id),
    );
  });

  test("a short text passes a backlog of long ones", () => {
    const queue = queueOf(new Array<number>(100).fill(500));
    queue.takeBatch();
    queue.takeBatch();
    queue.push({ id: 1000, tokenCount: 5 });
    assert.equal(queue.takeBatch()[0]?.id, 1000);
  });

  test("a long text gets its turn while short ones keep coming", () => {
    const queue = queueOf([500]);
    let shortTokens = 0;
    for (let id = 1; ; id++) {
      queue.push({ id, tokenCount: 20 });
      const [first] = queue.takeBatch();
      if (first?.id === 0) break;
      shortTokens += first?.tokenCount ?? 0;
      assert.ok(shortTokens <= 520, "the long text waits for more than its own cost");
    }
  });

  test("a lane that slept gains no credit", () => {
    const queue = queueOf(new Array<number>(50).fill(500));
    for (let round = 0; round < 20; round++) queue.takeBatch();
    for (let id = 100; id < 700; id++) queue.push({ id, tokenCount: 32 });
    let shortTokens = 0;
    for (let round = 0; round < 10; round++) {
      const batch = queue.takeBatch();
      if (batch[0]?.tokenCount === 32) shortTokens += batch.length * 32;
    }
    assert.ok(shortTokens <= 6 * 512, `${shortTokens} tokens of short texts in ten batches`);
  });

  test("forgets what is removed", () => {
    fc.assert(
      fc.property(lengths, fc.nat(), (lengths, pick) => {
        const queue = new FairQueue<Item>(BUDGET);
        const items = lengths.map((tokenCount, id) => ({ id, tokenCount }));
        for (const item of items) queue.push(item);
        const gone = items.filter(({ id }) => id % 3 === pick % 3);
        assert.equal(queue.remove(gone), gone.length);
        assert.equal(queue.remove(gone), 0);
        const staying = items.filter((item) => !gone.includes(item));
        assert.equal(queue.size, staying.length);
        assert.deepEqual(new Set(drain(queue).flat()), new Set(staying));
        assert.equal(queue.tokenCount, 0);
        assert.equal(queue.size, 0);
      }),
    );
  });
});
