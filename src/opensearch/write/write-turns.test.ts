/** Several who write many batches each take turns, and one alone keeps the lock. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createClusterMeta } from "../../../test/fakes/cluster-meta.ts";
import { AppError } from "../../errors.ts";
import { KeyRanges } from "./key-ranges.ts";
import { WriteLock } from "./write-lock.ts";
import { WriteTurns } from "./write-turns.ts";

test("one who writes alone takes the lock once", async () => {
  const { meta } = createClusterMeta();
  let taken = 0;
  const turns = new WriteTurns({ meta, onTake: async () => void taken++ });
  for (let batch = 0; batch < 5; batch++) await turns.run(() => sleep(5));
  assert.deepEqual([taken, turns.isHeld], [1, true]);
  await turns.release();
});

test("two who write many batches write in turn, never at once, and see what the other wrote before", async () => {
  const { meta } = createClusterMeta();
  const log: string[] = [];
  let writing = 0;
  let last = 0;
  const write = async (name: string): Promise<void> => {
    let known = 0;
    const turns = new WriteTurns({
      meta,
      onTake: async () => {
        known = last;
      },
    });
    for (let batch = 0; batch < 3; batch++)
      await turns.run(async () => {
        assert.equal(++writing, 1);
        assert.equal(known, last, "what others wrote is known when a turn begins");
        await sleep(250);
        known = ++last;
        log.push(name);
        writing--;
      });
    await turns.release();
  };
  await Promise.all([write("a"), write("b")]);
  assert.equal(log.length, 6);
  const changes = log.filter((name, index) => index > 0 && name !== log[index - 1]).length;
  assert.ok(changes >= 2, log.join(" "));
});

test("one who has nothing to write keeps nobody waiting, and writes again afterwards", async () => {
  const { meta } = createClusterMeta();
  const turns = [1, 2].map(() => new WriteTurns({ meta, onTake: async () => {} }));
  const [idle, other] = turns as [WriteTurns, WriteTurns];
  await idle.take();
  await other.run(() => sleep(5));
  await other.release();
  await idle.run(() => sleep(5));
  await idle.release();
});

test("nobody is let in while the archive is built anew", async () => {
  const { meta } = createClusterMeta();
  const lock = await WriteLock.take(meta);
  const refused = assert.rejects(
    WriteLock.take(meta, { asks: true }),
    (error) => error instanceof AppError && error.code === "archive-locked",
  );
  await sleep(50);
  await lock.show({ what: "reindex", startedAtMs: 0, done: 0 });
  await refused;
  await lock.release();
});

test("a writer knows its own keys among those of others", () => {
  const own = new KeyRanges();
  own.add(1, 3);
  own.add(4, 6);
  own.add(9, 9);
  assert.deepEqual(
    Array.from({ length: 11 }, (_, key) => own.has(key)),
    [false, true, true, true, true, true, true, false, false, true, false],
  );
});
