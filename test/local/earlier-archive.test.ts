/** An archive that an earlier version made: `test/fixtures/archive-format-1`, written in three commits. It opens as it is. */
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { PLAIN_REQUEST } from "../../src/archive/request.ts";
import { verifyArchive } from "../../src/local/care/verify.ts";
import { openLocalArchive } from "../../src/local/local-archive.ts";
import { createResources } from "../../src/resources/registry.ts";
import { putAll, scan } from "../contracts/engine.ts";
import { createTestFolder } from "../fakes/cli.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";

test("an archive of an earlier version opens, is searched, written to and found sound", async () => {
  const folder = join(createTestFolder(), "archive");
  cpSync(join(import.meta.dirname, "../fixtures/archive-format-1"), folder, { recursive: true });
  const encoder = createFakeEncoder();
  const archive = await openLocalArchive({ folder, resources: createResources(), loadEncoder: async () => encoder });
  try {
    const { articles, sources, categories, segments, span } = await archive.stats();
    assert.deepEqual([articles, sources, categories, segments], [20, 2, 1, 2]);
    assert.deepEqual(span, { fromMs: Date.UTC(2021, 0, 1), toMs: Date.UTC(2021, 0, 21) });
    const found = await scan(archive);
    assert.deepEqual([found.size, found.get("n4"), found.get("n3")?.title], [20, undefined, "渡口消息第3号更正"]);
    const [vector] = await encoder.encode(["渡口消息"], { role: "query" });
    const encoded = { vector: vector ?? assert.fail("a vector"), fingerprint: encoder.fingerprint };
    for (const mode of ["keyword", "hybrid"] as const) {
      const { total, hits } = await archive.search(
        { ...PLAIN_REQUEST, query: "渡船", mode, sources: ["江湾日报"] },
        mode === "keyword" ? {} : encoded,
      );
      assert.equal(total, 11, mode);
      assert.ok(hits.length > 0);
    }
    const same = [...found.values()].slice(0, 5);
    assert.deepEqual(await putAll(archive, same), { added: 0, updated: 0, unchanged: 5 }, "hashes are as they were");
    assert.deepEqual(await putAll(archive, [{ id: "n4", title: "渡口又开", body: "渡船开航。" }]), {
      added: 1,
      updated: 0,
      unchanged: 0,
    });
    assert.equal((await archive.search({ ...PLAIN_REQUEST, query: "渡船", mode: "keyword" }, {})).total, 21);
  } finally {
    await archive.close();
  }
  assert.deepEqual(verifyArchive(folder).problems, []);
});
