import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { SYNONYMS_FILE } from "../text/synonyms.ts";
import { createSynonymsFile } from "./synonyms-file.ts";

test("an archive's own synonyms are read, read again when they change, and gone when the file is", () => {
  const folder = mkdtempSync(join(tmpdir(), "wenxun-synonyms-"));
  try {
    let nowMs = 0;
    const told: string[] = [];
    const synonyms = createSynonymsFile({ folder, onProblem: (message) => told.push(message), nowMs: () => nowMs });
    const others = (word: string): readonly string[] => synonyms().expand(word)[0]?.alternatives ?? [];
    assert.deepEqual([others("东盟"), others("巴老师")], [["东协"], []], "what comes with wenxun");
    writeFileSync(join(folder, SYNONYMS_FILE), "巴老师, 巴金\n只有一个\n");
    assert.deepEqual(others("巴老师"), [], "a look holds for a second");
    nowMs = 1000;
    assert.deepEqual(others("巴老师"), ["巴金"]);
    assert.equal(told.length, 1);
    assert.match(told[0] ?? "", /synonyms\.txt, line 2: .*: 只有一个/);
    writeFileSync(join(folder, SYNONYMS_FILE), "巴老师, 李尧棠\n");
    nowMs = 2000;
    assert.deepEqual(others("巴老师"), ["李尧棠"]);
    rmSync(join(folder, SYNONYMS_FILE));
    nowMs = 3000;
    assert.deepEqual([others("巴老师"), others("东盟")], [[], ["东协"]]);
    assert.equal(told.length, 1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
