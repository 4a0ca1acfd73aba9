/** Names that sites and strangers bring stay text on the pages of what is followed, in every field and language. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { AlertSummary } from "../../src/alerts/summarize-alert.ts";
import { NO_ALERTS } from "../../src/api/alert-desk.ts";
import { NO_SOURCES } from "../../src/api/source-desk.ts";
import { MarkupParser } from "../../src/ingest/markup-parser.ts";
import type { SourceSummary } from "../../src/sources/summarize-source.ts";
import { HOSTILE_TEXTS, HOSTILE_URLS } from "../fakes/hostile.ts";
import { startFakeServer } from "./server.ts";

const LANGUAGES = ["zh-CN", "zh-TW", "en"];
const KEY = "a-key-that-nobody-guesses";

/** What a page could be made to run or to load from elsewhere. */
function findHarm(page: string): string[] {
  const harm: string[] = [];
  const parser = new MarkupParser({
    onopentag: (name, attributes) => {
      for (const [key, value] of Object.entries(attributes)) {
        if (/^on/i.test(key)) harm.push(`${name} ${key}`);
        if (/^(?:href|src|action)$/.test(key) && /^\s*(?:javascript|data|vbscript):/i.test(value)) harm.push(value);
        if (key === "src" && !value.startsWith("/assets/")) harm.push(`${name} ${value}`);
      }
      if (["iframe", "object", "embed", "img", "base"].includes(name)) harm.push(name);
      if (name === "script" && attributes.src === undefined && attributes.type === undefined) harm.push("script");
    },
  });
  parser.end(page);
  return harm;
}

test("the check of pages sees what could harm", () => {
  assert.deepEqual(findHarm("<script>alert(1)</script><img src=x onerror=y><a href='javascript:x'>"), [
    "script",
    "img x",
    "img onerror",
    "img",
    "javascript:x",
  ]);
});

test("names, addresses and problems of sources are text", async (t) => {
  const moment = "2026-01-02T03:04:00.000Z";
  const texts = [...Object.values(HOSTILE_TEXTS), ...HOSTILE_URLS];
  const listed = texts.map((text, index): SourceSummary => {
    const health = index % 2 === 0 ? "failing" : "ok";
    const moments = { added: moment, lastCheck: moment, lastSuccess: moment, lastChange: moment, nextCheck: moment };
    const figures = { intervalMinutes: 5, failures: 2, articles: 3, articlesPerDay: 1, waitingPages: 0 };
    const told = { name: text, address: text, problem: text, notice: text, missed: moment };
    const hub = { hub: text, hubStatus: "refused", hubProblem: text } as const;
    return { id: index + 1, kind: "feed", status: "active", health, ...moments, ...figures, ...told, ...hub };
  });
  const app = await startFakeServer(t, { token: "secret", sources: { ...NO_SOURCES, list: () => listed } });
  for (const language of LANGUAGES) {
    const headers = { authorization: "Bearer secret", "accept-language": language };
    const { statusCode, body } = await app.inject({ url: "/sources", headers });
    assert.deepEqual([statusCode, findHarm(body)], [200, []]);
    assert.ok(body.includes("&lt;script&gt;alert(1)"), "it is shown as text");
  }
});

test("the name of a followed search is text on the page that ends it, and what is typed into the form to follow one", async (t) => {
  let name = "";
  const byKey = async () =>
    // As much of one as the page shows.
    ({
      id: 1,
      name,
      search: { query: name },
      address: name,
      status: "active",
      problem: name,
    }) as unknown as AlertSummary;
  const server = await startFakeServer(t, { token: "secret", alerts: { ...NO_ALERTS, byKey } });
  for (const text of Object.values(HOSTILE_TEXTS)) {
    name = text;
    const { statusCode, body } = await server.inject(`/unsubscribe/${KEY}`);
    assert.deepEqual([statusCode, findHarm(body)], [200, []]);
    const login = await server.inject(`/login?to=${encodeURIComponent(text.toWellFormed())}`);
    assert.deepEqual(findHarm(login.body), []);
  }
});
