import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { RejectsFile } from "./rejects-file.ts";

test("the file says where it is full, and grows no further", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "wenxun-rejects-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const rejects = new RejectsFile(folder, { maxBytes: 1000 });
  for (let line = 1; line <= 1000; line++) rejects.add("FILE", { line, excerpt: () => "x".repeat(50) }, "is junk");
  rejects.close();
  const lines = readFileSync(rejects.path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.ok(lines.length > 5 && lines.length < 20, String(lines.length));
  assert.match(lines.at(-1).reason, /full/);
  assert.deepEqual(
    lines.slice(0, -1).map(({ line }) => line),
    lines.slice(0, -1).map((_, index) => index + 1),
  );
});
