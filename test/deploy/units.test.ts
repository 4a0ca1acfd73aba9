/** What deploy/, compose.yaml and the Dockerfile promise of the places they make. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { packageRoot } from "../../src/config/paths.ts";
import { bytes } from "../../src/config/value-types.ts";

const UNITS = globSync("deploy/*.service", { cwd: packageRoot });
const read = (path: string): string => readFileSync(join(packageRoot, path), "utf8");

/** What systemd calls OK begins at 2.0 of 10, and what it calls MEDIUM at 5. */
const HIGHEST_EXPOSURE = 2.5;

const hasSystemd = spawnSync("systemd-analyze", ["--version"]).error === undefined;
const needsSystemd = { skip: hasSystemd ? false : "no systemd-analyze" } as const;

test("units leave a service little that it could harm, by systemd's own measure", needsSystemd, () => {
  assert.ok(UNITS.length >= 3);
  for (const unit of UNITS) {
    const { stdout } = spawnSync("systemd-analyze", ["security", "--offline=true", join(packageRoot, unit)], {
      encoding: "utf8",
    });
    const level = Number(/Overall exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1]);
    assert.ok(level <= HIGHEST_EXPOSURE, `${unit}: ${level}\n${stdout}`);
  }
});

test("units are read by systemd without a complaint of their own", needsSystemd, () => {
  for (const unit of globSync("deploy/*.{service,timer}", { cwd: packageRoot })) {
    const { stderr } = spawnSync("systemd-analyze", ["verify", join(packageRoot, unit)], { encoding: "utf8" });
    const complaints = stderr
      .split("\n")
      .filter((line) => line.includes(basename(unit)) && !line.includes("is not executable"));
    assert.deepEqual(complaints, [], unit);
  }
});

test("no unit forbids what Node.js needs: it compiles what it runs", () => {
  for (const unit of UNITS) assert.doesNotMatch(read(unit), /^MemoryDenyWriteExecute=(?:yes|true|1)/m, unit);
});

const toBytes = (text: string | undefined): number => bytes("1", "1024g").parse(text ?? "") ?? Number.NaN;

test("the server turns requests away before its unit slows it, and the unit slows it before the kernel ends it", () => {
  const unit = read("deploy/wenxun.service");
  const [own, high, max] = [/WENXUN_MAX_MEMORY=(\w+)/, /^MemoryHigh=(\w+)/m, /^MemoryMax=(\w+)/m].map((pattern) =>
    toBytes(pattern.exec(unit)?.[1]),
  );
  assert.ok(
    own !== undefined && high !== undefined && max !== undefined && own < high && high < max,
    `${own} ${high} ${max}`,
  );
  const [, search = ""] = read("compose.yaml").split(/^ {2}search:$/m);
  const [ceiling, limit] = [/WENXUN_MAX_MEMORY: (\w+)/, /mem_limit: (\w+)/].map((pattern) =>
    toBytes(pattern.exec(search)?.[1]),
  );
  assert.ok(ceiling !== undefined && limit !== undefined && ceiling < limit, `${ceiling} ${limit}`);
});

test("a container may take no swap: its limit with swap is the one without, and Docker refuses a smaller one", () => {
  const limits = [...read("compose.yaml").matchAll(/^ {4}mem_limit: (\w+)\n {4}memswap_limit: (\w+)$/gm)];
  assert.equal(limits.length, 2);
  for (const [, memory, withSwap] of limits) assert.equal(withSwap, memory);
});

test("no digest is written down that nobody asked a registry for, and the workflow asks", () => {
  assert.doesNotMatch(read("Dockerfile"), /@sha256:/);
  const [tag] =
    read("Dockerfile")
      .match(/^ARG NODE_IMAGE=(\S+)$/m)
      ?.slice(1) ?? [];
  assert.match(tag ?? "", /^node:24-/);
  const froms = read("Dockerfile").match(/^FROM .*$/gm) ?? [];
  assert.ok(
    froms.length > 1 && froms.every((from) => from.includes("NODE_IMAGE")),
    "every stage begins with the same image",
  );
  const workflow = read(".github/workflows/image.yml");
  for (const part of ["imagetools inspect", "--build-arg NODE_IMAGE=", "--sbom=true", "--provenance=mode=max"])
    assert.ok(workflow.includes(part), part);
});
