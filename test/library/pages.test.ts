/** Pages of one's own, and what a program shares with the server that it starts. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { packageRoot } from "../../src/config/paths.ts";
import { AppError, definePage, openArchive, startServer } from "../../src/index.ts";
import { ARTICLES } from "../fakes/articles.ts";
import { createTestFolder } from "../fakes/cli.ts";

const open = async () => {
  const archive = await openArchive(join(createTestFolder(), "archive"));
  await archive.put(ARTICLES);
  return archive;
};

test("the example makes a dashboard in under 40 lines, and loads its table once", async (t) => {
  const script = join(packageRoot, "examples", "dashboard.ts");
  assert.ok(readFileSync(script, "utf8").split("\n").length < 40);
  const child: ChildProcess = spawn(
    process.execPath,
    ["--conditions=wenxun-source", script, join(packageRoot, "examples", "articles.csv")],
    { cwd: createTestFolder(), env: { ...process.env, PORT: "0" }, stdio: ["ignore", "pipe", "inherit"] },
  );
  t.after(async () => {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  });
  assert.ok(child.stdout !== null);
  const [url] = (await once(createInterface(child.stdout), "line")) as [string];
  const page = await (await fetch(`${url}?word=${encodeURIComponent("雁")}`)).text();
  assert.match(page, /<h1>每周：雁<\/h1>/);
  assert.match(page, /<option selected>雁<\/option>/);
  assert.match(page, /<meter max="100" value="100"><\/meter>/);
  assert.match(page, /<link rel="stylesheet"|<main id="main">/);
  await (await fetch(url)).text();
  const status = (await (await fetch(new URL("/api/v1/status", url))).json()) as {
    resources: { key: string; loads: number; hits: number }[];
  };
  const table = status.resources.find(({ key }) => key === "dashboard:words");
  assert.deepEqual([table?.loads, table?.hits], [1, 1]);
});

test("a page escapes what it shows, reads its query, and links under the site's path", async () => {
  await using archive = await open();
  const page = definePage("/own/table", async ({ query, archive, html, link, form, language }) => {
    const { hits } = await archive.search({ query: query.q ?? "", limit: 1 });
    return html`<p lang="${language}">${query.q}</p>${form(
      [
        { name: "q", label: "<词>", kind: "search" },
        { name: "all", label: "a", kind: "checkbox" },
      ],
      "go",
    )}
<a href="${link("articles/x", { q: "a b", none: undefined })}">${hits[0]?.title}</a>`;
  });
  await using server = await startServer(archive, { port: 0, publicUrl: "https://example.org/news/", pages: [page] });
  const reply = await fetch(
    `${server.url}/own/table?q=${encodeURIComponent("大桥")}&q=${encodeURIComponent("<b>大桥")}`,
  );
  const text = await reply.text();
  assert.equal(reply.status, 200, text);
  assert.match(reply.headers.get("content-security-policy") ?? "", /script-src 'self'/);
  assert.ok(text.includes("&lt;b&gt;大桥") && !text.includes("<b>大桥"));
  assert.ok(text.includes('href="/news/articles/x?q=a+b"'));
  assert.ok(text.includes('<input type="search" name="q" value="&lt;b&gt;大桥">'));
  assert.ok(text.includes("<h1>own/table</h1>"));
});

test("who may not read the archive may not have its pages, and a page that fails is answered as every failure is", async () => {
  await using archive = await open();
  const pages = [
    definePage("/secret", ({ html }) => html`all of it`),
    definePage("/broken", () => {
      throw new Error("with a secret inside");
    }),
  ];
  await using server = await startServer(archive, { port: 0, access: "token", token: "only-for-me-0123456789", pages });
  const ask = async (path: string, headers: Record<string, string> = {}) => {
    const reply = await fetch(server.url + path, { headers, redirect: "manual" });
    return [reply.status, await reply.text()] as const;
  };
  assert.equal((await ask("/secret"))[0], 401);
  const authorization = "Bearer only-for-me-0123456789";
  assert.match((await ask("/secret", { authorization }))[1], /all of it/);
  const [status, text] = await ask("/broken", { authorization });
  assert.equal(status, 500);
  assert.doesNotMatch(text, /secret inside/);
});

test("a path that is none, or that another page has, is refused", async () => {
  for (const path of ["weekly", "/", "/a/:id", "/a b", "/../x", "/a/"]) {
    assert.throws(
      () => definePage(path, ({ html }) => html``),
      (error) => error instanceof AppError && error.code === "usage",
      path,
    );
  }
  await using archive = await open();
  const taken = definePage("/docs", ({ html }) => html``);
  await assert.rejects(startServer(archive, { port: 0, pages: [taken] }), /\/docs, where there is another one/);
});

test("the library counts, explains and exports, and a server takes every option", async () => {
  await using archive = await open();
  const { periods, total } = await archive.count("大桥", "month");
  assert.deepEqual([total, periods.find(({ start }) => start === "2021-03-01")?.count], [2, 2]);
  assert.deepEqual((await archive.explain("bridge", "大桥 机场"))?.missing, ["机场"]);
  assert.equal(await archive.explain("nothing", "大桥"), undefined);
  const ids: string[] = [];
  for await (const { id } of archive.export()) ids.push(id);
  assert.deepEqual(ids.sort(), ARTICLES.map(({ id }) => id).sort());
  await using server = await startServer(archive, {
    port: 0,
    searchThreads: 1,
    requestTimeoutMs: 5000,
    rateLimit: 1000,
    openScopes: ["search"],
    securityContact: "mailto:a@example.org",
  });
  assert.equal((await fetch(`${server.url}/api/v1/articles/bridge`)).status, 401);
  assert.match(await (await fetch(`${server.url}/.well-known/security.txt`)).text(), /mailto:a@example.org/);
  assert.ok(archive.resources.status().some(({ key }) => key.startsWith("encoder")));
});
