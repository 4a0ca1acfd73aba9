import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { AppError } from "../errors.ts";
import { DEFAULT_THREADS, maxBodyBytesBelow, planMemory } from "./plan.ts";

const MIB = 2 ** 20;
const MILLION = { rows: 1_000_000, archiveBytes: 45 * MIB, encoderBytes: 3 * MIB };
const limits = { threads: undefined, queue: 64 };

test("a million articles fit below 256 MB with one thread, and get more where there is room", () => {
  assert.equal(planMemory(MILLION, { ...limits, ceilingBytes: 256 * MIB }).threads, 1);
  const roomy = planMemory(MILLION, { ...limits, ceilingBytes: 2048 * MIB });
  assert.deepEqual([roomy.threads, roomy.queue], [DEFAULT_THREADS, 64]);
  assert.equal(maxBodyBytesBelow(undefined), 32 * MIB);
  assert.equal(maxBodyBytesBelow(256 * MIB), 8 * MIB);
});

test("a second thread is started only where a busy server has room beside it", () => {
  const needs = { rows: 263_000, archiveBytes: 12 * MIB, encoderBytes: 3 * MIB };
  const threadsBelow = (mib: number): number => planMemory(needs, { ...limits, ceilingBytes: mib * MIB }).threads;
  assert.deepEqual([threadsBelow(256), threadsBelow(264)], [1, DEFAULT_THREADS]);
  const asked = planMemory(needs, { ...limits, threads: 2, ceilingBytes: 256 * MIB });
  assert.equal(asked.threads, 2, "who asks for two gets two where they fit");
});

test("what cannot fit is refused with what it needs, and what it needs is enough", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 20_000_000 }),
      fc.option(fc.integer({ min: 1, max: 16 }), { nil: undefined }),
      (rows, threads) => {
        const needs = { rows, archiveBytes: rows * 45, encoderBytes: 20 * MIB };
        let wanted = 0;
        try {
          planMemory(needs, { threads, queue: 64, ceilingBytes: 64 * MIB });
        } catch (error) {
          assert.ok(error instanceof AppError && error.code === "usage");
          assert.ok(error.remedy?.code === "set-option" && error.remedy.option === "max-memory");
          wanted = Number(/^(\d+)m$/.exec(error.remedy.value ?? "")?.[1]);
          assert.equal(error.message.includes("Fewer search threads"), (threads ?? 1) > 1);
        }
        const plan = planMemory(needs, { threads, queue: 64, ceilingBytes: wanted * MIB });
        assert.ok(plan.neededBytes <= wanted * MIB);
        assert.ok(plan.queue >= 1);
        assert.throws(() => planMemory(needs, { threads, queue: 64, ceilingBytes: (wanted - 1) * MIB }));
      },
    ),
  );
});
