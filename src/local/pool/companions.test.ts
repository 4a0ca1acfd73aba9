import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  createFakes,
  createStarted,
  done,
  type FakeThread,
  search,
  settle,
  tasksOf,
} from "../../../test/fakes/search-threads.ts";
import { SharingBoard } from "../../threads/sharing/sharing-board.ts";
import type { ToThread } from "./messages.ts";

const meetingsOf = ({ posted }: FakeThread) =>
  posted.filter((message): message is ToThread & { kind: "meet" } => message.kind === "meet");

/** A pool of two threads that are ready. */
async function startTwo(atOnce?: (most: number) => number) {
  const limit = { atOnce: (most: number): number => atOnce?.(most) ?? most };
  const fakes = await createStarted({ threads: 2, sharesSearches: true, atOnce: (most) => limit.atOnce(most) });
  const { pool, threads } = fakes;
  const found = [search(pool), search(pool)];
  await settle();
  threads[1]?.onMessage({ kind: "ready" });
  const [one = assert.fail(), other = assert.fail()] = threads;
  for (const thread of [one, other]) done(thread);
  await Promise.all(found);
  const [meeting = assert.fail()] = meetingsOf(one);
  return { ...fakes, limit, one, other, board: new SharingBoard(meeting.seat.board) };
}

const freeOf = (board: SharingBoard): boolean[] => [board.isFree(0), board.isFree(1)];

describe("threads that share searches", () => {
  test("know each other once both are ready", async () => {
    const { one, other } = await startTwo();
    const [mine = assert.fail(), theirs = assert.fail()] = [one, other].map((thread) => meetingsOf(thread)[0]);
    assert.deepEqual([mine.seat.seat, mine.link.seat, theirs.seat.seat, theirs.link.seat], [0, 1, 1, 0]);
    assert.equal(mine.seat.board, theirs.seat.board);
    assert.equal(mine.link.over, theirs.link.over);
    const heard = new Promise((resolve) => theirs.link.port.on("message", resolve));
    mine.link.port.postMessage("hello");
    assert.equal(await heard, "hello");
    theirs.link.port.close();
  });

  test("who has nothing to do is free, knows what is searched, and hears when it has", async () => {
    const { pool, one, other, board, archive } = await startTwo();
    assert.deepEqual(freeOf(board), [true, true]);
    archive.snapshot = "c2";
    const first = search(pool);
    await settle();
    assert.deepEqual(freeOf(board), [false, true]);
    assert.deepEqual(
      [tasksOf(one).length, tasksOf(other).length, other.posted.at(-1)?.kind],
      [2, 1, "snapshot"],
      "the other one learns of the snapshot",
    );
    const rung = board.rings(1);
    const second = search(pool);
    await settle();
    assert.deepEqual(freeOf(board), [false, false]);
    assert.equal(board.rings(1), rung + 1);
    for (const thread of [one, other]) done(thread);
    await Promise.all([first, second]);
    assert.deepEqual(freeOf(board), [true, true]);
  });

  test("none is free while memory lets one alone work", async () => {
    const { pool, limit, one, board } = await startTwo();
    limit.atOnce = () => 1;
    const found = search(pool);
    await settle();
    assert.deepEqual(freeOf(board), [false, false]);
    done(one);
    await found;
  });

  test("one that ends is waited for no longer, and the next in its place is met anew", async () => {
    const { pool, threads, one, other, board } = await startTwo();
    const [{ link } = assert.fail()] = meetingsOf(one);
    const rung = board.rings(0);
    other.onEnd(new Error("killed"));
    assert.deepEqual([Atomics.load(link.over, 0), board.rings(0) > rung, board.isFree(1)], [1, true, false]);
    const found = [search(pool), search(pool)];
    await settle();
    threads[2]?.onMessage({ kind: "ready" });
    const again = meetingsOf(one)[1] ?? assert.fail();
    assert.equal(Atomics.load(again.link.over, 0), 0);
    for (const thread of [one, threads[2]]) done(thread);
    await Promise.all(found);
  });

  test("a search that leaves much to share has one thread more for the next, up to all", async () => {
    const { pool, threads } = await createStarted({ threads: 3, sharesSearches: true });
    const ask = async (sharableMs: number): Promise<number> => {
      const found = search(pool);
      await settle();
      threads[0]?.onMessage({ kind: "done", value: "found", sharableMs });
      await found;
      return threads.length;
    };
    assert.deepEqual([await ask(1), await ask(9)], [1, 2]);
    threads[1]?.onMessage({ kind: "ready" });
    assert.deepEqual([await ask(9), await ask(11)], [2, 3], "each has 5 ms to do");
    threads[2]?.onMessage({ kind: "ready" });
    assert.equal(await ask(99), 3);
  });

  test("threads that share nothing are not told of each other", async () => {
    const { pool, threads } = createFakes({ threads: 2 });
    const found = [search(pool), search(pool)];
    await settle();
    for (const thread of threads) thread.onMessage({ kind: "ready" });
    for (const thread of threads) done(thread);
    await Promise.all(found);
    assert.deepEqual(threads.flatMap(meetingsOf), []);
  });
});
