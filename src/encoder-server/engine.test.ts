import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { createFakeWindowedEncoder, type FakeWindow } from "../../test/fakes/windowed-encoder.ts";
import { AppError } from "../errors.ts";
import { type EmbedRequest, Engine } from "./engine.ts";
import type { EngineLimits } from "./limits.ts";

const LIMITS: EngineLimits = {
  maxRequestInputs: 100,
  maxHeldInputs: 200,
  maxHeldTokens: 1000,
  maxWindows: 4,
  batchTokens: 64,
  batchSquares: 4096,
  parallelBatches: 1,
  deadlineMs: 60_000,
  cacheBytes: 0,
};

function engineOf(limits: Partial<EngineLimits> = {}) {
  const encoder = createFakeWindowedEncoder();
  const engine = new Engine<FakeWindow>({ encoder, limits: { ...LIMITS, ...limits } });
  return { encoder, engine };
}

const document = (texts: readonly string[], options: Partial<EmbedRequest> = {}): EmbedRequest => ({
  texts,
  role: "document",
  overflow: "truncate",
  ...options,
});

const refused = (code: string) => (error: unknown) => error instanceof AppError && error.code === code;

/** Lets everything run that waits for nothing but a turn of the event loop. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await nextTurn();
}

describe("engine", () => {
  test("gives the encoder's own vectors, in order, however requests are mixed", async () => {
    const word = fc.string({ unit: fc.constantFrom("港", "口", "海", "ship", " ", "新"), minLength: 1, maxLength: 6 });
    const request = fc.array(word, { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 8 }), async (requests) => {
        const { encoder, engine } = engineOf({ cacheBytes: 4096 });
        const answers = await Promise.all(requests.map((texts) => engine.embed(document(texts))));
        for (const [index, texts] of requests.entries()) {
          const cut = texts.map((text) => text.slice(0, encoder.maxTokens));
          const expected = await encoder.encode(cut, { role: "document" });
          assert.deepEqual(
            answers[index]?.map(({ vector }) => vector),
            expected,
          );
        }
        assert.equal(engine.state.heldInputs, 0);
        assert.equal(engine.state.heldTokens, 0);
      }),
      { numRuns: 50 },
    );
  });

  test("batches what arrives together, within the budget", async () => {
    const { encoder, engine } = engineOf();
    await Promise.all(
      Array.from({ length: 12 }, (_, index) => engine.embed(document([`港口新闻第${index}条`.padEnd(16)]))),
    );
    assert.deepEqual(
      encoder.batches.map(({ length }) => length),
      [4, 4, 4],
    );
  });

  test("cuts, refuses or averages a text that is too long, and says which", async () => {
    const { engine, encoder } = engineOf();
    const text = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉";
    const [cut] = await engine.embed(document([text]));
    assert.equal(cut?.isCut, true);
    assert.equal(cut?.tokenCount, 16);
    const [head, tail] = await encoder.encode([text.slice(0, 16), text.slice(16)], { role: "document" });
    assert.deepEqual(cut?.vector, head);

    await assert.rejects(engine.embed(document(["短", text], { overflow: "error" })), (error) => {
      assert.ok(refused("text-too-long")(error));
      assert.match(String(error), /Text 2 of 2 has 20 characters and more than the 16 tokens/);
      return true;
    });

    const [mean] = await engine.embed(document([text], { overflow: "average" }));
    assert.equal(mean?.isCut, false);
    assert.equal(mean?.tokenCount, 20);
    assert.ok(head !== undefined && tail !== undefined && mean?.vector !== undefined);
    const expected = head.map((value, index) => value * 16 + (tail[index] ?? 0) * 4);
    const norm = Math.hypot(...expected);
    mean.vector.forEach((value, index) => {
      assert.ok(Math.abs(value - (expected[index] ?? 0) / norm) < 1e-6);
    });

    const [stillCut] = await engine.embed(document(["水".repeat(65)], { overflow: "average" }));
    assert.equal(stillCut?.isCut, true);
    assert.equal(stillCut?.tokenCount, 64);
  });

  test("refuses what is over the limits, the same for one large request and many small ones", async () => {
    const { encoder, engine } = engineOf({ maxHeldInputs: 10, maxHeldTokens: 100 });
    encoder.gate.close();
    const held = Array.from({ length: 10 }, (_, index) => engine.embed(document([`第${index}`])));
    await settle();
    await assert.rejects(engine.embed(document(["再来"])), (error) => {
      assert.ok(refused("overloaded")(error));
      assert.ok(error instanceof AppError && (error.retryAfterS ?? 0) >= 1);
      return true;
    });
    assert.throws(() => engine.checkRoom(), refused("overloaded"));
    encoder.gate.open();
    await Promise.all(held);

    encoder.gate.close();
    const large = engine.embed(document(Array.from({ length: 10 }, (_, index) => `批次${index}`)));
    await settle();
    await assert.rejects(engine.embed(document(["再来"])), refused("overloaded"));
    encoder.gate.open();
    assert.equal((await large).length, 10);

    encoder.gate.close();
    const heavy = engine.embed(
      document(["水".repeat(16), "火".repeat(16), "木".repeat(16), "金".repeat(16), "土".repeat(16)]),
    );
    await settle();
    await assert.rejects(engine.embed(document(["日".repeat(16), "月".repeat(16)])), refused("overloaded"));
    encoder.gate.open();
    await heavy;
    assert.equal((await engine.embed(document(["日".repeat(16), "月".repeat(16)]))).length, 2);
  });

  test("large requests leave room for a client that sends a few texts", async () => {
    const { engine } = engineOf({ maxHeldInputs: 100 });
    const large = document(Array.from({ length: 25 }, (_, index) => `${index}`));
    const outcomes = Array.from({ length: 8 }, () =>
      engine.embed(large).then(
        () => "done",
        () => "refused",
      ),
    );
    const small = engine.embed(document(["港口", "海"]));
    assert.equal((await small).length, 2);
    assert.deepEqual((await Promise.all(outcomes)).toSorted(), ["done", "done", "done", ...Array(5).fill("refused")]);
    const most = engine.embed(document(Array.from({ length: 100 }, (_, index) => `${index}`)));
    assert.equal((await most).length, 100, "alone, a request may be as large as all that may be held");
  });

  test("says that a request which could never be held is too large, not that it should be tried again", async () => {
    const { engine } = engineOf({ maxHeldTokens: 40 });
    const texts = ["水".repeat(16), "火".repeat(16), "木".repeat(16)];
    await assert.rejects(engine.embed(document(texts)), refused("payload-too-large"));
    await assert.rejects(engine.embed(document(new Array(101).fill("水"))), refused("payload-too-large"));
    assert.equal(engine.state.heldInputs, 0);
    assert.equal(engine.state.heldTokens, 0);
  });

  test("takes the texts of a client that has gone out of the queue", async () => {
    const { encoder, engine } = engineOf();
    encoder.gate.close();
    const first = engine.embed(document(["先来的"]));
    await settle();
    const gone = new AbortController();
    const abandoned = engine.embed(document(["走掉的"], { signal: gone.signal }));
    const last = engine.embed(document(["后来的"]));
    await settle();
    gone.abort();
    await assert.rejects(abandoned, { name: "AbortError" });
    encoder.gate.open();
    await Promise.all([first, last]);
    assert.deepEqual(encoder.batches, [["先来的"], ["后来的"]]);
    await assert.rejects(engine.embed(document(["x"], { signal: AbortSignal.abort() })), { name: "AbortError" });
    assert.equal(engine.state.heldInputs, 0);
  });

  test("gives up at the deadline", async () => {
    const { encoder, engine } = engineOf({ deadlineMs: 20 });
    encoder.gate.close();
    await assert.rejects(engine.embed(document(["等不到"])), refused("timeout"));
    await assert.rejects(engine.embed(document(["也等不到"], { deadlineMs: 1 })), refused("timeout"));
    encoder.gate.open();
    await settle();
    assert.equal(engine.state.heldTokens, 0);
    assert.equal(engine.state.waitingTexts, 0);
  });

  test("remembers queries, keeps roles apart, and computes equal ones once", async () => {
    const { encoder, engine } = engineOf({ cacheBytes: 100_000 });
    const twins = await Promise.all([engine.embed(document(["港口"])), engine.embed(document(["港口"]))]);
    assert.deepEqual(twins[0], twins[1]);
    await engine.embed(document(["港口"]));
    assert.deepEqual(encoder.batches, [["港口"]]);
    assert.equal(engine.state.cacheHits, 2);
    await engine.embed(document(["港口"], { role: "query" }));
    assert.equal(encoder.batches.length, 2);
  });

  test("a query goes on for those who still wait when one of them goes", async () => {
    const { encoder, engine } = engineOf({ cacheBytes: 100_000 });
    encoder.gate.close();
    const blocker = engine.embed(document(["挡路", "的"]));
    await settle();
    const gone = new AbortController();
    const impatient = engine.embed(document(["港口"], { signal: gone.signal }));
    const patient = engine.embed(document(["港口"]));
    await settle();
    gone.abort();
    await assert.rejects(impatient, { name: "AbortError" });
    encoder.gate.open();
    assert.equal((await patient).length, 1);
    await blocker;

    encoder.gate.close();
    const second = engine.embed(document(["再挡", "路"]));
    await settle();
    const alone = new AbortController();
    const onlyOne = engine.embed(document(["海湾"], { signal: alone.signal }));
    await settle();
    alone.abort();
    await assert.rejects(onlyOne, { name: "AbortError" });
    const newcomer = engine.embed(document(["海湾"]));
    encoder.gate.open();
    assert.equal((await newcomer).length, 1);
    await second;
  });

  test("a query that everybody has stopped waiting for is not computed", async () => {
    const { encoder, engine } = engineOf({ cacheBytes: 100_000 });
    encoder.gate.close();
    const blocker = engine.embed(document(["挡路", "的"]));
    await settle();
    const [one, other] = [new AbortController(), new AbortController()];
    const waiting = [one, other].map(({ signal }) => engine.embed(document(["港口"], { signal })));
    await settle();
    one.abort();
    other.abort();
    for (const gone of waiting) await assert.rejects(gone, { name: "AbortError" });
    await settle();
    assert.equal(engine.state.waitingTexts, 0, "it left the queue");
    assert.equal(engine.state.heldInputs, 2, "only the blocker's texts are held");
    encoder.gate.open();
    await blocker;
    await settle();
    assert.deepEqual(encoder.batches, [["挡路", "的"]]);
  });

  test("an encoder that fails takes its batch along, not the engine", async () => {
    const encoder = createFakeWindowedEncoder();
    let failures = 1;
    const flaky = {
      ...encoder,
      encodeWindows: async (windows: readonly FakeWindow[]) => {
        if (failures-- > 0) throw new AppError("encoder-unavailable", "away");
        return encoder.encodeWindows(windows);
      },
    };
    const engine = new Engine<FakeWindow>({ encoder: flaky, limits: { ...LIMITS, cacheBytes: 10_000 } });
    await assert.rejects(engine.embed(document(["港口"])), refused("encoder-unavailable"));
    assert.equal((await engine.embed(document(["港口"]))).length, 1);
    assert.equal(engine.state.heldInputs, 0);
  });

  test("closing answers what was accepted and refuses what comes", async () => {
    const { encoder, engine } = engineOf();
    encoder.gate.close();
    const accepted = engine.embed(document(["收下的"]));
    await settle();
    const closed = engine.close();
    await assert.rejects(engine.embed(document(["迟到的"])), refused("unavailable"));
    encoder.gate.open();
    assert.equal((await accepted).length, 1);
    await closed;
  });
});
