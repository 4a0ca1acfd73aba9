import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createTestFolder, runCli } from "../fakes/cli.ts";
import { startWebServer } from "../fakes/web-server.ts";

const PAGE = `<title>河湾镇老码头改建_河湾网</title><h1>河湾镇老码头改建</h1><div>2024-05-06 18:30 来源：河湾日报</div>
<div><p>河湾镇的老码头上周拆除了最后一段护栏，施工队说新栈道会在入冬前铺好。</p><p>住在码头边的老人每天来看一眼进度，他们记得从前的样子。</p><p>（责任编辑：周青）</p></div>`;

const inFolder = (): string => {
  const workingFolder = createTestFolder();
  writeFileSync(join(workingFolder, "page.html"), PAGE);
  return workingFolder;
};

test("a saved page is written as text, from a file or from standard input", async () => {
  const wanted = `河湾镇老码头改建
2024-05-06T18:30:00+08:00 · 河湾日报

河湾镇的老码头上周拆除了最后一段护栏，施工队说新栈道会在入冬前铺好。

住在码头边的老人每天来看一眼进度，他们记得从前的样子。
`;
  const fromFile = await runCli(["extract", "page.html"], { workingFolder: inFolder() });
  assert.deepEqual([fromFile.stdout, fromFile.stderr, fromFile.exitCode], [wanted, "", 0]);
  assert.equal((await runCli(["extract", "-"], { stdin: PAGE })).stdout, wanted);
});

test("JSON has every field, which rule took it, and what was taken out of the text", async () => {
  const { stdout } = await runCli(["extract", "page.html", "--json", "--url", "https://hewan.example/1.html"], {
    workingFolder: inFolder(),
  });
  const { title, published, precision, source, author, paragraphs, why, dropped } = JSON.parse(stdout);
  assert.deepEqual([title, published, precision], ["河湾镇老码头改建", "2024-05-06T18:30:00+08:00", "minute"]);
  assert.deepEqual([source, author, paragraphs.length], ["河湾日报", null, 2]);
  assert.equal(why.source, "labelled on the page");
  assert.deepEqual(dropped.at(-1), { text: "（责任编辑：周青）", rule: "editors" });
});

test("a folder of rules is used, and a line in it that is not understood is told", async () => {
  const workingFolder = inFolder();
  mkdirSync(join(workingFolder, "rules"));
  writeFileSync(join(workingFolder, "rules", "hewan.example.txt"), "title: //p[1]\ntitel: //p\n");
  const args = ["extract", "page.html", "--site-rules", "rules", "--url", "https://www.hewan.example/1.html"];
  const { stdout, stderr } = await runCli(args, { workingFolder });
  assert.match(stdout, /^河湾镇的老码头上周拆除/);
  assert.match(stderr, /hewan\.example\.txt, line 2: "titel: \/\/p" is not understood/);
});

test("what is no page, no address and no file ends with an error that says so", async () => {
  const workingFolder = inFolder();
  writeFileSync(join(workingFolder, "empty.html"), "<ul><li><a href=/>首页</a></ul>");
  const fails = async (...args: string[]) => {
    const { exitCode, stderr } = await runCli(["extract", ...args], { workingFolder });
    return `${exitCode} ${stderr.trim()}`;
  };
  assert.match(await fails("empty.html"), /^1 wenxun: empty\.html holds no text of an article\./);
  assert.match(await fails("missing.html"), /^1 wenxun: missing\.html cannot be read: ENOENT\./);
  assert.match(
    await fails("page.html", "--url", "hewan"),
    /^2 wenxun: "hewan" is no address of a page\. --url takes an http or https address\./,
  );
  assert.match(
    await fails("page.html", "--site-rules", "nowhere"),
    /^1 wenxun: The folder of site rules, .*nowhere, cannot be read: ENOENT\./,
  );
});

test("a page is fetched by its address: decoded by its bytes, and not past robots.txt or the guard", async () => {
  await using site = await startWebServer((request, response) => {
    const { url = "" } = request;
    if (url === "/robots.txt") response.end("User-agent: *\nDisallow: /closed/\n");
    else if (url === "/moved") response.writeHead(302, { location: "/closed/1.html" }).end();
    else if (url === "/old") response.writeHead(301, { location: "/news/1.html" }).end();
    else if (url === "/gone") response.writeHead(404).end("nothing");
    else response.writeHead(200, { "content-type": "text/html; charset=iso-8859-1" }).end(PAGE);
  });
  const at = (path: string): string => `http://127.0.0.1:${site.port}${path}`;
  const ask = (path: string, ...args: string[]) => runCli(["extract", at(path), "--fetch-allow", "127.0.0.1", ...args]);
  const { stdout, stderr, exitCode } = await ask("/old", "--json");
  assert.equal(exitCode, 0, stderr);
  const { title, paragraphs, source } = JSON.parse(stdout);
  assert.deepEqual([title, paragraphs.length, source], ["河湾镇老码头改建", 2, "河湾日报"]);
  assert.deepEqual(
    site.asked.map((asked) => asked.replace(/^[^/]*/, "")),
    ["/robots.txt", "/old", "/news/1.html"],
  );
  for (const [path, message] of [
    ["/moved", /robots\.txt of .* asks robots not to read/],
    ["/gone", /404/],
  ] as const) {
    const run = await ask(path);
    assert.deepEqual([run.exitCode, run.stdout], [1, ""], path);
    assert.match(run.stderr, message);
  }
  const before = site.asked.length;
  const guarded = await runCli(["extract", at("/news/1.html")]);
  assert.equal(guarded.exitCode, 1);
  assert.match(guarded.stderr, /fetch-allow/);
  assert.equal(site.asked.length, before, "nothing on this machine is asked");
});
