import assert from "node:assert/strict";
import { test } from "node:test";
import { PLAIN_REQUEST } from "../../src/archive/request.ts";
import { createFilled } from "../contracts/engine.ts";
import { drawArticles, somewhen } from "../contracts/search-corpus.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";
import { ENGINES } from "./engines.ts";

/** Vectors of so many dimensions stand far apart: what says just what is asked is some 16 deviations over the background. */
const DIMENSIONS = 256;

for (const engine of ENGINES.filter(({ name }) => name !== "plain maps")) {
  test(`in ${engine.name} the cosine of a table counts as it is, that of another encoder by its deviations`, async () => {
    const own = { id: "own", title: "云海茶园采茶节开幕", body: "茶农唱起山歌。" };
    const bestScore = async (name: string): Promise<number> => {
      const encoder = createFakeEncoder({ name, dimensions: DIMENSIONS });
      const archive = await createFilled(engine, [own, ...drawArticles(150, 11, somewhen)], { encoder });
      const [vector] = await encoder.encode([`${own.title}\n${own.body}`], { role: "query" });
      const encoded = { vector: vector ?? assert.fail(), fingerprint: encoder.fingerprint };
      const { hits } = await archive.search({ ...PLAIN_REQUEST, query: own.title, mode: "hybrid" }, encoded);
      assert.equal(hits[0]?.id, "own");
      return hits[0]?.score ?? 0;
    };
    assert.ok((await bestScore("static-fake")) <= 1.5);
    assert.ok((await bestScore("fake")) > 2);
  });
}
