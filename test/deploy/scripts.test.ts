/** The scripts of deploy/, run as the units and the image run them. */
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { packageRoot } from "../../src/config/paths.ts";
import { createTestFolder } from "../fakes/cli.ts";

const script = (name: string): string => join(packageRoot, "deploy", name);
const skip = process.platform === "win32" ? "no shell" : false;

const folder = createTestFolder();

/** A `wenxun` on the path, as a machine has it where it is installed. */
function installHere(): NodeJS.ProcessEnv {
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  const launcher = `#!/bin/sh\nexec "${process.execPath}" "${join(packageRoot, "bin", "wenxun.mjs")}" "$@"\n`;
  writeFileSync(join(bin, "wenxun"), launcher, { mode: 0o755 });
  return {
    ...process.env,
    PATH: `${bin}:${process.env.PATH}`,
    WENXUN_ARCHIVE: join(folder, "archive"),
    BACKUPS: join(folder, "backups"),
  };
}

test("a backup is made, read back whole, and the oldest beyond those to keep are removed, nothing else", {
  skip,
}, () => {
  const env = installHere();
  const backups = join(folder, "backups");
  mkdirSync(join(backups, "2020-01-01T000000Z"), { recursive: true });
  mkdirSync(join(backups, "2021-01-01T000000Z"));
  mkdirSync(join(backups, "my-own-copy"));
  execFileSync("wenxun", ["import", join(packageRoot, "examples", "articles.csv")], { env, stdio: "ignore" });
  const { status, stdout, stderr } = spawnSync(script("backup.sh"), { env: { ...env, KEEP: "2" }, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  assert.match(stdout, /copied to/);
  const names = readdirSync(backups).sort();
  assert.deepEqual([names.length, names[0], names.at(-1)], [3, "2021-01-01T000000Z", "my-own-copy"]);
  const found = execFileSync("wenxun", ["status", "--json", "--archive", join(backups, names[1] ?? "")], { env });
  assert.ok(JSON.parse(found.toString()).archive.articles > 0);
});

test("a backup that cannot be made removes no earlier one", { skip }, () => {
  const env = { ...installHere(), WENXUN_ARCHIVE: join(folder, "nowhere"), BACKUPS: join(folder, "kept"), KEEP: "1" };
  for (const name of ["2020-01-01T000000Z", "2021-01-01T000000Z"])
    mkdirSync(join(folder, "kept", name), { recursive: true });
  assert.notEqual(spawnSync(script("backup.sh"), { env }).status, 0);
  assert.equal(readdirSync(join(folder, "kept")).length, 2);
  assert.equal(spawnSync(script("backup.sh"), { env: { ...env, KEEP: "0" } }).status, 2);
});

/** Runs the check of the image against a server of our own, without blocking it. */
async function checkHealth(port: number): Promise<number | null> {
  const env = { ...process.env, WENXUN_PORT: String(port), WENXUN_ENCODER_SERVER_PORT: "1" };
  const [code] = await once(spawn(script("health.sh"), { env, stdio: "ignore" }), "exit");
  return code;
}

test("the check of the image tells a server that lives from one that does not", { skip }, async (t) => {
  let status = 200;
  const asked: (string | undefined)[] = [];
  const server = createServer(({ url }, response) => {
    asked.push(url);
    response.writeHead(status).end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  assert.equal(await checkHealth(port), 0);
  assert.deepEqual(asked, ["/livez"]);
  status = 500;
  assert.equal(await checkHealth(port), 1);
  server.close();
  server.closeAllConnections();
  await once(server, "close");
  assert.equal(await checkHealth(port), 1);
});
