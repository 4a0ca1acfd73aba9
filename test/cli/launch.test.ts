/** How bin/ starts Node.js: what a heap may hold must be said before the program runs. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createTestFolder } from "../fakes/cli.ts";

const launcher = new URL("../../bin/node.mjs", import.meta.url);

interface LaunchSettings {
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What the launcher would start a command with, in a process without flags of its own. */
function settingsFor(
  args: readonly string[],
  {
    env = {},
    cwd = createTestFolder(),
    isSource = true,
  }: { env?: NodeJS.ProcessEnv; cwd?: string; isSource?: boolean } = {},
): LaunchSettings {
  const script = `import { launchSettings } from ${JSON.stringify(launcher.href)};
    console.log(JSON.stringify(launchSettings(${JSON.stringify(args)}, ${isSource})));`;
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", script], { env, cwd, encoding: "utf8" });
  return JSON.parse(output) as LaunchSettings;
}

test("servers and what runs long get bounded heaps, other commands what Node.js gives", () => {
  assert.deepEqual(settingsFor(["serve"]).flags, ["--max-old-space-size=192", "--max-semi-space-size=4"]);
  assert.deepEqual(settingsFor(["encoder-server"]).flags, ["--max-old-space-size=96", "--max-semi-space-size=4"]);
  for (const command of ["import", "reindex"])
    assert.deepEqual(settingsFor([command]).flags, ["--max-old-space-size=512", "--max-semi-space-size=8"], command);
  assert.deepEqual(settingsFor(["search", "x"]), { flags: [], env: {} });
});

test("what the user says to Node.js goes first", () => {
  assert.deepEqual(settingsFor(["serve"], { env: { NODE_OPTIONS: "--max-old-space-size=500" } }).flags, []);
  const { env } = settingsFor(["serve"], { env: { MALLOC_ARENA_MAX: "8" } });
  assert.equal(env.MALLOC_ARENA_MAX, undefined);
  assert.equal(env.MALLOC_TRIM_THRESHOLD_, "131072");
  assert.equal(settingsFor(["import", "x.jsonl"]).env.MALLOC_TRIM_THRESHOLD_, undefined);
});

test("only sources need their stripped types kept", () => {
  assert.ok(settingsFor(["serve"]).env.NODE_COMPILE_CACHE?.endsWith(join(".cache", "wenxun", "code")));
  assert.equal(settingsFor(["serve"], { isSource: false }).env.NODE_COMPILE_CACHE, undefined);
});

test("a low ceiling makes heaps small, wherever it is set", () => {
  const small = ["--max-old-space-size=96", "--max-semi-space-size=1", "--optimize-for-size", "--expose-gc"];
  assert.deepEqual(settingsFor(["serve", "--max-memory", "256m"]).flags, small);
  assert.deepEqual(settingsFor(["serve", "--port", "1", "--max-memory=0.25GiB"]).flags, small);
  assert.deepEqual(settingsFor(["serve"], { env: { WENXUN_MAX_MEMORY: "262144k" } }).flags, small);
  const cwd = createTestFolder();
  writeFileSync(join(cwd, "wenxun.json"), '{ "max-memory": "256m" }');
  assert.deepEqual(settingsFor(["serve"], { cwd }).flags, small);
  assert.ok(settingsFor(["serve", "--max-memory", "1g"], { cwd }).flags.includes("--max-semi-space-size=4"));
});

test("what is no size is left to whoever reads the settings", () => {
  for (const value of ["much", "", "-1"])
    assert.equal(settingsFor(["serve", "--max-memory", value]).flags.includes("--expose-gc"), false, value);
});
