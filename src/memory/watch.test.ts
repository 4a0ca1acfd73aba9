import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../errors.ts";
import { MemoryWatch } from "./watch.ts";

function createWatch() {
  const machine = { rss: 100, nowMs: 0 };
  const did: string[] = [];
  const watch = new MemoryWatch({
    ceilingBytes: 1000,
    readRssBytes: () => machine.rss,
    trim: (state) => did.push(`trim at ${machine.nowMs}${state === "short" ? "" : `, ${state}`}`),
    collect: () => did.push(`collect at ${machine.nowMs}`),
    renew: () => did.push(`renew at ${machine.nowMs}`),
    nowMs: () => machine.nowMs,
  });
  const pass = (ms: number): void => {
    for (const end = machine.nowMs + ms; machine.nowMs < end; machine.nowMs += 100) watch.look();
  };
  return { watch, machine, did, pass };
}

const isRefusal = (error: unknown): boolean =>
  error instanceof AppError &&
  error.code === "unavailable" &&
  error.retryAfterS === 2 &&
  error.remedy?.code === "set-option" &&
  error.remedy.option === "max-memory";

test("does nothing while there is room", () => {
  const { watch, did, pass } = createWatch();
  pass(60_000);
  watch.admit(100);
  assert.deepEqual(did, []);
  assert.equal(watch.status.state, "calm");
});

test("far from the ceiling caches are given back, not all the time, and threads stay", () => {
  const { machine, did, pass } = createWatch();
  machine.rss = 915;
  pass(60_000);
  assert.deepEqual(did, ["trim at 0", "trim at 5000", "trim at 15000", "trim at 35000"]);
});

test("nearer, threads are renewed after caches have been given back, neither all the time", () => {
  const { machine, did, pass } = createWatch();
  machine.rss = 925;
  pass(8_000);
  assert.deepEqual(did, ["trim at 0, full", "renew at 1000", "trim at 5000, full", "renew at 6000"]);
});

test("where trimming helps, nothing is renewed", () => {
  const { machine, did, pass } = createWatch();
  machine.rss = 930;
  pass(500);
  machine.rss = 800;
  pass(60_000);
  assert.deepEqual(did, ["trim at 0, full"]);
});

test("near the ceiling garbage is collected each time some has come, not all the time", () => {
  const { machine, did, pass } = createWatch();
  machine.rss = 930;
  pass(2000);
  assert.deepEqual(did, ["trim at 0, full", "renew at 1000"]);
  machine.rss = 940;
  pass(1000);
  machine.rss = 961;
  pass(1000);
  assert.deepEqual(did.slice(2), ["collect at 3000"]);
  // What the collection left counts from then on.
  machine.rss = 935;
  pass(100);
  machine.rss = 966;
  pass(500);
  assert.deepEqual(did.slice(3), ["collect at 4100"]);
});

test("garbage is collected from where caches go on, and not while nothing comes", () => {
  const { machine, did, pass } = createWatch();
  machine.rss = 885;
  pass(2000);
  machine.rss = 914;
  pass(1000);
  assert.deepEqual(did, ["trim at 0"]);
  machine.rss = 916;
  pass(1000);
  assert.deepEqual(did.slice(1), ["collect at 3000"]);
  machine.rss = 860;
  pass(1000);
  assert.equal(did.length, 2);
});

test("where giving back does not help, it is done ever more seldom, and often again after a while of calm", () => {
  const { machine, did, pass } = createWatch();
  machine.rss = 1010;
  pass(300_000);
  const renewals = did.filter((what) => what.startsWith("renew")).length;
  assert.ok(renewals >= 5 && renewals <= 9, `${renewals} renewals`);
  machine.rss = 700;
  pass(600_000);
  machine.rss = 980;
  did.length = 0;
  pass(8000);
  assert.equal(did.length, 4);
});

test("all but at the ceiling tasks run one at a time, and none is refused", () => {
  const { watch, machine, pass } = createWatch();
  machine.rss = 900;
  pass(100);
  assert.equal(watch.atOnce(2), 2);
  machine.rss = 980;
  pass(100);
  assert.equal(watch.atOnce(2), 1);
  watch.admit(60);
  assert.deepEqual([watch.status.state, watch.status.refused], ["full", 0]);
  machine.rss = 700;
  pass(100);
  assert.equal(watch.atOnce(2), 2);
});

test("threads are renewed sooner where tasks run one at a time", () => {
  const { machine, did, pass } = createWatch();
  machine.rss = 980;
  pass(12_000);
  assert.deepEqual(did, ["trim at 0, full", "renew at 1000", "trim at 5000, full", "renew at 6000"]);
});

test("at the ceiling a few tasks are let in, and others are told when to come again", () => {
  const { watch, machine, pass } = createWatch();
  machine.rss = 1010;
  pass(100);
  watch.admit(0);
  watch.admit(15);
  assert.throws(() => watch.admit(16), isRefusal);
  assert.throws(() => watch.admit(60), isRefusal);
  assert.deepEqual(watch.status, {
    ceilingBytes: 1000,
    rssBytes: 1010,
    highestBytes: 1010,
    state: "over",
    refused: 2,
  });
  machine.rss = 700;
  pass(100);
  watch.admit(60);
  assert.deepEqual([watch.status.state, watch.status.highestBytes], ["calm", 1010]);
});

test("looks before it lets a task in", () => {
  const { watch, machine } = createWatch();
  machine.rss = 1000;
  assert.throws(() => watch.admit(16), isRefusal);
});
