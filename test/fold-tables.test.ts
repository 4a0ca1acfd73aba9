import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fold } from "../src/text/fold.ts";

function readTable(name: string): string[][] {
  return readFileSync(new URL(`../tools/fold/${name}.txt`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .map((line) => line.trim().split(/\s+/));
}

for (const name of ["characters", "unihan", "words", "names", "terms"])
  test(`every form in tools/fold/${name}.txt is one with the form that its line begins with`, () => {
    const rows = readTable(name);
    assert.ok(rows.length > 50);
    const apart = rows.flatMap(([target = "", ...forms]) =>
      forms
        .filter((form) => fold(form) !== fold(target))
        .map((form) => `${form} ${fold(form)} ≠ ${fold(target)} ${target}`),
    );
    assert.deepEqual(apart, []);
  });
