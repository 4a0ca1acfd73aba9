/** The client against a server, and against servers that are busy, gone or none. */
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { build } from "esbuild";
import { ClientError, createClient, provesQuote } from "../../src/client/client.ts";
import { packageRoot } from "../../src/config/paths.ts";
import { type Archive, openArchive, type SearchServer, startServer } from "../../src/index.ts";
import { toClientTypes } from "../../tools/make-client-types.ts";
import { ARTICLES } from "../fakes/articles.ts";
import { createTestFolder } from "../fakes/cli.ts";
import { startFakeServer } from "../http/server.ts";

// Not run at once: the server that they ask is in this process.
const run = promisify(execFile);

const TOKEN = "a-token-for-tests-0123456789";
const MANY = Array.from({ length: 250 }, (_, index) => ({
  id: `ferry-${index}`,
  title: `第${index}班渡轮准点到港`,
  body: `编号${index * 7919}的渡轮在${index}号码头靠岸，乘客${index + 3}人。`,
  published: "2024-03-01",
}));

let archive: Archive;
let server: SearchServer;
before(async () => {
  archive = await openArchive(join(createTestFolder(), "archive"));
  await archive.put(ARTICLES);
  server = await startServer(archive, { port: 0, token: TOKEN });
});
after(async () => {
  await server.stop();
  await archive.close();
});

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

test("searches, reads, suggests and tells the status", async () => {
  const client = createClient(server.url);
  const { total, hits } = await client.search({ q: "大桥", source: ["江湾日报", "海灣時報"], limit: 1 });
  assert.deepEqual([total, hits.length, hits[0]?.id], [2, 1, "bridge"]);
  assert.equal((await client.article("undated/ünï 100%"))?.title, ARTICLES[3]?.title);
  assert.equal(await client.article("."), undefined);
  assert.equal(await client.similar("nothing"), undefined);
  assert.ok((await client.similar("bridge", { limit: 1 })) !== undefined);
  assert.deepEqual(
    await client.suggest("臨江大橋通"),
    ["臨江大橋通車首日 市民排隊過橋", "临江大桥通车，两岸通勤缩短半小时"].slice(0, 2),
  );
  assert.equal((await client.status()).archive?.timezone, "Asia/Shanghai");
});

test("puts, walks through every page and export, and removes", async () => {
  const client = createClient(server.url, { token: TOKEN });
  assert.equal((await client.put(MANY)).added, MANY.length);
  const hits = await collect(client.searchAll({ q: "渡轮", mode: "keyword" }));
  assert.equal(new Set(hits.map(({ id }) => id)).size, MANY.length);
  const some: string[] = [];
  for await (const { id } of client.searchAll({ q: "渡轮", mode: "keyword" })) if (some.push(id) === 3) break;
  assert.deepEqual(
    some,
    hits.slice(0, 3).map(({ id }) => id),
  );
  const exported = await collect(client.exportArticles({ q: "渡轮", mode: "keyword" }));
  assert.equal(exported.length, MANY.length);
  assert.match(exported[0]?.body ?? "", /码头靠岸/);
  const csv = await client.exportFile("csv", { q: "大桥" });
  assert.match(await csv.text(), /临江大桥/);
  for (const { id } of MANY.slice(0, 2)) assert.equal(await client.remove(id), true);
  assert.equal(await client.remove("ferry-0"), false);
});

test("counts are a table, as values and as a file", async () => {
  const client = createClient(server.url);
  const { series, queries } = await client.counts({ q: ["大桥", "图书馆"], interval: "year", by: "category" });
  assert.deepEqual(
    queries.map(({ query, total }) => [query, total]),
    [
      ["大桥", 2],
      ["图书馆", 1],
    ],
  );
  assert.deepEqual(series[0]?.periods[0], { start: "2021-01-01", count: 2, all: 2, share: 1 });
  const csv = await (await client.countsFile({ q: ["大桥"], interval: "day" })).text();
  assert.match(csv, /^query,group,value,start,count,all,share\r\n大桥,all,,2021-03-14,1,1,1\r\n/);
  await assert.rejects(client.counts({ q: ["大桥"], from: "2021-13-01" }), { code: "invalid-request" });
});

test("a list that a server cuts ends with an error that says how to get the rest", async () => {
  const { hits, ...page } = await createClient(server.url).search({ limit: 1 });
  const many = Array.from({ length: 100 }, (_, index) => ({ ...hits[0], id: `${index}` }));
  const teller = createTeller(() => Response.json({ ...page, hits: many, total: 263_071, notices: ["list-cut"] }));
  const given: string[] = [];
  await assert.rejects(
    async () => {
      for await (const { id } of createClient("http://a", teller).searchAll({})) given.push(id);
    },
    (error: unknown) => error instanceof ClientError && error.code === "list-cut" && /all: "on"/.test(error.message),
  );
  assert.equal(given.length, 100);
});

test("a refusal is an error with a code", async () => {
  const client = createClient(server.url);
  await assert.rejects(
    client.put(MANY),
    (error: unknown) => error instanceof ClientError && error.code === "unauthorized" && error.status === 401,
  );
  await assert.rejects(client.search({ q: "桥", from: "2024-13-01" }), { code: "invalid-request", status: 400 });
  await assert.rejects(createClient("http://127.0.0.1:1", { retries: 0 }).status(), { code: "unreachable", status: 0 });
  const reason = new Error("enough");
  await assert.rejects(client.search({ q: "桥" }, { signal: AbortSignal.abort(reason) }), reason);
});

test("what cannot be sent is an error with a code, and no request", async () => {
  const teller = createTeller(() => assert.fail("nothing is asked"));
  const isUnusable = (error: unknown): boolean =>
    error instanceof ClientError && error.code === "invalid-request" && error.status === 0;
  for (const url of ["nope", "localhost:8600", "ftp://example.org/"])
    assert.throws(() => createClient(url), isUnusable, url);
  assert.throws(() => createClient("http://a", { token: "令牌" }), isUnusable);
  assert.throws(() => createClient("http://a", { headers: { "no header": "a" } }), isUnusable);
  const client = createClient("http://a", teller);
  await assert.rejects(client.put([{ id: 1n }]), isUnusable);
  assert.equal(await client.article(""), undefined);
  assert.equal(await client.similar(""), undefined);
  assert.equal(await client.remove(""), false);
});

/** A server that answers with one thing after the other, and the times at which it was asked. */
function createTeller(...replies: (() => Response)[]) {
  const askedMs: number[] = [];
  const urls: string[] = [];
  const tell: typeof fetch = async (input) => {
    askedMs.push(performance.now());
    urls.push(String(input));
    return (replies[askedMs.length - 1] ?? replies.at(-1) ?? assert.fail())();
  };
  return { askedMs, urls, fetch: tell };
}

const busy = (headers: Record<string, string>) => () =>
  Response.json({ code: "overloaded", message: "Busy.", requestId: "r" }, { status: 429, headers });

test("a busy server is asked again when it says, and not before", async () => {
  const teller = createTeller(busy({ "retry-after": "1" }), () => Response.json({ titles: ["一"] }));
  assert.deepEqual(await createClient("http://a", teller).suggest("一"), ["一"]);
  const [first = 0, second = 0] = teller.askedMs;
  assert.ok(second - first >= 990, `${second - first} ms`);
});

test("Retry-After is understood as seconds and as a date, and passed over where it is neither", async () => {
  const told = async (value: string): Promise<number | undefined> => {
    const teller = createTeller(busy({ "retry-after": value }));
    const error: unknown = await createClient("http://a", { ...teller, retries: 0 })
      .status()
      .catch((reason: unknown) => reason);
    return error instanceof ClientError ? error.retryAfterMs : assert.fail();
  };
  const inAnHour = (await told(new Date(Date.now() + 3_600_000).toUTCString())) ?? 0;
  assert.ok(inAnHour > 3_590_000 && inAnHour <= 3_600_000, `${inAnHour}`);
  assert.equal(await told("120"), 120_000);
  assert.equal(await told(new Date(0).toUTCString()), 0, "a moment that has passed");
  for (const none of ["", "soon", "-5", "1e9", "0x10", "Infinity"]) assert.equal(await told(none), undefined, none);
  const early = createTeller(busy({ "retry-after": new Date(Date.now() + 1500).toUTCString() }), () =>
    Response.json({ titles: [] }),
  );
  assert.deepEqual(await createClient("http://a", early).suggest("一"), []);
  assert.equal(early.askedMs.length, 2);
});

/** A reply that breaks off after a part of its body, as when a server dies. */
const cutOff = (part: string) => () => {
  const parts = [new TextEncoder().encode(part)];
  const body = new ReadableStream({
    pull(controller) {
      const next = parts.shift();
      if (next === undefined) controller.error(new TypeError("terminated"));
      else controller.enqueue(next);
    },
  });
  return new Response(body, { headers: { "content-type": "application/json" } });
};

test("a reply that breaks off is asked for again, and an export that breaks off says so", async () => {
  const once = createTeller(cutOff('{"titles": ["一'), () => Response.json({ titles: ["一"] }));
  assert.deepEqual(await createClient("http://a", once).suggest("一"), ["一"]);
  const always = createTeller(cutOff('{"titles": ["一'));
  await assert.rejects(createClient("http://a", { ...always, retries: 1 }).suggest("一"), {
    name: "ClientError",
    code: "unreachable",
    message: /broke off/,
  });
  assert.equal(always.askedMs.length, 2);
  const strange = createTeller(() => new Response("<html>"));
  await assert.rejects(createClient("http://a", strange).status(), { name: "ClientError", code: "unreadable" });
  assert.equal(strange.askedMs.length, 1, "what is no JSON will be none again");
  for (const [reply, code] of [
    [cutOff('{"id": "a"}\n{"id": "b"'), "unreachable"],
    [() => new Response('{"id": "a"}\n{"id": "b"'), "unreadable"],
  ] as const) {
    const read: string[] = [];
    await assert.rejects(
      async () => {
        const client = createClient("http://a", createTeller(reply));
        for await (const { id } of client.exportArticles({ q: "" })) read.push(id);
      },
      { name: "ClientError", code },
    );
    assert.deepEqual(read, ["a"]);
  }
});

test("iterators end with their signal, and let go of a reply of which enough was seen", async () => {
  let isLetGo = false;
  const endless = () =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new TextEncoder().encode('{"id": "a"}\n')),
        cancel: () => {
          isLetGo = true;
        },
      }),
    );
  const client = createClient("http://a", createTeller(endless));
  for await (const { id } of client.exportArticles({ q: "" })) if (id === "a") break;
  assert.ok(isLetGo);
  const enough = new Error("enough");
  const stop = new AbortController();
  let count = 0;
  await assert.rejects(async () => {
    for await (const _ of createClient(server.url).exportArticles({ q: "" }, { signal: stop.signal })) {
      count++;
      stop.abort(enough);
    }
  }, enough);
  assert.ok(count < MANY.length);
  const pages = new AbortController();
  await assert.rejects(async () => {
    for await (const _ of createClient(server.url).searchAll({ q: "大桥" }, { signal: pages.signal })) break;
    pages.abort(enough);
    for await (const _ of createClient(server.url).searchAll({ q: "大桥" }, { signal: pages.signal })) assert.fail();
  }, enough);
});

/** A server of pages whose state of the archive is gone once, after the first page; `ids` are then what it holds. */
function createPager(before: readonly string[], after: readonly string[]) {
  const asked: (string | null)[] = [];
  const tell: typeof fetch = async (input) => {
    const { searchParams } = new URL(String(input));
    const snapshot = searchParams.get("snapshot");
    asked.push(snapshot);
    if (snapshot === "old" && asked.length > 1)
      return Response.json({ code: "snapshot-gone", message: "Gone.", requestId: "r" }, { status: 410 });
    const [offset, limit] = [Number(searchParams.get("offset")), Number(searchParams.get("limit"))];
    const ids = asked.length === 1 ? before : after;
    const hits = ids.slice(offset, offset + limit).map((id) => ({ id, match: "words" }));
    return Response.json({ hits, notices: [], snapshot: asked.length === 1 ? "old" : "new" });
  };
  return { asked, fetch: tell };
}

test("all hits go on in the newer state when theirs is gone: none is left out, and none given twice", async () => {
  const before = Array.from({ length: 150 }, (_, index) => `a${index}`);
  // Fifty of the first page were removed meanwhile: what stood on the second page stands on the first.
  const after = [...before.slice(50), "new"];
  const pager = createPager(before, after);
  const ids = (await collect(createClient("http://a", pager).searchAll({ q: "渡轮" }))).map(({ id }) => id);
  assert.deepEqual(ids.sort(), [...before, "new"].sort());
  assert.deepEqual(pager.asked, [null, "old", null, "new"]);
  const fixed = createPager(before, after);
  await assert.rejects(
    collect(createClient("http://a", fixed).searchAll({ q: "渡轮", snapshot: "old" })),
    { code: "snapshot-gone" },
    "who asks for one state gets no other",
  );
});

test("a pause that is too long, an error that no waiting mends, and the last attempt end in the error", async () => {
  const slow = createTeller(busy({ "retry-after": "3600" }));
  await assert.rejects(createClient("http://a", slow).status(), {
    code: "overloaded",
    retryAfterMs: 3_600_000,
    requestId: "r",
  });
  assert.equal(slow.askedMs.length, 1);
  const wrong = createTeller(() => Response.json({ code: "invalid-request", message: "No." }, { status: 400 }));
  await assert.rejects(createClient("http://a", wrong).status(), { code: "invalid-request" });
  assert.equal(wrong.askedMs.length, 1);
  const never = createTeller(busy({ "retry-after": "0" }));
  await assert.rejects(createClient("http://a", { ...never, retries: 2 }).status(), { code: "overloaded" });
  assert.equal(never.askedMs.length, 3);
  const strange = createTeller(() => new Response("<html>", { status: 502 }));
  await assert.rejects(createClient("http://a", strange).status(), { code: "unreadable", status: 502 });
});

test("a pause ends when its signal fires", async () => {
  const stop = new AbortController();
  const asked = createClient("http://a", createTeller(busy({ "retry-after": "20" }))).status({ signal: stop.signal });
  setTimeout(() => stop.abort(new Error("enough")), 20);
  await assert.rejects(asked, /enough/);
});

test("a server under a path is asked under it", async () => {
  const teller = createTeller(() => Response.json({ titles: [] }));
  await createClient("https://example.org/news", teller).suggest("a b");
  assert.deepEqual(teller.urls, ["https://example.org/news/api/v1/suggest?q=a+b"]);
});

test("a quote is proven by its offsets alone", () => {
  const body = "甲\u202e乙𠮷丙";
  assert.ok(provesQuote(body, { start: 0, end: 3, text: "甲乙" }));
  assert.ok(provesQuote(body, { start: 3, end: 6, text: "⟦0a⟧𠮷丙⟦/0a⟧" }));
  for (const wrong of [
    { start: 1, end: 3, text: "甲乙" },
    { start: 0, end: 99, text: body },
    { start: -3, end: 6, text: "𠮷丙" },
    { start: 2, end: 2, text: "" },
  ])
    assert.equal(provesQuote(body, wrong), false);
});

test("the types are those of the description", async (t) => {
  const app = await startFakeServer(t);
  const described = (await app.inject("/openapi.json")).json();
  const types = readFileSync(join(packageRoot, "src/client/api-types.ts"), "utf8");
  assert.equal(types, toClientTypes(described), "they are made anew by: node tools/make-client-types.ts");
});

test("the client is small, and needs nothing of Node.js", async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(packageRoot, "src/client/client.ts")],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    metafile: true,
  });
  assert.ok((outputFiles[0]?.contents.length ?? 0) < 10_240, `${outputFiles[0]?.contents.length} bytes`);
  assert.deepEqual(
    Object.values(metafile.outputs).flatMap((output) => output.imports),
    [],
  );
});

test("the example of docs/CLIENT.md runs as it is written", async () => {
  const text = readFileSync(join(packageRoot, "docs/CLIENT.md"), "utf8");
  const code = /```js\n([\s\S]*?)```/.exec(text)?.[1]?.replace("http://127.0.0.1:8600", server.url) ?? assert.fail();
  const { stdout: printed } = await run(
    process.execPath,
    ["--conditions=wenxun-source", "--input-type=module", "-e", code],
    {
      cwd: packageRoot,
    },
  );
  assert.match(printed, /临江大桥通车/);
});

const hasPython = spawnSync("python3", ["--version"]).status === 0;

test("the example in Python runs", { skip: hasPython ? false : "there is no python3" }, async () => {
  const { stdout: printed } = await run("python3", [join(packageRoot, "examples/search.py"), server.url, "大桥"], {
    env: { ...process.env, PYTHONIOENCODING: "utf-8" },
  });
  assert.match(printed, /^2 articles, read as 大桥\n2021-03-14 █ 1\n2021-03-15 █ 1\n/);
  assert.match(printed, /2021-03-15\t海灣時報\t臨江大橋通車首日/);
});
