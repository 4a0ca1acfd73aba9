/** What mends an error is said in the words of whoever reads it. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { CLI_REMEDIES } from "../../src/cli/remedy-words.ts";
import { inLibraryWords } from "../../src/compose/library-words.ts";
import { AppError, ERROR_KINDS, type ErrorCode, type Remedy, wordError } from "../../src/errors.ts";
import { toFailure } from "../../src/http/error-reply.ts";
import { ImportError, openArchive } from "../../src/index.ts";
import { fromPostedError, toPostedError } from "../../src/threads/posted-error.ts";
import { createTestFolder, runCli } from "../fakes/cli.ts";

const REMEDIES: readonly Remedy[] = [
  { code: "option-takes", option: "timezone", takes: "an IANA name such as Asia/Taipei" },
  { code: "set-option", option: "search-queue", does: "lets more wait" },
  { code: "set-option", option: "map", value: "title=NAME", does: "names it" },
  { code: "make-archive", folder: "/srv/secret" },
  { code: "reindex", folder: "/srv/secret" },
  { code: "reindex" },
  { code: "verify" },
  { code: "repair" },
  { code: "salvage" },
  { code: "export-and-import" },
  { code: "share-folder", folder: "/srv/secret", host: "search1" },
];

const NAMES_A_FLAG = /(?:^|[\s`])--[a-z]|`wenxun /;

test("the command line names flags and commands, the library options, a server neither", async () => {
  for (const remedy of REMEDIES) {
    const error = new AppError("usage", "Something is wrong.", { remedy });
    assert.match(wordError(error, CLI_REMEDIES), /^Something is wrong\. .*(?:--[a-z]|`wenxun ).*\.$/, remedy.code);
    const { message } = toFailure(error);
    assert.match(message, /^Something is wrong\./);
    assert.doesNotMatch(message, NAMES_A_FLAG, remedy.code);
    assert.doesNotMatch(message, /secret/);
    await assert.rejects(
      inLibraryWords(() => Promise.reject(error)),
      (worded) => {
        assert.ok(worded instanceof AppError && worded.code === "usage" && worded.cause === error);
        assert.match(worded.message, /^Something is wrong\. .+\.$/);
        assert.doesNotMatch(worded.message, NAMES_A_FLAG, remedy.code);
        return true;
      },
    );
  }
});

test("what mends an error crosses from one thread to another", () => {
  for (const remedy of REMEDIES) {
    const posted = structuredClone(toPostedError(new AppError("unavailable", "x", { remedy, retryAfterS: 3 })));
    const error = fromPostedError(posted);
    assert.ok(error instanceof AppError);
    assert.deepEqual([error.remedy, error.retryAfterS], [remedy, 3]);
  }
});

test("a stranger learns no folder of the server from any error that could name one", () => {
  const named: readonly ErrorCode[] = ["archive-missing", "archive-locked", "archive-version", "encoder-mismatch"];
  for (const code of [...named, "encoder-unavailable", "disk-full", "archive-damaged", "io"] as const) {
    const { message, status } = toFailure(new AppError(code, "There is none in /srv/secret."));
    assert.equal(status, ERROR_KINDS[code].status);
    assert.doesNotMatch(message, /secret/, code);
  }
});

test("one mistake, told at the terminal and to a program", async () => {
  const folder = createTestFolder();
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "odd.csv");
  writeFileSync(file, "foo,bar\n1,2\n");
  const { stderr } = await runCli(["import", file, "--archive", join(folder, "a")]);
  assert.match(stderr, /has no column that looks like a title .*--map title=NAME,body=NAME names them\./);
  await using archive = await openArchive(join(folder, "b"));
  await assert.rejects(archive.import(file), (error) => {
    assert.ok(error instanceof ImportError && error.report.failures.length === 1);
    assert.match(error.message, /has no column that looks like a title .*The option `mapping\.fields` .*names them\.$/);
    assert.doesNotMatch(error.message, NAMES_A_FLAG);
    return true;
  });
  await assert.rejects(archive.serve({ host: "203.0.113.7", port: 0 }), (error) => {
    assert.ok(error instanceof AppError && error.code === "usage");
    assert.match(error.message, /The option `host` names the address\.$/);
    return true;
  });
});
