import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  createFakes,
  createStarted,
  done,
  idsOf,
  isUnavailable,
  optionOf,
  search,
  settle,
} from "../../../test/fakes/search-threads.ts";
import { AppError } from "../../errors.ts";

describe("the threads of the search pool", () => {
  test("starts none before somebody asks", async () => {
    const { pool, threads } = createFakes({ threads: 2 });
    await settle();
    assert.equal(threads.length, 0);
    const found = search(pool);
    await settle();
    assert.equal(threads.length, 1);
    done(threads[0]);
    assert.equal(await found, "found");
  });

  test("starts further threads when tasks wait, and lets none wait for a start while one thread goes on", async () => {
    const { pool, threads } = await createStarted({ threads: 2 });
    assert.equal(threads.length, 1);
    const [first] = threads;
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
    const { pool, threads } = await createStarted({ threads: 2, atOnce: () => 1 });
    const found = ["a", "b"].map((id) => pool.article(id));
    await settle();
    assert.equal(threads.length, 1);
    done(threads[0], "A");
    done(threads[0], "B");
    await Promise.all(found);
  });

  test("ends threads that have nothing to do for long, all but one, and starts them again", async (context) => {
    context.mock.timers.enable({ apis: ["setInterval"] });
    const { pool, threads } = await createStarted({ threads: 2, restAfterMs: 1 });
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
    const { pool, threads } = await createStarted();
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
});
