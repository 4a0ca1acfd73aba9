/** Runs on Node.js 18 and newer, with nothing installed. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findNode, OLDEST_MAJOR } from "../bin/node.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lockFile = join(root, "package-lock.json");
/** npm writes this file last, so its presence means that an installation ran to its end. */
const installedFile = join(root, "node_modules", ".package-lock.json");
/** Holds the digest of the lock file that was installed, so that a checkout that only touches it installs nothing. */
const digestFile = join(root, "node_modules", ".wenxun-lock");

/**
 * Makes a checkout ready to run: installs what package-lock.json names when that has not been done, then builds.
 * Ends the process with a message where that fails.
 * @param {readonly string[]} parts as tools/build.ts takes them; none: what a checkout needs
 */
export function prepare(parts = []) {
  const digest = createHash("sha256").update(readFileSync(lockFile)).digest("hex");
  const isKnown = existsSync(digestFile) && readFileSync(digestFile, "utf8") === digest;
  const isInstalled = existsSync(installedFile) && (isKnown || isNewer(installedFile, lockFile));
  if (!isInstalled) install();
  if (!isKnown) writeFileSync(digestFile, digest);
  build(parts);
}

function isNewer(file, other) {
  return statSync(file).mtimeMs >= statSync(other).mtimeMs;
}

function install() {
  console.error("Installing dependencies …");
  const args = ["ci", "--include=dev", "--include=optional", "--no-audit", "--no-fund", "--loglevel=error"];
  // Within `npm start` and `npm test` this is the npm that the user called.
  const npm = process.env.npm_execpath?.endsWith(".js") ? process.env.npm_execpath : undefined;
  const [command, ...before] = npm === undefined ? ["npm"] : [process.execPath, npm];
  const { status, error } = spawnSync(command, [...before, ...args], {
    cwd: root,
    shell: process.platform === "win32" && npm === undefined,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) {
    fail(
      `"npm ci" failed${error ? ` (${error.message})` : ""}. The npm registry must be reachable: see "npm config get registry".`,
    );
  }
}

function build(parts) {
  const node = findNode();
  if (node === undefined) {
    fail(
      `no Node.js ${OLDEST_MAJOR} or newer: this is ${process.version}, and the npm package "node" brought none for ` +
        `${process.platform}-${process.arch}. Allow its install script ("npm rebuild node"), or install Node.js ${OLDEST_MAJOR}.`,
    );
  }
  const { status } = spawnSync(node, [join(root, "tools", "build.ts"), ...parts], {
    cwd: root,
    // Standard output is for the results of the command that comes after.
    stdio: ["ignore", 2, "inherit"],
  });
  if (status !== 0) fail("the build failed, see above.");
}

function fail(message) {
  console.error(`setup: ${message}`);
  process.exit(1);
}
