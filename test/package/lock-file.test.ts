/** What wenxun is made of besides its own code: package-lock.json. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { packageRoot } from "../../src/config/paths.ts";

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: true;
  readonly hasInstallScript?: true;
  readonly deprecated?: string;
}

interface PackageFile {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

const read = (name: string): unknown => JSON.parse(readFileSync(join(packageRoot, name), "utf8"));
const own = read("package.json") as PackageFile;
const lock = read("package-lock.json") as { readonly packages: Readonly<Record<string, LockedPackage>> };
const locked = Object.entries(lock.packages).filter(([path]) => path !== "");

test("every package comes from a registry, as one version with the checksum of its content", () => {
  assert.ok(locked.length > 100);
  for (const [path, { version, resolved, integrity, deprecated }] of locked) {
    assert.match(version ?? "", /^\d+\.\d+\.\d+/, path);
    assert.match(integrity ?? "", /^sha512-/, path);
    assert.equal(resolved, undefined, `${path} names where it came from, which ties everybody to one registry`);
    assert.equal(deprecated, undefined, path);
  }
  const wanted = { ...own.dependencies, ...own.devDependencies, ...own.optionalDependencies };
  for (const [name, version] of Object.entries(wanted)) {
    assert.match(version, /^\d+\.\d+\.\d+$/, `${name}: an exact version`);
  }
});

test("no package runs a script when it is installed, but those that were looked at", () => {
  const running = locked
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path.replace(/^node_modules\//, ""));
  assert.deepEqual(running.sort(), Object.keys(own.allowScripts).sort());
});

/** Licences that let anybody run, change and hand on what they cover. */
const LICENCES = ["MIT", "MIT-0", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "BlueOak-1.0.0", "0BSD"];

test("what is shipped may be run, changed and handed on by anybody", () => {
  for (const [path, { license = "", dev }] of locked) {
    if (dev === true) continue;
    const names = license.replace(/[()]/g, "").split(/ (?:AND|OR) /);
    assert.ok(
      names.every((name) => LICENCES.includes(name)),
      `${path}: ${license}`,
    );
  }
});

interface AuditReply {
  readonly error?: { readonly summary?: string };
  readonly message?: string;
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string }>>;
}

test("nothing that is shipped has a known vulnerability", (t) => {
  const options = ["audit", "--json", "--omit=dev", "--fetch-retries=0", "--fetch-timeout=15000"];
  const { stdout } = spawnSync("npm", options, {
    cwd: packageRoot,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  const reply = JSON.parse(stdout) as AuditReply;
  if (reply.vulnerabilities === undefined) {
    // The advisories are asked for in another way than packages, and mirrors of a registry seldom have them.
    return t.skip(
      `the registry in use tells no advisories: ${reply.message ?? reply.error?.summary ?? "no answer"}`.split(
        " - ",
      )[0],
    );
  }
  const found = Object.entries(reply.vulnerabilities).map(([name, { severity }]) => `${name}: ${severity}`);
  assert.deepEqual(found, []);
});
