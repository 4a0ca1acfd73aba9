import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { PLAIN_REQUEST } from "../../archive/request.ts";
import { AppError } from "../../errors.ts";
import { toPostedError } from "../../threads/posted-error.ts";
import type { ThreadEvents } from "../../threads/start-thread.ts";
import type { FromThread, SearchTask, ToThread } from "./messages.ts";
import { SearchPool, type SearchPoolOptions } from "./pool.ts";

/** A thread that does what the test says, when it says so. */
interface FakeThread extends ThreadEvents<FromThread> {
  readonly posted: ToThread[];
  isOver: boolean;
}

function createFakes(options: Partial<SearchPoolOptions> = {}) {
  const threads: FakeThread[] = [];
  const held: string[] = [];
  const crashes: Error[] = [];
  const archive = { snapshot: "c1" };
  const pool = new SearchPool({
    info: { timezone: "UTC" },
    threads: 1,
    maxWaiting: 10,
    startThread: (events) => {
      const thread: FakeThread = { ...events, posted: [], isOver: false };
      threads.push(thread);
      return {
        post: (message) => {
          thread.posted.push(message);
          if (message.kind !== "close") return;
          thread.isOver = true;
          setImmediate(() => events.onEnd(undefined));
        },
        terminate: async () => {
          thread.isOver = true;
          setImmediate(() => events.onEnd(undefined));
        },
      };
    },
    borrowSnapshot: async () => {
      const name = archive.snapshot;
      held.push(name);
      return { data: { name }, [Symbol.dispose]: () => held.splice(held.indexOf(name), 1) };
    },
    onCrash: (error) => crashes.push(error),
    ...options,
  });
  return { pool, threads, held, crashes, archive };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const tasksOf = ({ posted }: FakeThread): SearchTask[] =>
  posted.flatMap((message) => (message.kind === "task" ? [message.task] : []));
const idsOf = (thread: FakeThread): string[] => tasksOf(thread).map((task) => ("id" in task ? task.id : "search"));
const done = (thread: FakeThread | undefined, value: unknown = "found"): void =>
  thread?.onMessage({ kind: "done", value });
const search = (pool: SearchPool, signal?: AbortSignal) => pool.search(PLAIN_REQUEST, {}, { signal });
const optionOf = (error: unknown): string | undefined =>
  error instanceof AppError && error.remedy?.code === "set-option" ? error.remedy.option : undefined;

const isUnavailable = (error: unknown): boolean => error instanceof AppError && error.code === "unavailable";

describe("the search pool", () => {
  test("starts further threads when tasks wait, and lets none wait for a start while one thread goes on", async () => {
    const { pool, threads } = createFakes({ threads: 2 });
    pool.warmUp();
    assert.equal(threads.length, 1);
    const [first] = threads;
    first?.onMessage({ kind: "ready" });
    const found = ["a", "b"].map((id) => pool.article(id));
    await settle();
    assert.equal(threads.length, 2);
    assert.deepEqual(threads.map(idsOf), [["a"], []]);
    // The first is done before the second has started.
    done(first, "A");
    assert.deepEqual(threads.map(idsOf), [["a", "b"], []]);
    threads[1]?.onMessage({ kind: "ready" });
    const later = pool.article("c");
    await settle();
    assert.deepEqual(threads.map(idsOf), [["a", "b"], ["c"]]);
    done(first, "B");
    done(threads[1], "C");
    assert.deepEqual(await Promise.all([...found, later]), ["A", "B", "C"]);
  });

  test("starts no further thread while memory lets one task alone run", async () => {
    const { pool, threads } = createFakes({ threads: 2, atOnce: () => 1 });
    pool.warmUp();
    threads[0]?.onMessage({ kind: "ready" });
    const found = ["a", "b"].map((id) => pool.article(id));
    await settle();
    assert.equal(threads.length, 1);
    done(threads[0], "A");
    done(threads[0], "B");
    await Promise.all(found);
  });

  test("ends threads that have nothing to do for long, all but one, and starts them again", async (context) => {
    context.mock.timers.enable({ apis: ["setInterval"] });
    const { pool, threads } = createFakes({ threads: 2, restAfterMs: 1 });
    pool.warmUp();
    threads[0]?.onMessage({ kind: "ready" });
    const askTwo = async (): Promise<void> => {
      const found = ["a", "b"].map((id) => pool.article(id));
      await settle();
      threads.at(-1)?.onMessage({ kind: "ready" });
      for (const thread of threads.filter(({ isOver }) => !isOver)) done(thread);
      await Promise.all(found);
    };
    await askTwo();
    await new Promise((resolve) => setTimeout(resolve, 5));
    context.mock.timers.tick(1);
    await settle();
    assert.deepEqual(
      threads.map(({ isOver }) => isOver),
      [false, true],
    );
    await askTwo();
    assert.equal(threads.length, 3);
  });

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

  test("what is called off after it has begun ends with its thread, and the next task gets another", async () => {
    const { pool, threads, held, crashes } = createFakes({ stopAfterMs: 10 });
    const [gone, quick] = [new AbortController(), new AbortController()];
    const endless = search(pool, gone.signal);
    await settle();
    gone.abort(new AppError("unavailable", "too late"));
    await assert.rejects(endless, /too late/);
    const next = pool.article("next");
    while (threads.length === 1) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(threads[0]?.isOver, true);
    done(threads[1]);
    await next;
    assert.deepEqual([held, crashes, pool.status.running], [[], [], 0]);
    const short = search(pool, quick.signal);
    await settle();
    quick.abort(new AppError("unavailable", "gone"));
    await assert.rejects(short, /gone/);
    done(threads[1]);
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.equal(threads[1]?.isOver, false, "it came to its end in time");
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

  test("a thread that ends takes only its own task along", async () => {
    const { pool, threads, held, crashes } = createFakes();
    const lost = search(pool);
    const other = search(pool);
    await settle();
    threads[0]?.onEnd(new Error("segfault"));
    await assert.rejects(lost, (error) => isUnavailable(error) && (error as AppError).retryAfterS === 1);
    assert.deepEqual(crashes.map(String), ["Error: segfault"]);
    assert.equal(threads.length, 2);
    // The new thread knows no snapshot yet.
    assert.deepEqual(
      threads[1]?.posted.map(({ kind }) => kind),
      ["snapshot", "task"],
    );
    done(threads[1]);
    await other;
    assert.deepEqual(held, []);
  });

  test("says so when a thread ran out of memory", async () => {
    const { pool, threads } = createFakes();
    const lost = search(pool);
    await settle();
    threads[0]?.onEnd(Object.assign(new Error("heap"), { code: "ERR_WORKER_OUT_OF_MEMORY" }));
    await assert.rejects(lost, (error) => isUnavailable(error) && optionOf(error) === "max-memory");
  });

  test("an idle thread that ends is started again when it is needed", async () => {
    const { pool, threads } = createFakes();
    pool.warmUp();
    threads[0]?.onEnd(new Error("killed"));
    assert.equal(threads.length, 1);
    const next = search(pool);
    await settle();
    assert.equal(threads.length, 2);
    done(threads[1]);
    await next;
  });

  test("renewing lets a thread finish, and end, before another begins", async () => {
    const { pool, threads } = createFakes();
    const running = search(pool);
    await settle();
    pool.renew();
    assert.equal(threads[0]?.isOver, false);
    const next = search(pool);
    done(threads[0]);
    await running;
    assert.equal(threads[0]?.isOver, true);
    assert.equal(threads.length, 1);
    while (threads.length < 2) await settle();
    assert.deepEqual(threads.map(idsOf), [["search"], ["search"]]);
    done(threads[1]);
    await next;
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
