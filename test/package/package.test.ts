/** The npm package, packed and installed elsewhere, with the Node.js that the machine has and no checkout near. */
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { before, describe, test } from "node:test";
import { packageRoot, readVersion } from "../../src/config/paths.ts";
import { createTestFolder } from "../fakes/cli.ts";

const folder = createTestFolder();
/** Without what npm sets for its scripts, so that nothing of the checkout is found. */
const env = Object.fromEntries(
  Object.entries(process.env)
    .filter(([name]) => !/^npm_|^NODE/i.test(name))
    .map(([name, value]) => [name, name === "PATH" ? withoutCheckout(value ?? "") : value]),
);

function withoutCheckout(path: string): string {
  return path
    .split(delimiter)
    .filter((part) => !part.includes("node_modules"))
    .join(delimiter);
}

/** Runs a command in the folder where the package is installed. */
function run(command: string, ...args: string[]) {
  return spawnSync(command, args, { cwd: folder, env, encoding: "utf8", shell: process.platform === "win32" });
}

describe("the package", () => {
  before(() => {
    // What the prepack script does, less what other tests are using meanwhile; types are checked before all tests.
    execFileSync(process.execPath, [join(packageRoot, "tools", "build.ts"), "checked-package"], { stdio: "inherit" });
    execFileSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder], {
      cwd: packageRoot,
      env,
    });
    const [archive = ""] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
    writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }');
    const install = run("npm", "install", `./${archive}`, "--no-audit", "--no-fund", "--prefer-offline");
    assert.equal(install.status, 0, install.stderr);
  });

  test("holds compiled code, types, the kernel, the page, the encoder and the sample; no source and no tests", () => {
    const root = join(folder, "node_modules", "wenxun");
    for (const path of [
      "dist/index.js",
      "dist/index.d.ts",
      "dist/wenxun.1",
      "build/kernel/scan.wasm",
      "build/web/main.js",
      "build/web/style.css",
      "build/web/pages.css",
      "models",
      "sample/articles.jsonl",
      "site-rules/mp.weixin.qq.com.txt",
      "LICENSE",
    ]) {
      assert.ok(existsSync(join(root, path)), `${path} is missing`);
    }
    assert.ok(!existsSync(join(root, "src")));
    const files = readdirSync(join(root, "dist"), { recursive: true, encoding: "utf8" });
    assert.deepEqual(
      files.filter((name) => name.includes(".test.")),
      [],
    );
  });

  test("brings a command that runs, and its manual page", () => {
    const version = run("npx", "wenxun", "--version");
    assert.equal(version.stdout, `${readVersion()}\n`, version.stderr);
    const page = readFileSync(join(folder, "node_modules", "wenxun", "dist", "wenxun.1"), "utf8");
    assert.equal(page, run("npx", "wenxun", "man").stdout, "as the command writes it");
  });

  test("imports and searches, with the kernel and the encoder inside", () => {
    const article = { id: "a", title: "海上风电并网发电", body: "首批机组今天开始供电。", published: "2024-03-01" };
    writeFileSync(join(folder, "articles.jsonl"), `${JSON.stringify(article)}\n`);
    const imported = run("npx", "wenxun", "import", "articles.jsonl");
    assert.equal(imported.status, 0, imported.stderr);
    const found = run("npx", "wenxun", "search", "風電", "--json");
    assert.equal(found.status, 0, found.stderr);
    assert.equal((JSON.parse(found.stdout) as { hits: { id: string }[] }).hits[0]?.id, "a");
  });

  test("is a library, under any Node.js that is new enough", () => {
    const code = `
      import { openArchive } from "wenxun";
      const archive = await openArchive("./archive");
      console.log((await archive.search("风电")).total);
      await archive.close();
    `;
    writeFileSync(join(folder, "use.js"), code);
    const used = spawnSync(process.execPath, ["use.js"], { cwd: folder, env, encoding: "utf8" });
    assert.equal(used.stdout, "1\n", used.stderr);
  });

  test("runs the example as its page says, in a folder that npm made", async () => {
    const page = readFileSync(join(packageRoot, "examples", "README.md"), "utf8");
    const [, block = ""] = /```sh\n([\s\S]*?)```/.exec(page) ?? [];
    const place = join(folder, "of-ones-own");
    mkdirSync(place);
    const commands = block
      .replaceAll("PATH/TO/wenxun/", `${packageRoot}/`)
      // Below the folder where it is installed, under a Node.js that is new enough.
      .replace(/^npm install PATH\/TO\/wenxun-\S+\.tgz$/m, "")
      .replace(/^node /m, `exec "${process.execPath}" `);
    const child = spawn("sh", ["-e", "-c", commands], { cwd: place, env: { ...env, PORT: "0" } });
    const ended = once(child, "exit");
    let printed = "";
    child.stderr.on("data", (piece) => {
      printed += piece;
    });
    let address: string | undefined;
    for await (const piece of child.stdout) {
      printed += piece;
      address = /^http:\S+$/m.exec(printed)?.[0];
      if (address !== undefined) break;
    }
    try {
      assert.equal((await fetch(`${address ?? assert.fail(printed)}/readyz`)).status, 200);
    } finally {
      child.kill();
      await ended;
    }
  });

  test("has types that a strict program can use", () => {
    const code = `
      import { openArchive, type SearchResult } from "wenxun";
      export async function count(folder: string): Promise<number> {
        const archive = await openArchive(folder, { timezone: "UTC" });
        const result: SearchResult = await archive.search({ query: "风电", limit: 1 });
        return result.total;
      }
    `;
    writeFileSync(join(folder, "use.ts"), code);
    const options = {
      strict: true,
      module: "nodenext",
      target: "es2024",
      lib: ["es2024", "esnext.disposable"],
      noEmit: true,
    };
    const compilerOptions = { ...options, types: ["node"], typeRoots: [join(packageRoot, "node_modules", "@types")] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["use.ts"] }));
    const tsc = join(packageRoot, "node_modules", "typescript", "bin", "tsc");
    const checked = spawnSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
    assert.equal(checked.status, 0, checked.stdout);
  });
});
