import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Clock } from "./clock.ts";
import type { Fetched } from "./fetcher.ts";
import { escapePattern, matches, parseRobots } from "./robots.ts";
import { RobotsCache } from "./robots-cache.ts";

const allows = (text: string | Buffer, path: string, robot = "wenxun"): boolean =>
  parseRobots(Buffer.from(text), robot).allows(path);

/** Files, and paths that they allow (+) or forbid (-) to `wenxun`. */
const CASES: readonly (readonly [what: string, file: string, paths: string])[] = [
  ["an empty file allows all", "", "+/a"],
  ["a group for all", "User-agent: *\nDisallow: /a", "-/a -/ab -/a/b +/b +/A"],
  ["an own group counts alone", "User-agent: *\nDisallow: /\nUser-agent: wenxun\nDisallow: /b", "+/a -/b"],
  ["an own group without rules allows all", "User-agent: *\nDisallow: /\n\nUser-agent: wenxun\n", "+/a"],
  [
    "several groups of one name are one",
    "User-agent: wenxun\nDisallow: /a\nUser-agent: x\nDisallow: /\nUser-agent: wenxun\nDisallow: /b",
    "-/a -/b +/c",
  ],
  ["several names share a group", "User-agent: x\nUser-agent: WenXun\nDisallow: /a", "-/a +/b"],
  [
    "lines that are no rules close no group",
    "User-agent: wenxun\nSitemap: /s\nCrawl-delay: 5\nUser-agent: x\nDisallow: /a",
    "-/a",
  ],
  ["rules before any name are none", "Disallow: /a\nUser-agent: wenxun\nDisallow: /b", "+/a -/b"],
  ["a name goes to its version or first space", "User-agent: wenxun/1.0 (x)\nDisallow: /a", "-/a"],
  ["a longer name is another robot", "User-agent: wenxunbot\nDisallow: /a", "+/a"],
  ["the longest rule decides", "User-agent: *\nDisallow: /a\nAllow: /a/b\nDisallow: /a/b/c", "-/a +/a/b -/a/b/c"],
  ["of two that are as long the one that allows", "User-agent: *\nDisallow: /a\nAllow: /a", "+/a"],
  [
    "wildcards",
    "User-agent: *\nDisallow: /*.pdf$\nDisallow: /*/print\nAllow: /free*",
    "-/x/a.pdf +/a.pdf?x -/b/print/1 +/print +/free.pdf.html",
  ],
  ["a dollar within is one", "User-agent: *\nDisallow: /a$b", "-/a$b +/a"],
  ["an empty rule forbids nothing", "User-agent: *\nDisallow:\nDisallow: /b", "+/a -/b"],
  ["comments", "User-agent: * # all\nDisallow: /a # not\n#Disallow: /b", "-/a +/b"],
  ["misspelt names, and a missing colon", "useragent *\nDisalow: /a\ndissallow /b\n", "-/a -/b +/c"],
  ["line ends of old machines", "User-agent: *\rDisallow: /a\r\rAllow: /a/b", "-/a +/a/b"],
  ["a byte-order mark", "\ufeffUser-agent: *\nDisallow: /a", "-/a"],
  [
    "Chinese paths",
    "User-agent: *\nDisallow: /新闻\nDisallow: /%e7%9b%b8",
    "-/%E6%96%B0%E9%97%BB/1 -/%E7%9B%B8%E7%89%87 +/%E6%96%B0",
  ],
  ["index.html stands for its folder", "User-agent: *\nDisallow: /\nAllow: /a/index.html", "+/a/ +/a/index.html -/a/b"],
  ["robots.txt itself is always allowed", "User-agent: *\nDisallow: /", "+/robots.txt -/"],
  ["queries belong to the path", "User-agent: *\nDisallow: /*?page=", "-/list?page=2 +/list"],
];

describe("robots.txt", () => {
  for (const [what, file, paths] of CASES) {
    test(what, () => {
      for (const expected of paths.split(" "))
        assert.equal(allows(file, expected.slice(1)), expected.startsWith("+"), expected);
    });
  }

  test("what is no text at all, or very long, throws nothing and takes no time", () => {
    assert.ok(allows(Buffer.from([0xff, 0xfe, 0, 1, 2]), "/a"));
    const stars = `User-agent: *\nDisallow: /${"*a".repeat(8000)}$`;
    assert.ok(allows(stars, `/${"a".repeat(7000)}`));
    const tail = `User-agent: *\nDisallow: /a\n${"# x\n".repeat(200_000)}Disallow: /b`;
    assert.deepEqual([allows(tail, "/a"), allows(tail, "/b")], [false, true], "read as far as the limit");
  });

  test("patterns match by their pieces", () => {
    assert.ok(matches("/fish*.php", "/fishheads/catfish.php?x"));
    assert.ok(matches("/a*b$", "/ab"));
    assert.ok(!matches("/a*ab$", "/ab"), "pieces do not overlap");
    assert.equal(escapePattern("/%aa\u00c3\u00a1"), "/%AA%C3%A1");
  });

  test("sitemaps are told wherever they stand", () => {
    const file = "Sitemap: https://a.test/1.xml\nUser-agent: x\nDisallow: /\nsitemap: https://a.test/2.xml";
    assert.deepEqual(parseRobots(Buffer.from(file), "wenxun").sitemaps, [
      "https://a.test/1.xml",
      "https://a.test/2.xml",
    ]);
  });
});

describe("the robots cache", () => {
  const setUp = () => {
    let nowMs = 0;
    let asked = 0;
    let status = 200;
    const clock: Clock = { nowMs: () => nowMs, steadyMs: () => nowMs, sleep: async () => {} };
    const get = async (url: string): Promise<Fetched> => {
      asked++;
      return { status, url, headers: {}, body: Buffer.from("User-agent: *\nDisallow: /a") };
    };
    const cache = new RobotsCache({ fetcher: { get }, robot: "wenxun", clock });
    return {
      allows: (path: string) => cache.allows(`https://a.test${path}`),
      asked: () => asked,
      setStatus: (value: number) => {
        status = value;
      },
      pass: (ms: number) => {
        nowMs += ms;
      },
      cache,
    };
  };

  test("asks once a day", async () => {
    const { allows, asked, pass } = setUp();
    assert.deepEqual([await allows("/a"), await allows("/b")], [false, true]);
    assert.equal(asked(), 1);
    pass(24 * 3_600_000 + 1);
    await allows("/b");
    assert.equal(asked(), 2);
  });

  test("a missing file allows all, a server that fails nothing for now", async () => {
    for (const [status, expected] of [
      [404, true],
      [403, true],
      [500, false],
      [503, false],
      [429, false],
    ] as const) {
      const { allows, setStatus } = setUp();
      setStatus(status);
      assert.equal(await allows("/a"), expected, String(status));
    }
    const { allows, setStatus, pass } = setUp();
    setStatus(500);
    assert.equal(await allows("/b"), false);
    setStatus(200);
    pass(3_600_001);
    assert.equal(await allows("/b"), true, "asked again after an hour");
  });

  test("says what it means for whoever wanted the page", async () => {
    const { cache } = setUp();
    await assert.rejects(cache.assertAllowed("https://a.test/a"), {
      code: "fetch-refused",
      message: /robots\.txt of a\.test/,
    });
  });
});
