import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { auditFile, listAuditFiles } from "./audit-files.ts";
import { headPath } from "./audit-head.ts";
import { createAuditLog } from "./audit-log.ts";
import { type AuditEntry, toAuditLine } from "./chain.ts";
import { createStrangerLimit } from "./stranger-limit.ts";
import { readAuditLines, verifyAudit } from "./verify-audit.ts";

function createFolder(t: TestContext): string {
  const folder = join(mkdtempSync(join(tmpdir(), "wenxun-audit-")), "audit");
  t.after(() => rmSync(join(folder, ".."), { recursive: true, force: true }));
  return folder;
}

const entry = (number: number): AuditEntry => ({ what: "put", who: "crawler", from: "192.0.2.1", number });

/** A log of so many lines, and its first file. */
async function fill(t: TestContext, count: number, maxFileBytes?: number): Promise<{ folder: string; file: string }> {
  const folder = createFolder(t);
  const log = createAuditLog({ folder, maxFileBytes });
  for (let number = 1; number <= count; number++) await log.append([entry(number)]);
  return { folder, file: auditFile(folder, 1) };
}

const whatsOf = (folder: string): string[] =>
  [...readAuditLines(folder)].map(({ line }) => line?.entry.what ?? "no line");

const problemsOf = (folder: string): string[] =>
  verifyAudit(folder).problems.map(({ where, what }) => `${where}: ${what}`);

const changeLines = (file: string, change: (lines: string[]) => string[]): void => {
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
  writeFileSync(
    file,
    change(lines)
      .map((line) => `${line}\n`)
      .join(""),
  );
};

test("a log that nobody touched is sound, and only its owner reads it", async (t) => {
  const { folder, file } = await fill(t, 20);
  const report = verifyAudit(folder);
  assert.deepEqual([report.lines, report.head.seq, report.problems], [20, 20, []]);
  if (process.platform === "win32") return;
  for (const [path, mode] of [
    [folder, 0o700],
    [file, 0o600],
    [headPath(folder), 0o600],
  ] as const)
    assert.equal(statSync(path).mode & 0o777, mode, path);
});

test("what would be obeyed by a terminal is written as its number", async (t) => {
  const folder = createFolder(t);
  const who = "a\u001b[31m\u202eb\u0085\u200bc";
  await createAuditLog({ folder }).append([{ what: "put", who }]);
  assert.doesNotMatch(readFileSync(auditFile(folder, 1), "utf8"), /[\u001b\u202e\u0085\u200b]/);
  const [first] = readAuditLines(folder);
  assert.equal(first?.line?.entry.who, who);
  assert.deepEqual(problemsOf(folder), []);
});

/** Each way of tampering with a log of ten lines, and what has to be found. */
const TAMPERING: Readonly<Record<string, readonly [(lines: string[]) => string[], RegExp]>> = {
  "a changed word": [
    (lines) => lines.map((line, index) => (index === 4 ? line.replace("crawler", "somebody") : line)),
    /line 5: .*changed/,
  ],
  "a changed number": [
    (lines) => lines.map((line, index) => (index === 4 ? line.replace('"number":5', '"number":6') : line)),
    /line 5: .*changed/,
  ],
  "a removed line": [(lines) => lines.toSpliced(4, 1), /line number 5 is missing/],
  "a removed first line": [(lines) => lines.slice(1), /line number 1 is missing/],
  "several removed lines": [(lines) => lines.toSpliced(2, 5), /lines number 3 to 7 are missing/],
  "two lines swapped": [(lines) => lines.toSpliced(4, 2, lines[5] ?? "", lines[4] ?? ""), /moved, or put in/],
  "a line written twice": [(lines) => lines.toSpliced(5, 0, lines[4] ?? ""), /moved, or put in/],
  "a line of somebody's own": [(lines) => lines.toSpliced(5, 0, '{"seq":6,"who":"x"}'), /no line of an audit log/],
  "an empty line": [(lines) => lines.toSpliced(5, 0, ""), /no line of an audit log/],
  "the last line removed": [(lines) => lines.slice(0, -1), /the end: line number 10 is missing/],
  "the last lines removed": [(lines) => lines.slice(0, -4), /the end: lines number 7 to 10 are missing/],
  "all lines removed": [() => [], /the end: lines number 1 to 10 are missing/],
  "white space": [
    (lines) => lines.map((line, index) => (index === 4 ? line.replace(",", ", ") : line)),
    /line 5: .*changed/,
  ],
  "a last line that is another": [
    (lines) =>
      lines.map((line, index) =>
        index === 9 ? line.replace(/"hash":"./, (start) => (start.endsWith("0") ? '"hash":"1' : '"hash":"0')) : line,
      ),
    /line 10: .*changed|not the one that was noted/,
  ],
};

for (const [name, [change, wanted]] of Object.entries(TAMPERING)) {
  test(`${name} is found, also after the log has gone on`, async (t) => {
    const { folder, file } = await fill(t, 10);
    const before = readFileSync(file, "utf8");
    changeLines(file, change);
    assert.notEqual(readFileSync(file, "utf8"), before);
    assert.match(problemsOf(folder).join("\n"), wanted);
    await createAuditLog({ folder }).append([entry(11)]);
    assert.notDeepEqual(problemsOf(folder), []);
  });
}

test("a line that was changed together with its hash breaks the chain after it", async (t) => {
  const { folder, file } = await fill(t, 10);
  const other = createFolder(t);
  // The same line with other words, chained and hashed as it should be.
  const log = createAuditLog({ folder: other });
  for (let number = 1; number <= 5; number++)
    await log.append([number === 5 ? { ...entry(5), who: "somebody" } : entry(number)]);
  const forged = readFileSync(auditFile(other, 1), "utf8").split("\n")[4] ?? "";
  changeLines(file, (lines) => lines.toSpliced(4, 1, forged));
  assert.match(problemsOf(folder).join("\n"), /does not follow the line before it/);
});

test("a log that was written anew from beginning to end is found by a point that was kept elsewhere", async (t) => {
  const { folder } = await fill(t, 10);
  const { head } = verifyAudit(folder);
  await createAuditLog({ folder }).append([entry(11)]);
  assert.deepEqual(verifyAudit(folder, head).problems, [], "it has gone on since");
  rmSync(folder, { recursive: true });
  await createAuditLog({ folder }).append(Array.from({ length: 11 }, (_, index) => entry(index)));
  assert.deepEqual(problemsOf(folder), [], "by itself it is sound");
  assert.match(verifyAudit(folder, head).problems[0]?.what ?? "", /this is another log/);
});

test("the chain goes on from file to file, and a file that is gone is found", async (t) => {
  const { folder } = await fill(t, 40, 1000);
  const files = listAuditFiles(folder);
  assert.ok(files.length > 5);
  for (const number of files) assert.ok(statSync(auditFile(folder, number)).size <= 1000);
  assert.deepEqual(problemsOf(folder), []);
  const content = readFileSync(auditFile(folder, 3));
  rmSync(auditFile(folder, 3));
  assert.match(problemsOf(folder).join("\n"), /000003\.jsonl: the file is gone/);
  writeFileSync(auditFile(folder, 3), content);
  renameSync(auditFile(folder, 1), auditFile(folder, 99));
  assert.match(problemsOf(folder).join("\n"), /000001\.jsonl: the file is gone/);
  renameSync(auditFile(folder, 99), auditFile(folder, 1));
  rmSync(auditFile(folder, files.length));
  assert.match(problemsOf(folder).join("\n"), /the end: /);
});

test("a line that a crash tore is cut off by the next one, which says so", async (t) => {
  const { folder, file } = await fill(t, 3);
  appendFileSync(file, '{"seq":4,"at":"2026-');
  const { problems, tornBytes } = verifyAudit(folder);
  assert.deepEqual([problems, tornBytes], [[], 20]);
  await createAuditLog({ folder }).append([entry(4)]);
  assert.deepEqual(whatsOf(folder), ["put", "put", "put", "log mended", "put"]);
  assert.deepEqual(problemsOf(folder), []);
});

test("a whole line whose writer died before it could count it is counted", async (t) => {
  const { folder } = await fill(t, 3);
  const head = readFileSync(headPath(folder));
  await createAuditLog({ folder }).append([entry(4)]);
  writeFileSync(headPath(folder), head);
  assert.deepEqual(problemsOf(folder), []);
  await createAuditLog({ folder }).append([entry(5)]);
  assert.deepEqual(whatsOf(folder), ["put", "put", "put", "put", "put"]);
  assert.deepEqual(problemsOf(folder), []);
});

test("a line of another chain that was put at the end is cut off by the next one, which says so", async (t) => {
  const { folder, file } = await fill(t, 3);
  const { text } = toAuditLine({ what: "put", who: "somebody" }, { seq: 3, hash: "0".repeat(64) }, new Date());
  for (const put of [text, '{"seq":6}\n']) {
    appendFileSync(file, put);
    await createAuditLog({ folder }).append([entry(6)]);
    assert.equal(whatsOf(folder).at(-2), "log mended");
    assert.deepEqual(problemsOf(folder), []);
  }
});

test("an end that was cut off stays missing when the log goes on", async (t) => {
  const { folder, file } = await fill(t, 5);
  truncateSync(file, statSync(file).size - 30);
  await createAuditLog({ folder }).append([entry(6)]);
  assert.ok(whatsOf(folder).includes("log cut"));
  assert.match(problemsOf(folder).join("\n"), /line number 5 is missing/);
});

test("where the note of the end is gone or broken, the log goes on from its last line and says so", async (t) => {
  const { folder } = await fill(t, 5);
  for (const spoil of [() => rmSync(headPath(folder)), () => writeFileSync(headPath(folder), "x".repeat(5000))]) {
    spoil();
    assert.match(problemsOf(folder).join("\n"), /whether its end was cut off cannot be told/);
    await createAuditLog({ folder }).append([entry(6)]);
    assert.equal(whatsOf(folder).at(-2), "log head lost");
    assert.deepEqual(problemsOf(folder), []);
  }
});

test("several processes write one chain", async (t) => {
  const folder = createFolder(t);
  const module = JSON.stringify(join(import.meta.dirname, "audit-log.ts"));
  const script = `const { createAuditLog } = await import(${module});
    const log = createAuditLog({ folder: ${JSON.stringify(folder)}, maxFileBytes: 2000 });
    for (let n = 0; n < 15; n++) await log.append([{ what: "put", who: String(process.pid), n }]);`;
  const writers = Array.from({ length: 3 }, () =>
    spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "inherit" }),
  );
  const codes = await Promise.all(writers.map(async (writer) => (await once(writer, "exit"))[0]));
  assert.deepEqual(codes, [0, 0, 0]);
  const report = verifyAudit(folder);
  assert.deepEqual([report.lines, report.problems], [45, []]);
});

test("lines are written in the order in which they were given, though nobody waits for one before the next", async (t) => {
  const folder = createFolder(t);
  const log = createAuditLog({ folder });
  await Promise.all(Array.from({ length: 50 }, (_, number) => log.append([entry(number)])));
  const numbers = [...readAuditLines(folder)].map(({ line }) => line?.entry.number);
  assert.deepEqual(
    numbers,
    Array.from({ length: 50 }, (_, number) => number),
  );
});

test("the thread goes on while another process holds the log", async (t) => {
  const { folder } = await fill(t, 1);
  using held = new DatabaseSync(headPath(folder));
  held.exec("BEGIN IMMEDIATE");
  let isWritten = false;
  const writing = createAuditLog({ folder })
    .append([entry(2)])
    .then(() => {
      isWritten = true;
    });
  await wait(50);
  assert.equal(isWritten, false);
  held.exec("COMMIT");
  await writing;
  assert.equal(verifyAudit(folder).lines, 2);
});

test("what was said to be written is there when its process is killed, and the chain is whole", async (t) => {
  const folder = createFolder(t);
  const module = JSON.stringify(join(import.meta.dirname, "audit-log.ts"));
  const script = `const { createAuditLog } = await import(${module});
    const log = createAuditLog({ folder: ${JSON.stringify(folder)}, maxFileBytes: 4000 });
    const write = async (n) => {
      for (;; n += 4) {
        await log.append([{ what: "put", who: "writer", n }]);
        process.stdout.write(n + "\\n");
      }
    };
    for (let n = 0; n < 4; n++) write(n);`;
  for (let round = 0; round < 3; round++) {
    const writer = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let told = "";
    writer.stdout.setEncoding("utf8").on("data", (text: string) => {
      told += text;
    });
    while (told.length < 100) await wait(5);
    writer.kill("SIGKILL");
    await once(writer, "close");
    const written = [...readAuditLines(folder)].map(({ line }) => line?.entry.n);
    const missing = told
      .split("\n")
      .slice(0, -1)
      .filter((n) => !written.includes(Number(n)));
    assert.deepEqual([missing, problemsOf(folder)], [[], []]);
    await createAuditLog({ folder }).append([entry(0)]);
    assert.deepEqual(problemsOf(folder), []);
    rmSync(folder, { recursive: true });
  }
});

test("a log that cannot be written says so, and names the setting", async (t) => {
  const folder = createFolder(t);
  writeFileSync(folder, "a file, no folder");
  await assert.rejects(createAuditLog({ folder }).append([entry(1)]), {
    code: "io",
    message: /audit log in .* cannot be written/,
  });
});

test("strangers cause so many lines a minute, and what they do beyond is counted", () => {
  let nowMs = 0;
  const { take } = createStrangerLimit(() => nowMs);
  const taken = Array.from({ length: 100 }, take);
  assert.equal(taken.filter((more) => more === 0).length, 60);
  nowMs = 60_000;
  assert.deepEqual([take(), take()], [40, 0]);
});
