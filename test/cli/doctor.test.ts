/** `wenxun doctor` as a whole; the faults that it finds stand in doctor-archive and doctor-machine. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { Finding } from "../../src/cli/doctor/finding.ts";
import { createMachine } from "../../src/cli/doctor/machine.ts";
import { packageRoot } from "../../src/config/paths.ts";
import { createTestFolder, runCli } from "../fakes/cli.ts";
import { addSource, createCase, examineCase, troubles } from "../fakes/doctor-case.ts";

describe("wenxun doctor", () => {
  test("finds nothing wrong with a sound archive on a sound machine", async () => {
    assert.deepEqual(troubles(await examineCase(createCase())), []);
  });

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
