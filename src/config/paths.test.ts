import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { assetFolders, packageRoot, readVersion } from "./paths.ts";

test("the package root is the folder of package.json", () => {
  assert.ok(existsSync(join(packageRoot, "package.json")));
  assert.match(readVersion(), /^\d+\.\d+\.\d+/);
});

test("the models are where the paths say", () => {
  assert.ok(existsSync(assetFolders.models));
});
