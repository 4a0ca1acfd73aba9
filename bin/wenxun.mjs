#!/usr/bin/env node
/**
 * The launcher: runs src/cli/main.ts in a checkout and dist/cli/main.js in a package, under a Node.js that can.
 * Runs on Node.js 18 and newer.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { findNode, isCurrent, keepCompiledCode, keepYoungHeapBounded, launchSettings, OLDEST_MAJOR } from "./node.mjs";

const source = new URL("../src/cli/main.ts", import.meta.url);

if (existsSync(source) && !isReady()) {
  // The first command in a new checkout makes it ready, as `npm start` does.
  const { prepare } = await import("../tools/prepare.mjs");
  prepare();
}

const { flags, env } = launchSettings(process.argv.slice(2), existsSync(source));
// The same process goes on under the flags. Windows has no execve and goes without.
if (isCurrent() && flags.length > 0 && process.execve !== undefined && process.platform !== "win32") {
  process.execve(process.execPath, [process.execPath, ...flags, ...process.argv.slice(1)], { ...process.env, ...env });
}
if (isCurrent()) {
  keepYoungHeapBounded(process.argv[2]);
  if (existsSync(source)) keepCompiledCode();
  const entry = existsSync(source) ? source : new URL("../dist/cli/main.js", import.meta.url);
  const { main } = await import(entry.href);
  process.exitCode = await main(process.argv.slice(2));
} else {
  runUnder(findNode());
}

/** Whether a checkout has been installed and built. */
function isReady() {
  const made = ["node_modules/.package-lock.json", "build/kernel", "build/web"];
  return made.every((path) => existsSync(new URL(`../${path}`, import.meta.url)));
}

function runUnder(node) {
  if (node === undefined) {
    console.error(
      `wenxun: needs Node.js ${OLDEST_MAJOR} or newer, this is ${process.version}. ` +
        'Install a newer one, or let npm bring it along: "npm install node@24" beside wenxun (its install script must run).',
    );
    process.exitCode = 1;
    return;
  }
  const child = spawn(node, [...flags, fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  // A terminal sends Ctrl-C to both processes; a service manager signals only this one. The child decides when to end.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    console.error(`wenxun: cannot run ${node}: ${error.message}`);
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}
