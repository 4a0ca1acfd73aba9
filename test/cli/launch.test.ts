/** How bin/ starts Node.js: what a heap may hold must be said before the program runs. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, cpSync, existsSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
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
    assert.deepEqual(settingsFor([command]).flags, ["--max-old-space-size=512", "--max-semi-space-size=2"], command);
  assert.deepEqual(settingsFor(["search", "x"]), { flags: [], env: {} });
});

test("what the user says to Node.js goes first", () => {
  assert.deepEqual(settingsFor(["serve"], { env: { NODE_OPTIONS: "--max-old-space-size=500" } }).flags, []);
  const { env } = settingsFor(["serve"], { env: { MALLOC_ARENA_MAX: "8" } });
  assert.equal(env.MALLOC_ARENA_MAX, undefined);
  assert.equal(env.MALLOC_TRIM_THRESHOLD_, "131072");
  assert.equal(settingsFor(["import", "x.jsonl"]).env.MALLOC_TRIM_THRESHOLD_, "131072");
  assert.deepEqual(settingsFor(["search", "x"]).env, {});
});

test("the young heap keeps its bound while the old one is being marked", () => {
  const program = `
    import { keepYoungHeapBounded } from ${JSON.stringify(launcher.href)};
    import { getHeapSpaceStatistics } from "node:v8";
    keepYoungHeapBounded("serve");
    const kept = [];
    let most = 0;
    for (let round = 0; round < 20_000; round++) {
      for (let count = 0; count < 20; count++) kept[(round * 20 + count) % 400_000] = { round, list: [count, [count]] };
      for (let count = 0; count < 60; count++) globalThis.garbage = new Array(200).fill(count);
      const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space");
      most = Math.max(most, young.physical_space_size);
    }
    console.log(most / 2 ** 20);`;
  const { flags } = settingsFor(["serve", "--max-memory", "256m"]);
  const mostMb = Number(
    execFileSync(process.execPath, [...flags, "--input-type=module", "-e", program], { encoding: "utf8" }),
  );
  // Two halves of 1 MB; unbounded 7 MB and more.
  assert.ok(mostMb <= 3, `${mostMb} MB`);
});

test("only sources need their stripped types kept", () => {
  assert.ok(settingsFor(["serve"]).env.NODE_COMPILE_CACHE?.endsWith(join(".cache", "wenxun", "code")));
  assert.equal(settingsFor(["serve"], { isSource: false }).env.NODE_COMPILE_CACHE, undefined);
});

test("a low ceiling makes heaps small, wherever it is set", () => {
  const small = [
    "--max-old-space-size=144",
    "--max-semi-space-size=1",
    "--optimize-for-size",
    "--v8-pool-size=1",
    "--expose-gc",
  ];
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

test("the first command in a new checkout makes it ready, and its results alone go to standard output", () => {
  const root = new URL("../../", import.meta.url);
  const checkout = createTestFolder();
  for (const path of ["bin/wenxun.mjs", "bin/node.mjs", "tools/prepare.mjs", "package-lock.json"]) {
    cpSync(new URL(path, root), join(checkout, path));
  }
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(checkout, path)), { recursive: true });
    writeFileSync(join(checkout, path), text);
  };
  write("package.json", '{ "type": "module" }');
  write("src/cli/main.ts", "export const main = async (args: string[]) => (console.log('runs', args.join()), 0);");
  const make = (...paths: string[]): string => `import { mkdirSync, writeFileSync } from "node:fs";
    console.log("chatter");
    for (const path of ${JSON.stringify(paths)}) mkdirSync(path, { recursive: true });`;
  write("npm.js", `${make("node_modules")} writeFileSync("node_modules/.package-lock.json", "{}");`);
  write("tools/build.ts", make("build/kernel", "build/web"));
  const run = () =>
    spawnSync(process.execPath, [join(checkout, "bin/wenxun.mjs"), "import", "x.jsonl"], {
      cwd: checkout,
      env: { ...process.env, npm_execpath: join(checkout, "npm.js") },
      encoding: "utf8",
    });
  const first = run();
  assert.equal(first.stdout, "runs import,x.jsonl\n", first.stderr);
  assert.match(first.stderr, /Installing dependencies/);
  const second = run();
  assert.equal(second.stdout, "runs import,x.jsonl\n");
  assert.equal(second.stderr, "");
});

const FULL = "/dev/full";

test("a disk that is full is a failure like every other", { skip: !existsSync(FULL) && "no such device" }, (t) => {
  const full = openSync(FULL, "w");
  t.after(() => closeSync(full));
  const bin = fileURLToPath(new URL("../../bin/wenxun.mjs", import.meta.url));
  const run = (args: readonly string[], stdout: number | "pipe", stderr: number | "pipe") =>
    spawnSync(process.execPath, [bin, ...args], { stdio: ["ignore", stdout, stderr], encoding: "utf8" });
  const told = run(["config"], full, "pipe");
  assert.deepEqual([told.status, told.stderr.split("\n").length], [1, 2]);
  assert.match(told.stderr, /^wenxun: Cannot write to standard output: ENOSPC/);
  const { error } = JSON.parse(run(["config", "--json"], full, "pipe").stderr);
  assert.deepEqual([error.code, error.exitCode], ["disk-full", 1]);
  assert.equal(run(["nothing"], "pipe", full).status, 2, "who cannot be told why is told by the exit code");
});
