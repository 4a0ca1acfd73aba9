import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Reranker } from "../../src/encoder/reranker.ts";

const QUERY = "港口恢复通航";
const TEXTS = [
  "The museum opens its new wing on Sunday",
  "港口昨日恢复通航，首批十二艘货轮进港",
  "市政府公布今年的老城区供水改造计划",
  "水",
  "乒乓球公开赛决赛今晚打响",
  "恢复通航的港口",
];

/** Texts in which there is nothing to read. */
const EMPTY_TEXTS = ["", " \n\t", "……！？", "🙂🎉"];

/** What every re-ranker must hold to. `open` makes a new one; it is closed at the end. */
export function rerankerContract(name: string, open: () => Promise<Reranker>): void {
  describe(`${name}: contract of a re-ranker`, () => {
    let reranker: Reranker;
    before(async () => {
      reranker = await open();
    });
    after(() => reranker.close());

    test("says what it is", () => {
      assert.match(reranker.name, /^\S+$/);
      assert.ok(reranker.fingerprint.length > 0);
      assert.ok(Number.isFinite(reranker.bytes) && reranker.bytes >= 0);
      assert.ok(Number.isSafeInteger(reranker.batchTexts) && reranker.batchTexts > 0);
    });

    test("gives each text the score that it gets alone, in the order of the texts", async () => {
      const scores = await reranker.score(QUERY, TEXTS);
      assert.equal(scores.length, TEXTS.length);
      for (const [index, text] of TEXTS.entries()) {
        const [alone] = await reranker.score(QUERY, [text]);
        assert.ok(alone !== undefined && Number.isFinite(alone));
        assert.ok(Math.abs(alone - (scores[index] ?? Number.NaN)) < 1e-4, `${text}: ${alone}, not ${scores[index]}`);
      }
      assert.deepEqual(await reranker.score(QUERY, []), []);
    });

    test("a text that is the query itself is above one that shares nothing with it", async () => {
      const [same = Number.NaN, other = Number.NaN] = await reranker.score(QUERY, [QUERY, "乒乓球公开赛决赛今晚打响"]);
      assert.ok(same > other, `${same} is not above ${other}`);
    });

    test("has no score where there is nothing to read", async () => {
      const mixed = EMPTY_TEXTS.flatMap((empty, index) => [empty, TEXTS[index] ?? ""]);
      const scores = await reranker.score(QUERY, mixed);
      mixed.forEach((text, index) => {
        assert.equal(scores[index] === undefined, EMPTY_TEXTS.includes(text), JSON.stringify(text));
      });
      assert.deepEqual(await reranker.score("……", [TEXTS[0] ?? ""]), [undefined]);
    });

    test("reads a text that is longer than it can take", async () => {
      const [score] = await reranker.score("长".repeat(3000), ["港口恢复通航。".repeat(3000)]);
      assert.ok(score !== undefined && Number.isFinite(score));
    });

    test("answers who asks at the same time each with their own", async () => {
      const [alone, other] = [await reranker.score(QUERY, TEXTS), await reranker.score("供水改造", TEXTS)];
      const together = await Promise.all([reranker.score(QUERY, TEXTS), reranker.score("供水改造", TEXTS)]);
      for (const [which, wanted] of [alone, other].entries()) {
        wanted.forEach((score, index) => {
          assert.ok(Math.abs((together[which]?.[index] ?? Number.NaN) - (score ?? Number.NaN)) < 1e-4);
        });
      }
    });

    test("ends with the signal's reason when aborted", async () => {
      const reason = new Error("enough");
      await assert.rejects(reranker.score(QUERY, TEXTS, { signal: AbortSignal.abort(reason) }), reason);
    });
  });
}
