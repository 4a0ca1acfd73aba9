/** What docs/IMPORT.md says of names, text and dates is what happens: every row of its tables is a test. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { packageRoot } from "../../src/config/paths.ts";
import { cleanBody, cleanTitle } from "../../src/ingest/clean-text.ts";
import { readDate } from "../../src/ingest/dates/read-date.ts";
import { createDateRules } from "../../src/ingest/dates/rules.ts";
import { usualPlace } from "../../src/ingest/field-names.ts";

const doc = readFileSync(join(packageRoot, "docs/IMPORT.md"), "utf8");

/** The rows of the table whose header line begins so, as cells. */
function rowsOf(header: string): string[][] {
  const lines = doc.split("\n");
  const start = lines.findIndex((line) => line.startsWith(header));
  assert.notEqual(start, -1, `docs/IMPORT.md has no table ${header}`);
  const rows: string[][] = [];
  for (const line of lines.slice(start + 2)) {
    if (!line.startsWith("|")) break;
    rows.push(
      line
        .slice(1, -1)
        .split(" | ")
        .map((cell) => cell.trim()),
    );
  }
  assert.ok(rows.length > 0);
  return rows;
}

const codesOf = (cell = ""): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);

for (const [field, names] of rowsOf("| field | some of the names")) {
  test(`names of ${field} in the documentation`, () => {
    const ranks = codesOf(names).map((name) => {
      const place = usualPlace(name);
      assert.equal(place?.field, field, name);
      return ["strong", "general", "weak"].indexOf(place?.kind ?? "");
    });
    assert.deepEqual(ranks, ranks.toSorted(), "the better ones first");
  });
}

for (const [where, written, stored] of rowsOf("| in a | written | stored |")) {
  test(`text in the documentation: ${where} ${written}`, () => {
    const [from, to] = [written, stored].map((cell) => codesOf(cell)[0]?.replaceAll("\\n", "\n") ?? "");
    assert.equal((where === "title" ? cleanTitle : cleanBody)(from ?? ""), to);
  });
}

const rules = createDateRules({ latestMs: Date.UTC(2027, 0) });

/** Objects and lists as JSON writes them, anything else as text. */
const toValue = (code: string): unknown => (/^[{[]/.test(code) ? JSON.parse(code) : code);

for (const [written, instant] of rowsOf("| written | read as |")) {
  for (const code of codesOf(written)) {
    test(`dates in the documentation: ${code} is ${instant}`, () => {
      const reading = readDate(toValue(code), rules);
      assert.ok("atMs" in reading, "flaw" in reading ? reading.flaw : "");
      assert.equal(new Date(reading.atMs).toISOString(), instant);
    });
  }
}

for (const [written, why] of rowsOf("| written | why it is no date |")) {
  for (const code of codesOf(written)) {
    test(`dates in the documentation: ${code} is none: ${why}`, () => assert.ok("flaw" in readDate(code, rules)));
  }
}
