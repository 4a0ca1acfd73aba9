import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { describe, test } from "node:test";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { createFetcher, type FetcherOptions } from "../../src/fetch/create-fetcher.ts";
import { createVirtualClock } from "../fakes/virtual-clock.ts";
import { type Answer, startWebServer } from "../fakes/web-server.ts";

const options = { userAgent: "wenxun/1 (news archive; +https://example.org)", allow: ["127.0.0.1"], gapMs: 0 };

async function withSite(
  answer: Answer,
  run: (get: ReturnType<typeof createFetcher>["get"], site: string) => Promise<void>,
  more: Partial<FetcherOptions> = {},
): Promise<void> {
  await using server = await startWebServer(answer);
  const fetcher = createFetcher({ ...options, ...more });
  try {
    await run(fetcher.get, `http://127.0.0.1:${server.port}`);
  } finally {
    await fetcher.close();
  }
}

describe("the fetcher", () => {
  test("says who asks, and sends no cookie and no referer", async () => {
    let headers: Record<string, unknown> = {};
    const answer: Answer = (request, response) => {
      headers = request.headers;
      if (request.url === "/") response.writeHead(302, { location: "/b", "set-cookie": "a=b" }).end();
      else response.end();
    };
    await withSite(answer, async (get, site) => {
      await get(`${site}/`);
      assert.equal(headers["user-agent"], options.userAgent);
      assert.deepEqual([headers.cookie, headers.referer], [undefined, undefined]);
    });
  });

  test("gives back the ETag and the date byte for byte, as they were given", async () => {
    const etag = 'W/"\u00e4 \u00ff;"';
    const lastModified = "Sun, 29 nov 2026 08:00:00 +0800";
    let asked: readonly (string | undefined)[] = [];
    const answer: Answer = (request, response) => {
      const match = request.headers["if-none-match"];
      asked = [match, request.headers["if-modified-since"]];
      if (match === undefined) response.writeHead(200, { etag, "last-modified": lastModified }).end("new");
      else response.writeHead(304).end();
    };
    await withSite(answer, async (get, site) => {
      const first = await get(site);
      const validators = { etag: first.headers.etag, lastModified: first.headers["last-modified"] };
      assert.deepEqual(validators, { etag, lastModified });
      assert.equal((await get(site, { validators })).status, 304);
      assert.deepEqual(asked, [etag, lastModified]);
    });
  });

  test("unpacks what is packed, whatever the server says of it", async () => {
    const text = "新闻".repeat(1000);
    const ways: readonly (readonly [string, string | undefined, Buffer])[] = [
      ["gzip", "gzip", gzipSync(text)],
      ["deflate", "deflate", deflateSync(text)],
      ["raw", "deflate", deflateRawSync(text)],
      ["br", "BR", brotliCompressSync(text)],
      ["twice", "gzip, br", brotliCompressSync(gzipSync(text))],
      ["unsaid", undefined, gzipSync(text)],
      ["untrue", "gzip", Buffer.from(text)],
    ];
    const answer: Answer = (request, response) => {
      const [, encoding, bytes] = ways.find(([name]) => request.url === `/${name}`) ?? [];
      response.writeHead(200, encoding === undefined ? {} : { "content-encoding": encoding }).end(bytes);
    };
    await withSite(answer, async (get, site) => {
      for (const [name] of ways) assert.equal((await get(`${site}/${name}`)).body.toString(), text, name);
    });
  });

  test("bounds what a server can make it hold: bombs, endless streams, chains of compression", async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const endless = (response: ServerResponse): void => {
      const write = (): void => {
        if (!response.destroyed) response.write(Buffer.alloc(65_536), () => setImmediate(write));
      };
      write();
    };
    const answers: Readonly<Record<string, (response: ServerResponse) => void>> = {
      bomb: (response) => response.writeHead(200, { "content-encoding": "gzip" }).end(bomb),
      file: (response) => response.end(bomb),
      twice: (response) => response.writeHead(200, { "content-encoding": "gzip, gzip" }).end(gzipSync(bomb)),
      endless,
      announced: (response) => response.writeHead(200, { "content-length": "9000000000" }).write("x"),
      chain: (response) => response.writeHead(200, { "content-encoding": "gzip,gzip,gzip,gzip" }).end("x"),
      unknown: (response) => response.writeHead(200, { "content-encoding": "lzma" }).end("x"),
      cut: (response) => response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("text").subarray(0, 20)),
    };
    const answer: Answer = (request, response) => answers[request.url?.slice(1) ?? ""]?.(response);
    await withSite(
      answer,
      async (get, site) => {
        for (const name of Object.keys(answers)) {
          const isSize = !["chain", "unknown", "cut"].includes(name);
          const message = isSize ? /larger than 2 MB/ : /packed|compression/;
          await assert.rejects(get(`${site}/${name}`), { code: "fetch-failed", message }, name);
        }
      },
      { maxBytes: 2_000_000 },
    );
  });

  test("says in words why there was no whole answer", async () => {
    const answer: Answer = (request, response) => {
      if (request.url === "/slow") return;
      if (request.url === "/drip") response.write("a");
      else if (request.url === "/cut") {
        response.writeHead(200, { "content-length": "100" }).write("half");
        setTimeout(() => response.destroy(), 20);
      } else response.socket?.end("SSH-2.0-OpenSSH\r\n");
    };
    await withSite(
      answer,
      async (get, site) => {
        await assert.rejects(get(`${site}/slow`), { code: "fetch-failed", message: /within 0\.3 s/ });
        await assert.rejects(get(`${site}/drip`), { code: "fetch-failed", message: /within 0\.3 s/ });
        await assert.rejects(get(`${site}/cut`), { code: "fetch-failed", message: /broke off/ });
        await assert.rejects(get(`${site}/ssh`), { code: "fetch-failed", message: /HTTP/ });
      },
      { timeoutMs: 300 },
    );
    const fetcher = createFetcher(options);
    await assert.rejects(fetcher.get("http://127.0.0.1:9/"), { code: "fetch-failed", message: /connections/ });
    await fetcher.close();
  });

  test("follows five redirects and no more, and tells where an address has moved for good", async () => {
    const answer: Answer = (request, response) => {
      const [, kind = "", left = "0"] = (request.url ?? "").split("/");
      if (left === "0") response.end("there");
      else {
        const status = kind === "for-good" ? 301 : kind === "mixed" && left === "1" ? 302 : 308;
        response.writeHead(status, { location: `/${kind}/${Number(left) - 1}` }).end();
      }
    };
    await withSite(answer, async (get, site) => {
      assert.equal((await get(`${site}/for-good/5`)).movedTo, `${site}/for-good/0`);
      const mixed = await get(`${site}/mixed/2`);
      assert.deepEqual([mixed.url, mixed.movedTo], [`${site}/mixed/0`, undefined]);
      assert.equal((await get(`${site}/a/0`)).movedTo, undefined);
      await assert.rejects(get(`${site}/for-good/6`), { code: "fetch-failed", message: /more than 5/ });
    });
  });

  test("asks a host one thing at a time, with two seconds between, and other hosts meanwhile", async () => {
    const clock = createVirtualClock();
    const times: [string, number][] = [];
    let underWay = 0;
    let most = 0;
    await using server = await startWebServer((request, response) => {
      times.push([request.headers.host?.split(":")[0] ?? "", clock.nowMs()]);
      most = Math.max(most, ++underWay);
      setTimeout(() => {
        underWay--;
        response.end();
      }, 5);
    });
    const fetcher = createFetcher({
      userAgent: "test",
      clock,
      allow: ["a.test", "b.test"],
      resolve: async () => ["127.0.0.1"],
    });
    const hosts = ["a.test", "a.test", "a.test", "b.test"];
    await Promise.all(hosts.map((host) => fetcher.get(`http://${host}:${server.port}/`)));
    await fetcher.close();
    const ofA = times.filter(([host]) => host === "a.test").map(([, at]) => at);
    const gaps = ofA.slice(1).map((at, index) => at - (ofA[index] ?? 0));
    assert.ok(
      gaps.every((gap) => gap >= 2000),
      `gaps ${gaps}`,
    );
    assert.ok(most <= 2, "one connection to each host");
  });

  test("a call that is called off is over at once", async () => {
    await withSite(
      () => {},
      async (get, site) => {
        const controller = new AbortController();
        const asked = get(site, { signal: controller.signal });
        setTimeout(() => controller.abort(), 30);
        await assert.rejects(asked, { name: "AbortError" });
      },
    );
  });
});
