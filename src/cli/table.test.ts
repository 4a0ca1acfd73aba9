import assert from "node:assert/strict";
import { test } from "node:test";
import { toTable } from "./table.ts";

test("columns stay aligned where Chinese characters stand", () => {
  const table = toTable(
    ["name", "n", "note"],
    [
      ["新华", "1", "a"],
      ["abcdef", "22", "b，"],
    ],
  );
  assert.equal(table, "name    n   note\n新华    1   a\nabcdef  22  b，\n");
});
