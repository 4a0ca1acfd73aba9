/** Faults of the machine and of the settings, as `wenxun doctor` finds them. */
import assert from "node:assert/strict";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Machine } from "../../src/cli/doctor/machine.ts";
import { findMemoryLimit } from "../../src/cli/doctor/memory-limit.ts";
import { addSource, type Fault, GIB, soundMachine, testFaults } from "../fakes/doctor-case.ts";

const limits = (files: string): string =>
  `Limit  Soft Limit  Hard Limit  Units\nMax open files            ${files}                ${files}                files\n`;
const meminfo = (available: number, swapFree: number): string =>
  `MemAvailable: ${available} kB\nSwapTotal:  1000000 kB\nSwapFree:  ${swapFree} kB\n`;

/** A file of the machine that says something. */
const saying = (path: string, text: string): Partial<Machine> => ({
  readText: (asked) => (asked === path ? text : undefined),
});

function cgroup2(group: string, max: string): Machine["readText"] {
  return (path) =>
    path === "/proc/self/cgroup"
      ? `0::${group}/service\n`
      : path === `/sys/fs/cgroup${group}/memory.max`
        ? max
        : undefined;
}

/** Nothing listens there. */
const FREE_PORT = 47_611;

const FAULTS: readonly Fault[] = [
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
    comesAlong: ["open-to-all"],
  },
  {
    fault: "an embedding server behind a proxy that cannot reach it",
    code: "proxy-loopback",
    plant: () => ({
      settings: { encoder: "http://127.0.0.1:1" },
      env: { HTTP_PROXY: "http://proxy.example:3128", NODE_USE_ENV_PROXY: "1" },
    }),
    mend: /^export NO_PROXY=127\.0\.0\.1/,
    comesAlong: ["encoder-unavailable"],
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
    fault: "a clock before the program was made",
    code: "clock-wrong",
    plant: () => ({ machine: { nowMs: () => Date.parse("1970-01-02") } }),
    mend: /set-ntp/,
    comesAlong: ["clock-behind"],
  },
  {
    fault: "a zone that is none",
    code: "timezone-unknown",
    level: "warning",
    plant: () => ({ env: { TZ: "Mars/Base" } }),
    mend: /^export TZ=/,
  },
  {
    fault: "an address for readers that is none",
    code: "setting-wrong",
    plant: () => ({ settings: { "public-url": "ftp://example.org" } }),
    mend: /wenxun config/,
  },
  {
    fault: "two servers on one port",
    code: "ports-equal",
    plant: () => ({ settings: { port: FREE_PORT, "encoder-server-port": FREE_PORT } }),
    mend: /^--port N/,
  },
  {
    fault: "a proxy that what is followed goes around",
    code: "proxy-unused-by-sources",
    level: "warning",
    plant: ({ folder }) => {
      addSource(folder, { next_check_ms: Date.now() });
      return { env: { HTTPS_PROXY: "http://proxy.example:3128", NO_PROXY: "127.0.0.1,localhost" } };
    },
    mend: /docs\/SOURCES\.md/,
  },
  {
    fault: "a mail server's password that others may read",
    code: "settings-readable",
    plant: ({ workingFolder }) => {
      const path = join(workingFolder, "wenxun.json");
      writeFileSync(path, '{ "smtp": "smtp://user:secret@mail.example:587" }', { mode: 0o644 });
      return { machine: { readText: (asked: string) => (asked === path ? readFileSync(path, "utf8") : undefined) } };
    },
    mend: /^chmod 600 .*wenxun\.json/,
  },
  {
    fault: "a disk on which the archive does not fit twice",
    code: "disk-short",
    level: "warning",
    plant: ({ folder }) => {
      writeFileSync(join(folder, "rejects-2024.jsonl"), "");
      truncateSync(join(folder, "rejects-2024.jsonl"), GIB);
      return { machine: { room: () => ({ freeBytes: GIB / 2, freeFiles: 1e6, kind: 1 }) } };
    },
    mend: /larger disk/,
  },
];

testFaults(FAULTS);

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
