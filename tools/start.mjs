/**
 * `npm start`: makes the checkout ready, then serves ./archive, or the sample where there is none. Arguments are those of
 * `wenxun serve`. Runs on Node.js 18 and newer.
 */
import { prepare } from "./prepare.mjs";

/** How soon the server ends after the shell that npm started it in. */
const WATCH_MS = 500;

const shell = process.ppid;
// The launcher starts this file anew, with flags for Node.js and the arguments as it was given them.
const isRestart = process.argv[2] === "serve";
if (!isRestart) {
  prepare();
  process.argv.splice(2, 0, "serve", "--demo");
}
// npm sends a signal to the shell, which dies of it and tells nobody; the server must not stay behind.
setInterval(() => {
  if (process.ppid !== shell) process.kill(process.pid, "SIGTERM");
}, WATCH_MS).unref();
await import("../bin/wenxun.mjs");
