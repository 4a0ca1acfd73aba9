import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createTestFolder } from "../../test/fakes/cli.ts";
import { AppError } from "../errors.ts";
import { readSettingsFile } from "./settings-file.ts";

const workingFolder = createTestFolder();
const isUsage = (pattern: RegExp) => (error: unknown) =>
  error instanceof AppError && error.code === "usage" && pattern.test(error.message);

test("wenxun.json may be missing, a file named by the user may not", () => {
  assert.equal(readSettingsFile({ workingFolder }), undefined);
  assert.throws(
    () => readSettingsFile({ workingFolder, path: "mine.json" }),
    isUsage(/mine\.json cannot be read \(ENOENT\)/),
  );
});

test("is read as JSON, a byte-order mark or not", () => {
  writeFileSync(join(workingFolder, "bom.json"), '\uFEFF{"port": 1}');
  assert.deepEqual(readSettingsFile({ workingFolder, path: "bom.json" }), { path: "bom.json", content: { port: 1 } });
  writeFileSync(join(workingFolder, "bad.json"), "{port: 1}");
  assert.throws(() => readSettingsFile({ workingFolder, path: "bad.json" }), isUsage(/bad\.json is not JSON/));
});
