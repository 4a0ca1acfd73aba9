/** The programs of the READMEs run as they are written, but for the port and where files are. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { packageRoot } from "../../src/config/paths.ts";
import { openArchive } from "../../src/index.ts";
import { ARTICLES } from "../fakes/articles.ts";
import { createTestFolder } from "../fakes/cli.ts";

// Not run at once: the server that a program asks is in this process.
const run = promisify(execFile);

const programsOf = (name: string): string[] =>
  [...readFileSync(join(packageRoot, name), "utf8").matchAll(/```js\n([\s\S]*?)```/g)].map(([, code = ""]) => code);

const PROGRAMS = programsOf("README.md");
const findProgram = (what: string): string => PROGRAMS.find((code) => code.includes(what)) ?? assert.fail(what);

async function runProgram(code: string): Promise<string> {
  const args = ["--conditions=wenxun-source", "--input-type=module", "-e", code];
  const { stdout } = await run(process.execPath, args, { cwd: packageRoot });
  return stdout;
}

test("the READMEs of all languages have the same programs, and each is run here", () => {
  assert.equal(PROGRAMS.length, 2);
  for (const name of ["README.zh-CN.md", "README.zh-TW.md"]) assert.deepEqual(programsOf(name), PROGRAMS, name);
});

test("the library's program makes an archive of a file and serves it", async () => {
  const code = findProgram("openArchive")
    .replace('"./my-archive"', JSON.stringify(join(createTestFolder(), "archive")))
    .replace('"articles.csv"', JSON.stringify(join(packageRoot, "examples", "articles.csv")))
    .replace("port: 8600", "port: 0");
  const printed = await runProgram(`${code}
    const reply = await fetch(server.url + "/api/v1/search");
    console.log((await reply.json()).total);
    await server.stop();
    await archive.close();`);
  assert.equal(printed, "3\n");
});

test("the client's program walks through all hits of a server", async () => {
  const archive = await openArchive(join(createTestFolder(), "archive"));
  await archive.put([
    ...ARTICLES,
    { id: "typhoon", title: "台风登陆", body: "台风登陆沿海。", publishedAtMs: Date.UTC(2024, 1, 3) },
  ]);
  const server = await archive.serve({ port: 0 });
  try {
    const printed = await runProgram(findProgram("createClient").replace("http://127.0.0.1:8600", server.url));
    assert.match(printed, /^2024-02-03T\S+ 台风登陆\n$/);
  } finally {
    await server.stop();
    await archive.close();
  }
});
