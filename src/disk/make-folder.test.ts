import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { makeFolder } from "./make-folder.ts";

const folder = mkdtempSync(join(tmpdir(), "wenxun-make-folder-"));
after(() => rmSync(folder, { recursive: true }));

test("makes what is missing, and lets be what is there", () => {
  const path = join(folder, "a", "b", "c");
  for (let round = 0; round < 2; round++) makeFolder(path);
  assert.ok(statSync(path).isDirectory());
});

test("what is no folder is an error", () => {
  writeFileSync(join(folder, "file"), "");
  symlinkSync(join(folder, "nowhere"), join(folder, "link"));
  assert.throws(() => makeFolder(join(folder, "file")), { code: "EEXIST" });
  assert.throws(() => makeFolder(join(folder, "file", "a")), { code: "ENOTDIR" });
  assert.throws(() => makeFolder(join(folder, "link")), { code: "EEXIST" });
});

test("comes to an end where a folder takes no others", { skip: process.platform !== "linux" }, () => {
  const module = new URL("./make-folder.ts", import.meta.url).href;
  const script = `import { makeFolder } from ${JSON.stringify(module)}; makeFolder("/proc/none/segments");`;
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { timeout: 20_000 });
  assert.equal(status, 1);
  assert.match(String(stderr), /ENOENT|EACCES|EPERM/);
});
