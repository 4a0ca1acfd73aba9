/** One writes at a time: who is at work keeps the lock, who gives it back or has died is waited for. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../../errors.ts";
import type { ClusterClient, ClusterRequest } from "../connection/cluster-client.ts";
import { MetaStore } from "../index/meta-store.ts";
import { WriteLock } from "./write-lock.ts";

/** A cluster with one small index, whose documents change only as they were read. */
function createMeta(): MetaStore {
  const documents = new Map<string, { source: object; seqNo: number }>();
  let seqNo = 0;
  const answer = ({ method, path, query = {}, body = {} }: ClusterRequest): { status: number; body: unknown } => {
    const stored = documents.get(path);
    if (method === "GET")
      return stored === undefined
        ? { status: 404, body: {} }
        : { status: 200, body: { _source: stored.source, _seq_no: stored.seqNo, _primary_term: 1 } };
    const holds = query.op_type === "create" ? stored === undefined : query.if_seq_no === stored?.seqNo;
    if (!holds) return { status: 409, body: {} };
    if (method === "DELETE") documents.delete(path);
    else documents.set(path, { source: structuredClone(body), seqNo: ++seqNo });
    return { status: 200, body: {} };
  };
  const client: ClusterClient = { request: async (request) => answer(request), close: async () => {} };
  return new MetaStore(client, "news-meta");
}

const isLocked = (error: unknown): boolean => error instanceof AppError && error.code === "archive-locked";

test("whoever waits gets the lock when it is given back, one after the other", async () => {
  const meta = createMeta();
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
  const meta = createMeta();
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
  const meta = createMeta();
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
  const meta = createMeta();
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
