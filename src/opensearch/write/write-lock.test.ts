/** One writes at a time: who is at work keeps the lock, who gives it back or has died is waited for. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createClusterMeta } from "../../../test/fakes/cluster-meta.ts";
import { AppError } from "../../errors.ts";
import { WriteLock } from "./write-lock.ts";

const isLocked = (error: unknown): boolean => error instanceof AppError && error.code === "archive-locked";

test("whoever waits gets the lock when it is given back, one after the other", async () => {
  const { meta } = createClusterMeta();
  let writing = 0;
  let most = 0;
  const write = async (): Promise<void> => {
    const lock = await WriteLock.take(meta);
    most = Math.max(most, ++writing);
    await sleep(30);
    lock.check();
    writing--;
    await lock.release();
  };
  await Promise.all([write(), write(), write(), write()]);
  assert.equal(most, 1);
});

test("a batch that is told of is waited for", async () => {
  const { meta } = createClusterMeta();
  const lock = await WriteLock.take(meta);
  const next = WriteLock.take(meta);
  await sleep(50);
  await lock.show({ what: "import", startedAtMs: 0, done: 0 });
  await sleep(400);
  await lock.show(undefined);
  await lock.release();
  await (await next).release();
});

test("who has been at work for longer than a batch is not waited for", async (t) => {
  const { meta } = createClusterMeta();
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() });
  const lock = await WriteLock.take(meta);
  t.mock.timers.tick(11_000);
  const refused = assert.rejects(WriteLock.take(meta), isLocked);
  await sleep(50);
  await lock.show({ what: "import", startedAtMs: 0, done: 0 });
  await refused;
  lock.check();
  await lock.release();
  await (await WriteLock.take(meta)).release();
});

test("the lock of one who died is taken when it expires, and the dead one is told should it wake", async (t) => {
  const { meta } = createClusterMeta();
  const lock = await WriteLock.take(meta);
  const held = await meta.read<{ expiresAtMs: number }>("lock");
  assert.ok(held !== undefined && held.value.expiresAtMs > Date.now());
  await meta.write("lock", { ...held.value, expiresAtMs: Date.now() + 300 }, held);
  const next = await WriteLock.take(meta);
  await lock.show(undefined);
  assert.throws(() => lock.check(), isLocked);
  next.check();
  t.after(() => lock.release());
  await next.release();
});
