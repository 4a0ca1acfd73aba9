import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  createFakes,
  done,
  type FakeThread,
  idsOf,
  isUnavailable,
  optionOf,
  search,
  settle,
  tasksOf,
} from "../../../test/fakes/search-threads.ts";
import { PLAIN_REQUEST } from "../../archive/request.ts";
import { AppError } from "../../errors.ts";
import { toPostedError } from "../../threads/posted-error.ts";

describe("the search pool", () => {
  test("sends a thread the snapshot once, then one task at a time", async () => {
    const { pool, threads, held } = createFakes();
    const first = pool.article("a");
    const second = pool.article("b");
    await settle();
    const [thread] = threads;
    assert.ok(thread !== undefined);
    assert.deepEqual(thread.posted, [
      { kind: "snapshot", name: "c1", data: { name: "c1" } },
      { kind: "task", snapshot: "c1", task: { kind: "article", id: "a" } },
    ]);
    assert.deepEqual(pool.status, { threads: 1, running: 1, waiting: 1 });
    done(thread, "A");
    assert.equal(await first, "A");
    assert.deepEqual(idsOf(thread), ["a", "b"]);
    done(thread, "B");
    assert.equal(await second, "B");
    assert.deepEqual(held, []);
    assert.equal(threads.length, 1);
  });

  test("never waits for a search in the thread that asks", async () => {
    const { pool, threads } = createFakes();
    const order: string[] = [];
    const slow = search(pool).then(() => order.push("search"));
    await settle();
    // As many turns of the event loop as anybody likes go by while the thread is busy.
    for (let turn = 0; turn < 50; turn++) await settle();
    order.push("fifty turns");
    done(threads[0]);
    await slow;
    assert.deepEqual(order, ["fifty turns", "search"]);
  });

  test("runs as many tasks as may run at once, and the others wait", async () => {
    let most = 1;
    const { pool, threads } = createFakes({ threads: 2, atOnce: () => most });
    const searches = [1, 2, 3, 4].map(() => search(pool));
    await settle();
    assert.deepEqual(pool.status, { threads: 2, running: 1, waiting: 3 });
    done(threads[0]);
    assert.deepEqual(pool.status, { threads: 2, running: 1, waiting: 2 });
    most = 2;
    done(threads[0]);
    assert.deepEqual(pool.status, { threads: 2, running: 2, waiting: 0 });
    for (const thread of threads.filter(({ isOver }) => !isOver)) done(thread);
    await Promise.all(searches);
  });

  test("a task begins though none may, where none is under way", async () => {
    const { pool, threads } = createFakes({ atOnce: () => 0 });
    const only = search(pool);
    await settle();
    done(threads[0]);
    await only;
  });

  test("uses all its threads, and looks up articles between searches", async () => {
    const { pool, threads } = createFakes({ threads: 2 });
    const searches = [1, 2, 3, 4].map(() => search(pool));
    const article = pool.article("a");
    await settle();
    assert.deepEqual(threads.map(idsOf), [["search"], ["search"]]);
    done(threads[0]);
    assert.deepEqual(threads.map(idsOf), [["search", "a"], ["search"]]);
    done(threads[0]);
    await article;
    for (const thread of [threads[1], threads[0], threads[1]]) done(thread);
    await Promise.all(searches);
  });

  test("a full queue makes room for a client that has less in it than another", async () => {
    const { pool, threads } = createFakes({ maxWaiting: 4 });
    const ask = (client: string) => pool.search(PLAIN_REQUEST, {}, { client });
    const greedy = [1, 2, 3, 4, 5].map(() => ask("greedy"));
    await settle();
    const polite = ask("polite");
    const outcomes = Promise.allSettled(greedy);
    await settle();
    await assert.rejects(ask("greedy"), isUnavailable);
    for (let count = 0; count < 5; count++) done(threads[0]);
    assert.equal(await polite, "found");
    assert.deepEqual(
      (await outcomes).map(({ status }) => status),
      ["fulfilled", "fulfilled", "fulfilled", "fulfilled", "rejected"],
    );
  });

  test("errors cross with code and details, and defects with their stack", async () => {
    const { pool, threads } = createFakes();
    const refused = pool.article("a");
    await settle();
    const error = new AppError("archive-locked", "busy", { retryAfterS: 7 });
    threads[0]?.onMessage({ kind: "failed", error: structuredClone(toPostedError(error)) });
    await assert.rejects(refused, { name: "AppError", code: "archive-locked", message: "busy", retryAfterS: 7 });
    const broken = pool.article("b");
    await settle();
    const defect = new TypeError("x is not a function");
    threads[0]?.onMessage({ kind: "failed", error: structuredClone(toPostedError(defect)) });
    await assert.rejects(broken, (thrown) => thrown instanceof Error && thrown.stack === defect.stack);
  });

  test("refuses what would wait too long, with the time to try again", async () => {
    const { pool, threads } = createFakes({ maxWaiting: 2 });
    const accepted = [1, 2, 3].map(() => search(pool));
    await assert.rejects(
      search(pool),
      (error) => isUnavailable(error) && (error as AppError).retryAfterS === 1 && optionOf(error) === "search-queue",
    );
    await settle();
    for (let index = 0; index < 3; index++) done(threads[0]);
    await Promise.all(accepted);
    const next = search(pool);
    await settle();
    done(threads[0]);
    await next;
  });

  test("a snapshot that cannot be had takes no room", async () => {
    const { pool } = createFakes({
      maxWaiting: 0,
      borrowSnapshot: () => Promise.reject(new AppError("archive-damaged", "cut short")),
    });
    for (let attempt = 0; attempt < 3; attempt++) await assert.rejects(search(pool), { code: "archive-damaged" });
  });

  test("whoever goes while waiting leaves the queue and the snapshot", async () => {
    const { pool, threads, held } = createFakes();
    const running = search(pool);
    const gone = new AbortController();
    const waiting = search(pool, gone.signal);
    await settle();
    assert.equal(held.length, 2);
    gone.abort(new Error("gone"));
    await assert.rejects(waiting, /gone/);
    assert.equal(held.length, 1);
    done(threads[0]);
    await running;
    assert.deepEqual(threads.map(idsOf), [["search"]]);
  });

  test("whoever goes during the search is let go at once; the snapshot is held until the thread is done with it", async () => {
    const { pool, threads, held } = createFakes();
    const gone = new AbortController();
    const running = search(pool, gone.signal);
    await settle();
    gone.abort(new Error("gone"));
    await assert.rejects(running, /gone/);
    assert.deepEqual(held, ["c1"]);
    const next = search(pool);
    await settle();
    assert.deepEqual(threads.map(idsOf), [["search"]]);
    done(threads[0]);
    assert.deepEqual(held, ["c1"]);
    done(threads[0], "second");
    assert.equal(await next, "second");
    assert.deepEqual(held, []);
  });

  test("a search keeps its snapshot while newer ones come; threads forget what nobody searches", async () => {
    const { pool, threads, held, archive } = createFakes({ threads: 2 });
    const old = search(pool);
    await settle();
    archive.snapshot = "c2";
    const newer = search(pool);
    await settle();
    assert.deepEqual(held, ["c1", "c2"]);
    const forgets = (thread: FakeThread | undefined) => thread?.posted.filter(({ kind }) => kind === "forget");
    assert.deepEqual(forgets(threads[0]), []);
    done(threads[0], "by c1");
    assert.equal(await old, "by c1");
    assert.deepEqual(forgets(threads[0]), [{ kind: "forget", name: "c1" }]);
    done(threads[1], "by c2");
    assert.equal(await newer, "by c2");
    assert.deepEqual(forgets(threads[1]), []);
    assert.deepEqual(held, []);
  });

  test("closing finishes what was accepted and refuses the rest", async () => {
    const { pool, threads } = createFakes();
    const accepted = [search(pool), search(pool)];
    await settle();
    let isClosed = false;
    const closing = pool[Symbol.asyncDispose]().then(() => {
      isClosed = true;
    });
    await assert.rejects(search(pool), isUnavailable);
    done(threads[0]);
    await settle();
    assert.equal(isClosed, false);
    done(threads[0]);
    await Promise.all(accepted);
    await closing;
    assert.equal(threads[0]?.isOver, true);
  });

  test("a client whose searches are dear has its turn too while others never cease to ask", async () => {
    const { pool, threads } = createFakes({ threads: 2 });
    const ask = (client: string) => pool.search({ ...PLAIN_REQUEST, query: client }, {}, { client });
    const running = (thread: FakeThread): string | undefined => {
      const task = tasksOf(thread).at(-1);
      return task?.kind === "search" ? task.request.query : undefined;
    };
    const answered: string[] = [];
    const goOn = (client: string): void => void ask(client).then(() => answered.push(client));
    const finish = async (thread: FakeThread | undefined): Promise<void> => {
      assert.ok(thread !== undefined);
      const client = running(thread);
      thread.onMessage({ kind: "done", value: "found", cpuMs: client === "dear" ? 1000 : 10 });
      await settle();
      if (client !== undefined && client !== "dear") goOn(client);
      await settle();
    };
    goOn("dear");
    await settle();
    await finish(threads[0]);
    for (const client of ["first", "second", "third"]) goOn(client);
    await settle();
    goOn("dear");
    // Never are both threads free at the same time.
    for (let round = 0; round < 400 && answered.filter((client) => client === "dear").length < 2; round++)
      await finish(threads[round % 2]);
    assert.equal(answered.filter((client) => client === "dear").length, 2);
  });

  test("one thread is left to those whose searches are short, however many of the others wait", async () => {
    const { pool, threads } = createFakes({ threads: 2 });
    const ask = (client: string): void => void pool.search({ ...PLAIN_REQUEST, query: client }, {}, { client });
    for (const [client, cpuMs] of [
      ["dear", 1000],
      ["short", 10],
    ] as const) {
      ask(client);
      await settle();
      threads[0]?.onMessage({ kind: "done", value: "found", cpuMs });
      await settle();
    }
    for (let count = 0; count < 5; count++) ask("dear");
    await settle();
    assert.equal(pool.status.running, 1);
    ask("short");
    await settle();
    assert.equal(pool.status.running, 2);
  });
});
