/**
 * Runs the tests: node tools/test.ts [PART-OF-PATH …]. The last line of its output is `N passed, N failed, N skipped`.
 * Fails when a test fails, when none ran, and, with CI=true, when a browser test (test/browser/) was skipped.
 */
import { chmodSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { run } from "node:test";
import { inspect } from "node:util";

/** A file that takes longer hangs. */
const FILE_TIMEOUT_MS = 5 * 60_000;

/** Memory that a folder of temporary files in memory must have left, for it to be used. */
const MEMORY_FOLDER_BYTES = 2 ** 31;

/** How long each file took when it ran last: the longest start first, so that no processor is idle at the end. */
const DURATIONS_FILE = join(import.meta.dirname, "..", "node_modules", ".cache", "wenxun-test-durations.json");

/** Stands in for durations where none were recorded yet: files and folders that take longest, in order; what is named by none comes last. */
const LONGEST_FIRST = [
  "test/package/package",
  "test/browser/barriers",
  "test/browser/hostile",
  "test/browser/proxy",
  "test/browser/tasks",
  "test/crash/",
  "test/engines/",
  "test/browser/",
  "src/local/vectors/vector-scanner",
  "test/quality/",
  "test/",
];

const root = join(import.meta.dirname, "..");
const wanted = process.argv.slice(2);
const durations = readDurations();
const files = globSync(["src/**/*.test.ts", "test/**/*.test.ts", "kernel/**/*.test.ts"], { cwd: root })
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .map((file) => file.split(sep).join("/"))
  .sort()
  // What has not run yet comes first: it may take long.
  .sort((a, b) => (durations[b] ?? Infinity) - (durations[a] ?? Infinity) || rankOf(a) - rankOf(b));

interface Outcome {
  readonly file: string;
  readonly name: string;
  readonly detail: string;
}

let passed = 0;
const failures: Outcome[] = [];
const skips: Outcome[] = [];

if (files.length > 0) {
  await using started = new AsyncDisposableStack();
  keepTemporaryFilesInMemory(started);
  await shareBrowserOf(files, started);
  process.env.NODE_COMPILE_CACHE ??= join(root, "node_modules", ".cache", "compiled");
  await runFiles();
  writeDurations();
}

for (const { file, name, detail } of failures) console.log(`\n✖ ${file}: ${name}\n${detail.replace(/^/gm, "    ")}`);
if (skips.length > 0) console.log("\nSKIPPED:");
for (const { file, name, detail } of skips) console.log(`  ${file}: ${name}: ${detail}`);

const browserSkipped = process.env.CI === "true" && skips.some(({ file }) => file.startsWith("test/browser/"));
if (browserSkipped) console.log("\nBrowser tests must run where CI=true: install Chromium, nginx, Caddy and openssl.");
if (passed === 0) console.log("\nNo test ran.");
if (failures.length > 0 || passed === 0 || browserSkipped) process.exitCode = 1;
console.log(`\n${passed} passed, ${failures.length} failed, ${skips.length} skipped`);

async function runFiles(): Promise<void> {
  // One more than there are processors, since each waits now and then.
  const concurrency = availableParallelism() + 1;
  const paths = files.map((file) => join(root, file));
  for await (const event of run({ files: paths, concurrency, timeout: FILE_TIMEOUT_MS, cwd: root })) {
    switch (event.type) {
      case "test:pass": {
        const { name, file = name, skip, todo, details } = event.data;
        // A to-do says that something is missing: it counts as skipped. A suite counts by its tests.
        if (skip !== undefined || todo !== undefined) skips.push(toOutcome(file, name, reason(skip ?? todo)));
        else if (details.type !== "suite") passed++;
        break;
      }
      case "test:fail": {
        const { name, file = name, todo, details } = event.data;
        if (todo !== undefined) skips.push(toOutcome(file, name, reason(todo)));
        // Otherwise a suite or test repeats what its subtests said.
        else if (details.error.failureType !== "subtestsFailed")
          failures.push(toOutcome(file, name, inspect(details.error.cause ?? details.error)));
        break;
      }
      case "test:summary": {
        const { file, success, duration_ms: durationMs } = event.data;
        if (file === undefined) break;
        durations[toShown(file)] = Math.round(durationMs);
        console.log(`${success ? "✔" : "✖"} ${toShown(file)} (${(durationMs / 1000).toFixed(1)} s)`);
        break;
      }
      case "test:stdout":
      case "test:stderr":
        process.stdout.write(event.data.message);
        break;
    }
  }
}

function rankOf(file: string): number {
  const rank = LONGEST_FIRST.findIndex((folder) => file.startsWith(folder));
  return rank === -1 ? LONGEST_FIRST.length : rank;
}

/** Milliseconds by file; empty before the first run. */
function readDurations(): Record<string, number> {
  try {
    return JSON.parse(readFileSync(DURATIONS_FILE, "utf8")) as Record<string, number>;
  } catch {
    return {};
  }
}

function writeDurations(): void {
  try {
    mkdirSync(dirname(DURATIONS_FILE), { recursive: true });
    // Not written over: the folder may be a copy that shares its files with others.
    rmSync(DURATIONS_FILE, { force: true });
    writeFileSync(DURATIONS_FILE, JSON.stringify(durations));
  } catch {
    // Where nothing can be written, the next run starts in the order of the table.
  }
}

/** Tests write thousands of small files and wait for each to reach the disk; where memory serves as a disk, it takes no time. */
function keepTemporaryFilesInMemory(started: AsyncDisposableStack): void {
  const memoryFolder = "/dev/shm";
  try {
    const { bavail, bsize } = statfsSync(memoryFolder);
    if (process.env.TMPDIR !== undefined || bavail * bsize < MEMORY_FOLDER_BYTES) return;
    const folder = mkdtempSync(join(memoryFolder, "wenxun-tests-"));
    // Some tests run a command as somebody else, who has to get at what lies below.
    chmodSync(folder, 0o711);
    const remove = (): void => rmSync(folder, { recursive: true, force: true });
    started.defer(remove);
    // What stays there takes memory until the machine is started anew.
    process.once("exit", remove);
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
    process.env.TMPDIR = folder;
  } catch {
    // There is none, or it may not be written.
  }
}

/** One browser for all files: each would start one of its own. */
async function shareBrowserOf(tests: readonly string[], started: AsyncDisposableStack): Promise<void> {
  if (tests.filter((file) => file.startsWith("test/browser/")).length < 2) return;
  const { NO_BROWSER, shareBrowser } = await import("../test/browser/chromium.ts");
  if (NO_BROWSER !== undefined) return;
  const browser = await shareBrowser();
  started.defer(() => browser.close());
}

function toOutcome(file: string, name: string, detail: string): Outcome {
  return { file: toShown(file), name: name === file ? "the file itself" : name, detail };
}

function toShown(file: string): string {
  return relative(root, file).split(sep).join("/");
}

function reason(value: string | boolean | undefined): string {
  return typeof value === "string" ? value : "no reason given";
}
