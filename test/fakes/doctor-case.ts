import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { toOutput } from "../../src/cli/context.ts";
import { examine } from "../../src/cli/doctor/examine.ts";
import type { Finding } from "../../src/cli/doctor/finding.ts";
import { createMachine, type Machine } from "../../src/cli/doctor/machine.ts";
import { toPatient } from "../../src/cli/doctor.ts";
import { examineConfig } from "../../src/config/load-config.ts";
import { createResources } from "../../src/resources/registry.ts";
import { openSourcesDatabase } from "../../src/sources/store/sources-database.ts";
import { createTestFolder } from "./cli.ts";
import { createTestArchive } from "./test-archive.ts";

export const GIB = 2 ** 30;
const template = join(createTestFolder(), "archive");

/** Encoders are loaded once for all tests. */
const resources = createResources();
after(() => resources[Symbol.asyncDispose]());

before(() => createTestArchive(template));

/** A machine on which nothing is wrong, whatever this one is like. */
export const soundMachine = (faults: Partial<Machine> = {}): Machine => ({
  ...createMachine(),
  memoryBytes: 4 * GIB,
  readText: () => undefined,
  room: () => ({ freeBytes: 50 * GIB, freeFiles: 1e6, kind: 0xef53 }),
  may: () => true,
  ...faults,
});

/** A sound archive in a folder of its own, into which a fault is planted. */
export interface Case {
  readonly workingFolder: string;
  /** Of the archive in it. */
  readonly folder: string;
}

/** What the doctor is asked with. */
export interface Asked {
  readonly machine?: Partial<Machine>;
  readonly env?: Readonly<Record<string, string>>;
  /** Of the settings file. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

export function createCase(): Case {
  const workingFolder = createTestFolder();
  const folder = join(workingFolder, "archive");
  cpSync(template, folder, { recursive: true });
  return { workingFolder, folder };
}

export async function examineCase(
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

export const troubles = (findings: readonly Finding[]): readonly Finding[] =>
  findings.filter(({ level }) => level !== "ok");

/** What is planted, and under which code it must be found; nothing else may be found with it but what is named. */
export interface Fault {
  readonly fault: string;
  readonly code: string;
  readonly level?: "warning";
  /** Plants it in the folder, or gives what is asked with it. */
  readonly plant: (planted: Case) => unknown;
  /** The command or setting that mends it. */
  readonly mend: RegExp;
  /** What else is found, since one thing leads to another. */
  readonly comesAlong?: readonly string[];
}

/** Each fault is planted in a sound archive on a sound machine, and found alone. */
export function testFaults(faults: readonly Fault[]): void {
  for (const { fault, code, level = "fault", plant, mend, comesAlong = [] } of faults) {
    test(`finds ${fault}`, async () => {
      const planted = createCase();
      const found = troubles(await examineCase(planted, ((await plant(planted)) ?? {}) as Asked));
      const finding = found.find((one) => one.code === code);
      assert.ok(finding, `${code} among ${found.map((one) => one.code).join(", ")}`);
      assert.equal(finding.level, level);
      assert.match(finding.mend ?? "", mend);
      const others = found.filter((one) => one.code !== code && !comesAlong.includes(one.code));
      assert.deepEqual(others, [], "and nothing that is not there");
    });
  }
}

export function addSource(folder: string, columns: Readonly<Record<string, string | number>>): void {
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
