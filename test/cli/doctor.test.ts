import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, test } from "node:test";
import { createAuditLog } from "../../src/audit/audit-log.ts";
import { toOutput } from "../../src/cli/context.ts";
import { examine } from "../../src/cli/doctor/examine.ts";
import type { Finding } from "../../src/cli/doctor/finding.ts";
import type { Machine } from "../../src/cli/doctor/machine.ts";
import { createMachine } from "../../src/cli/doctor/machine.ts";
import { findMemoryLimit } from "../../src/cli/doctor/memory-limit.ts";
import { toPatient } from "../../src/cli/doctor.ts";
import { examineConfig } from "../../src/config/load-config.ts";
import { packageRoot } from "../../src/config/paths.ts";
import { databasePath, segmentFolder } from "../../src/local/store/database.ts";
import { sealRecord } from "../../src/local/store/record-check.ts";
import { createResources } from "../../src/resources/registry.ts";
import { openSourcesDatabase } from "../../src/sources/store/sources-database.ts";
import { createTestFolder, runCli } from "../fakes/cli.ts";
import { createTestArchive } from "../fakes/test-archive.ts";

const GIB = 2 ** 30;
const template = join(createTestFolder(), "archive");

/** Encoders are loaded once for all tests. */
const resources = createResources();
after(() => resources[Symbol.asyncDispose]());

before(() => createTestArchive(template));

/** A machine on which nothing is wrong, whatever this one is like. */
const soundMachine = (faults: Partial<Machine> = {}): Machine => ({
  ...createMachine(),
  memoryBytes: 4 * GIB,
  readText: () => undefined,
  room: () => ({ freeBytes: 50 * GIB, freeFiles: 1e6, kind: 0xef53 }),
  may: () => true,
  ...faults,
});

interface Case {
  readonly workingFolder: string;
  /** Of the archive in it. */
  readonly folder: string;
}

interface Asked {
  readonly machine?: Partial<Machine>;
  readonly env?: Readonly<Record<string, string>>;
  /** Of the settings file. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

function createCase(): Case {
  const workingFolder = createTestFolder();
  const folder = join(workingFolder, "archive");
  cpSync(template, folder, { recursive: true });
  return { workingFolder, folder };
}

async function examineCase(
  { workingFolder }: Case,
  { machine, env = {}, settings = {} }: Asked = {},
): Promise<readonly Finding[]> {
  const file = { path: "wenxun.json", content: { port: 0, ...settings } };
  const examined = { examine: () => examineConfig({ env, file }), load: () => assert.fail("it examines") };
  const { context } = createContext(workingFolder, env);
  return await examine(toPatient(examined, context, { machine: soundMachine(machine), resources }));
}

function createContext(workingFolder: string, env: Readonly<Record<string, string>>) {
  const output = toOutput({ write: () => true, once: () => undefined }, env);
  const stdin = (async function* () {})();
  const context = {
    env,
    workingFolder,
    stdin,
    stdout: output,
    stderr: output,
    stopSignal: () => new AbortController().signal,
    giveWay: () => {},
    endInFailure: () => {},
  };
  return { context };
}

const troubles = (findings: readonly Finding[]): readonly Finding[] => findings.filter(({ level }) => level !== "ok");

function change(folder: string, sql: string): void {
  const database = new DatabaseSync(databasePath(folder));
  database.exec(sql);
  sealRecord(database);
  database.close();
}

const limits = (files: string): string =>
  `Limit  Soft Limit  Hard Limit  Units\nMax open files            ${files}                ${files}                files\n`;
const meminfo = (available: number, swapFree: number): string =>
  `MemAvailable: ${available} kB\nSwapTotal:  1000000 kB\nSwapFree:  ${swapFree} kB\n`;

/** A file of the machine that says something. */
const saying = (path: string, text: string): Partial<Machine> => ({
  readText: (asked) => (asked === path ? text : undefined),
});

const segmentOf = (folder: string): string =>
  globSync(join(segmentFolder(folder), "*.seg"))[0] ?? assert.fail("no segment");

/** What is planted, and under which code it must be found; nothing else may be found with it but what is named. */
const FAULTS: readonly {
  readonly fault: string;
  readonly code: string;
  readonly level?: "warning";
  /** Plants it in the folder, or gives what is asked with it. */
  readonly plant: (planted: Case) => unknown;
  /** The command or setting that mends it. */
  readonly mend: RegExp;
}[] = [
  {
    fault: "no archive",
    code: "archive-missing",
    plant: ({ folder }) => rmSync(folder, { recursive: true }),
    mend: /^wenxun import FILE/,
  },
  {
    fault: "an article that is not as it was stored",
    code: "archive-damaged",
    plant: ({ folder }) => change(folder, "UPDATE article SET source_id = 2 WHERE id = 'bridge'"),
    mend: /wenxun verify --repair/,
  },
  {
    fault: "a segment that was cut",
    code: "archive-damaged",
    plant: ({ folder }) => truncateSync(segmentOf(folder), 100),
    mend: /wenxun verify/,
  },
  {
    fault: "a database that is none",
    code: "archive-damaged",
    plant: ({ folder }) => writeFileSync(databasePath(folder), "x".repeat(8192)),
    mend: /restore a backup.*--salvage/,
  },
  {
    fault: "another version's archive",
    code: "archive-version",
    plant: ({ folder }) => change(folder, "UPDATE setting SET value = '99' WHERE name = 'format_version'"),
    mend: /wenxun export/,
  },
  {
    fault: "vectors of another encoder",
    code: "encoder-mismatch",
    plant: ({ folder }) => change(folder, "UPDATE setting SET value = 'other-1' WHERE name = 'encoder_fingerprint'"),
    mend: /^wenxun reindex/,
  },
  {
    fault: "words of another version",
    code: "words-outdated",
    level: "warning",
    plant: ({ folder }) => change(folder, "UPDATE setting SET value = '1' WHERE name = 'fold_version'"),
    mend: /^wenxun reindex/,
  },
  {
    fault: "articles without a vector",
    code: "without-vector",
    level: "warning",
    plant: ({ folder }) => change(folder, "INSERT INTO unencoded SELECT min(key) FROM article"),
    mend: /^wenxun reindex/,
  },
  {
    fault: "an embedding server that is away",
    code: "encoder-unavailable",
    plant: () => ({ settings: { encoder: "http://127.0.0.1:1" } }),
    mend: /wenxun encoder-server/,
  },
  {
    fault: "a model that is not there",
    code: "encoder-unavailable",
    plant: () => ({ settings: { encoder: "onnx:./nowhere" } }),
    mend: /ls \.\/nowhere/,
  },
  {
    fault: "a Node.js that is too old",
    code: "node-too-old",
    plant: () => ({ machine: { nodeVersion: "20.11.0" } }),
    mend: /npm install node@24/,
  },
  {
    fault: "a setting out of range",
    code: "setting-wrong",
    plant: () => ({ settings: { "search-queue": "many" } }),
    mend: /wenxun config/,
  },
  {
    fault: "a setting that is none",
    code: "setting-wrong",
    plant: () => ({ settings: { prot: 1 } }),
    mend: /wenxun config/,
  },
  {
    fault: "a variable with a slip",
    code: "variable-unknown",
    level: "warning",
    plant: () => ({ env: { WENXUN_MAX_MEMROY: "256m" } }),
    mend: /export WENXUN_MAX_MEMORY=/,
  },
  {
    fault: "a full disk",
    code: "disk-full",
    plant: () => ({ machine: { room: () => ({ freeBytes: 1e6, freeFiles: 1e6, kind: 1 }) } }),
    mend: /du -xh/,
  },
  {
    fault: "no room for more files",
    code: "disk-inodes",
    plant: () => ({ machine: { room: () => ({ freeBytes: 1e12, freeFiles: 3, kind: 1 }) } }),
    mend: /df -i/,
  },
  {
    fault: "a network file system",
    code: "disk-network",
    plant: () => ({ machine: { room: () => ({ freeBytes: 1e12, freeFiles: undefined, kind: 0x6969 }) } }),
    mend: /disk of this machine/,
  },
  {
    fault: "a ceiling above the limit of its group",
    code: "memory-above-limit",
    plant: () => ({
      settings: { "max-memory": "512m" },
      machine: { readText: cgroup2("/wenxun", "268435456\n") },
    }),
    mend: /^--max-memory 232m/,
  },
  {
    fault: "a limit that the server does not know",
    code: "memory-no-ceiling",
    level: "warning",
    plant: () => ({ machine: { readText: cgroup2("/wenxun", "536870912\n") } }),
    mend: /^--max-memory 465m/,
  },
  {
    fault: "a ceiling below what the archive needs",
    code: "memory-too-small",
    plant: () => ({ settings: { "max-memory": "128m" } }),
    mend: /^--max-memory \d+m/,
  },
  {
    fault: "no memory left",
    code: "memory-short",
    plant: () => ({ machine: saying("/proc/meminfo", meminfo(50_000, 900_000)) }),
    mend: /ps -eo rss/,
  },
  {
    fault: "swap that is used up",
    code: "swap-full",
    level: "warning",
    plant: () => ({ machine: saying("/proc/meminfo", meminfo(5e6, 1000)) }),
    mend: /ps -eo rss/,
  },
  {
    fault: "files of somebody else",
    code: "files-unwritable",
    plant: () => ({
      machine: { may: (what: string, path: string) => what === "read" || !path.endsWith("archive.db") },
    }),
    mend: /^sudo chown -R/,
  },
  {
    fault: "files that this user may not read",
    code: "files-unreadable",
    plant: () => ({ machine: { may: (_: string, path: string) => !path.endsWith(".seg") } }),
    mend: /^sudo chown -R/,
  },
  {
    fault: "a folder that everybody may write",
    code: "files-open",
    plant: ({ folder }) => chmodSync(folder, 0o777),
    mend: /^chmod -R o-w/,
  },
  {
    fault: "tokens that others may read",
    code: "secrets-readable",
    plant: ({ folder }) => {
      writeTokens(folder);
      chmodSync(join(folder, "tokens.json"), 0o644);
    },
    mend: /^chmod -R go= .*tokens\.json/,
  },
  {
    fault: "few open files",
    code: "files-limit",
    plant: () => ({ machine: saying("/proc/self/limits", limits("256")) }),
    mend: /LimitNOFILE=/,
  },
  {
    fault: "a host of another machine",
    code: "host-wrong",
    plant: () => ({ settings: { host: "192.0.2.1" } }),
    mend: /^--host 127\.0\.0\.1/,
  },
  {
    fault: "an embedding server behind a proxy that cannot reach it",
    code: "proxy-loopback",
    plant: () => ({
      settings: { encoder: "http://127.0.0.1:1" },
      env: { HTTP_PROXY: "http://proxy.example:3128", NODE_USE_ENV_PROXY: "1" },
    }),
    mend: /^export NO_PROXY=127\.0\.0\.1/,
  },
  {
    fault: "a proxy without an exception for this machine",
    code: "proxy-loopback",
    level: "warning",
    plant: () => ({ env: { http_proxy: "http://proxy.example:3128", NO_PROXY: ".example" } }),
    mend: /^export NO_PROXY=\.example,127\.0\.0\.1/,
  },
  {
    fault: "every proxy believed",
    code: "proxy-everybody",
    plant: () => ({ settings: { "trusted-proxies": "0.0.0.0/0", "public-url": "https://example.org/" } }),
    mend: /^--trusted-proxies/,
  },
  {
    fault: "a proxy that nobody believes",
    code: "proxy-not-trusted",
    level: "warning",
    plant: () => ({ settings: { "public-url": "https://example.org/news/" } }),
    mend: /^--trusted-proxies/,
  },
  {
    fault: "no address for readers",
    code: "public-url-unset",
    level: "warning",
    plant: () => ({ settings: { "trusted-proxies": "127.0.0.1" } }),
    mend: /^--public-url/,
  },
  {
    fault: "a server for everybody without a token",
    code: "open-to-all",
    level: "warning",
    plant: () => ({ settings: { host: "0.0.0.0" } }),
    mend: /^--access token/,
  },
  {
    fault: "no token where one is needed",
    code: "nobody-can-read",
    plant: () => ({ settings: { access: "token" } }),
    mend: /^wenxun tokens add/,
  },
  {
    fault: "tokens that have expired",
    code: "nobody-can-read",
    plant: ({ folder }) => {
      writeTokens(folder, "2020-01-01T00:00:00.000Z");
      return { settings: { access: "token" } };
    },
    mend: /^wenxun tokens add/,
  },
  {
    fault: "a file of tokens that is none",
    code: "tokens-unreadable",
    plant: ({ folder }) => writeFileSync(join(folder, "tokens.json"), "{", { mode: 0o600 }),
    mend: /wenxun tokens add/,
  },
  {
    fault: "an audit log that was changed",
    code: "audit-broken",
    plant: async ({ folder }) => {
      const log = createAuditLog({ folder: join(folder, "audit"), maxFileBytes: 1e6 });
      await log.append([
        { what: "put", who: "one" },
        { what: "put", who: "other" },
      ]);
      const file = join(folder, "audit", "000001.jsonl");
      writeFileSync(file, readFileSync(file, "utf8").replace("one", "two"));
    },
    mend: /^wenxun audit verify/,
  },
  {
    fault: "a list of sources that is none",
    code: "sources-damaged",
    plant: ({ folder }) => writeFileSync(join(folder, "sources.db"), "x".repeat(4096)),
    mend: /backup/,
  },
  {
    fault: "a source that fails",
    code: "source-failing",
    level: "warning",
    plant: ({ folder }) => addSource(folder, { failures: 9, problem: "'no such host'", next_check_ms: Date.now() }),
    mend: /^wenxun sources why 1/,
  },
  {
    fault: "sources that nobody looks at",
    code: "sources-neglected",
    level: "warning",
    plant: ({ folder }) => addSource(folder, { next_check_ms: Date.now() - 3 * 86_400_000 }),
    mend: /^wenxun serve/,
  },
  {
    fault: "an archive from the future",
    code: "clock-behind",
    plant: ({ folder }) => utimesSync(join(folder, "last-commit"), new Date(), new Date(Date.now() + 3_600_000)),
    mend: /set-ntp/,
  },
  {
    fault: "a clock before the program was made",
    code: "clock-wrong",
    plant: () => ({ machine: { nowMs: () => Date.parse("1970-01-02") } }),
    mend: /set-ntp/,
  },
  {
    fault: "a zone that is none",
    code: "timezone-unknown",
    level: "warning",
    plant: () => ({ env: { TZ: "Mars/Base" } }),
    mend: /^export TZ=/,
  },
];

function cgroup2(group: string, max: string): Machine["readText"] {
  return (path) =>
    path === "/proc/self/cgroup"
      ? `0::${group}/service\n`
      : path === `/sys/fs/cgroup${group}/memory.max`
        ? max
        : undefined;
}

function writeTokens(folder: string, expires?: string): void {
  const token = {
    id: "a",
    name: "a",
    scopes: ["read"],
    hash: "0".repeat(64),
    created: "2019-01-01T00:00:00.000Z",
    expires,
  };
  const content = { version: 1, sessionKey: "k".repeat(32), tokens: [token] };
  writeFileSync(join(folder, "tokens.json"), JSON.stringify(content), { mode: 0o600 });
}

function addSource(folder: string, columns: Readonly<Record<string, string | number>>): void {
  const database = openSourcesDatabase(folder);
  const all = {
    kind: "'feed'",
    address: "'https://feeds.example/a'",
    full_text: "'auto'",
    afterwards: "'keep'",
    status: "'active'",
    interval_ms: 1,
    added_ms: 1,
    ...columns,
  };
  database.exec(`INSERT INTO source (${Object.keys(all)}) VALUES (${Object.values(all)})`);
  database.close();
}

/** What else is found with a fault, since one thing leads to another. */
const COMES_ALONG: Readonly<Record<string, readonly string[]>> = {
  "a host of another machine": ["open-to-all"],
  "an embedding server behind a proxy that cannot reach it": ["encoder-unavailable"],
  "a clock before the program was made": ["clock-behind"],
};

describe("wenxun doctor", () => {
  test("finds nothing wrong with a sound archive on a sound machine", async () => {
    assert.deepEqual(troubles(await examineCase(createCase())), []);
  });

  for (const { fault, code, level = "fault", plant, mend } of FAULTS) {
    test(`finds ${fault}`, async () => {
      const planted = createCase();
      const found = troubles(await examineCase(planted, ((await plant(planted)) ?? {}) as Asked));
      const finding = found.find((one) => one.code === code);
      assert.ok(finding, `${code} among ${found.map((one) => one.code).join(", ")}`);
      assert.equal(finding.level, level);
      assert.match(finding.mend ?? "", mend);
      const others = found.filter((one) => one.code !== code && !COMES_ALONG[fault]?.includes(one.code));
      assert.deepEqual(others, [], "and nothing that is not there");
    });
  }

  test("finds a port that another program has, and who that is", async (t) => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => server.close());
    const { port } = server.address() as { port: number };
    const findings = await examineCase(createCase(), {
      settings: { port },
      machine: { readText: createMachine().readText },
    });
    const found = findings.find(({ code }) => code === "port-in-use");
    assert.match(found?.what ?? "", new RegExp(`Port ${port} on 127\\.0\\.0\\.1 is taken`));
    if (process.platform === "linux")
      assert.equal(found?.mend, `kill ${process.pid}   (if it is not needed); or --port N`);
  });

  test("finds a writer that is stopped, and says how it goes on", {
    skip: process.platform !== "linux" && "only Linux tells who holds a lock",
  }, async (t) => {
    const planted = createCase();
    const script = `
      const { takeWriteLock } = await import(${JSON.stringify(join(packageRoot, "src", "local", "write", "write-lock.ts"))});
      takeWriteLock(process.argv[1]); console.log("held"); setInterval(() => {}, 1000);`;
    const writer = spawn(process.execPath, ["--input-type=module", "-e", script, planted.folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    t.after(() => writer.kill("SIGKILL"));
    await once(writer.stdout, "data");
    const { readText } = createMachine();
    const machine = { readText: (path: string) => (/cgroup|meminfo|limits/.test(path) ? undefined : readText(path)) };
    const running = await examineCase(planted, { machine });
    assert.deepEqual(troubles(running), []);
    assert.ok(running.some(({ what }) => what.startsWith(`it is being written by process ${writer.pid} (`)));
    writer.kill("SIGSTOP");
    // The signal is on its way until the state says so.
    while (!/^State:\s+T/m.test(readFileSync(`/proc/${writer.pid}/status`, "utf8"))) await new Promise(setImmediate);
    const [found, ...others] = troubles(await examineCase(planted, { machine }));
    assert.equal(found?.code, "locked-by-stopped");
    assert.match(found?.mend ?? "", new RegExp(`^kill -CONT ${writer.pid} `));
    assert.deepEqual(others, []);
    const [unseen] = troubles(await examineCase(planted));
    assert.equal(unseen?.code, "locked-elsewhere", "where the system does not tell who");
  });

  test("changes nothing on the disk", async () => {
    const { workingFolder, folder } = createCase();
    addSource(folder, { next_check_ms: 1 });
    const state = () =>
      globSync("**", { cwd: workingFolder }).map((path) => {
        const { mtimeMs, size, mode } = statSync(join(workingFolder, path));
        return [path, mtimeMs, size, mode];
      });
    const earlier = state();
    await runCli(["doctor"], { workingFolder });
    assert.deepEqual(state(), earlier);
    const empty = createTestFolder();
    await runCli(["doctor"], { workingFolder: empty });
    assert.deepEqual(globSync("*", { cwd: empty }), []);
  });

  test("ends with 1 where there is a fault, as JSON too", async () => {
    const { workingFolder, folder } = createCase();
    mkdirSync(join(workingFolder, "empty"));
    const args = ["doctor", "--archive", "empty", "--port", "0", "--json"];
    const { exitCode, stdout } = await runCli(args, { workingFolder });
    assert.equal(exitCode, 1);
    const report = JSON.parse(stdout) as { healthy: boolean; faults: number; findings: Finding[] };
    assert.equal(report.healthy, false);
    assert.ok(report.faults >= 1);
    assert.ok(
      report.findings.some(({ code, mend }) => code === "archive-missing" && mend?.includes("--archive empty")),
    );
    writeFileSync(join(workingFolder, "wenxun.json"), "{");
    const broken = await runCli(["doctor", "--archive", folder], { workingFolder });
    assert.match(broken.stdout, /FAULT {4}settings Settings file wenxun\.json is not JSON/);
  });
});

test("the tightest limit of memory counts, of control groups of either version", () => {
  const machine = (files: Readonly<Record<string, string>>): Machine =>
    soundMachine({ readText: (path) => files[path] });
  assert.deepEqual(findMemoryLimit(machine({})), { bytes: 4 * GIB, path: undefined });
  assert.deepEqual(
    findMemoryLimit(
      machine({
        "/proc/self/cgroup": "0::/a/b\n",
        "/sys/fs/cgroup/a/b/memory.max": "max\n",
        "/sys/fs/cgroup/a/memory.max": "1073741824\n",
      }),
    ),
    { bytes: GIB, path: "/sys/fs/cgroup/a/memory.max" },
  );
  assert.deepEqual(
    findMemoryLimit(
      machine({
        "/proc/self/cgroup": "5:cpu:/x\n4:memory:/docker/1\n",
        "/sys/fs/cgroup/memory/docker/1/memory.limit_in_bytes": "9223372036854771712\n",
        "/sys/fs/cgroup/memory/memory.limit_in_bytes": "536870912\n",
      }),
    ),
    { bytes: GIB / 2, path: "/sys/fs/cgroup/memory/memory.limit_in_bytes" },
  );
});
