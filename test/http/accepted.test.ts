import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse as parseCsv } from "csv-parse/sync";
import { validateXML } from "xmllint-wasm";
import { ARTICLES } from "../fakes/articles.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { HOSTILE_ARTICLES } from "../fakes/hostile.ts";
import { readFeed } from "./read-feed.ts";
import { startFakeServer } from "./server.ts";

/** What is taken along is read by parsers and validators of others, whatever the articles hold. */

// The parsers are plain JavaScript without types; what they give is checked field by field.
const { Cite } = (await import("@citation-js/core" as string)) as {
  Cite: new (text: unknown, options?: { readonly forceType: string }) => { readonly data: readonly Citation[] };
};
await import("@citation-js/plugin-bibtex" as string);
await import("@citation-js/plugin-ris" as string);
const { read: readRis } = ((await import("@customcommander/ris" as string)) as { default: RisReader }).default;

const readCitations = (text: string, format: "ris" | "bib"): readonly Citation[] =>
  new Cite(text, { forceType: format === "ris" ? "@ris/file" : "@biblatex/text" }).data;

interface RisReader {
  read(text: string): readonly Readonly<Record<string, readonly unknown[]>>[] | null;
}

interface Citation {
  readonly id: string;
  readonly type: string;
  readonly title: string;
  readonly "container-title"?: string;
  readonly issued?: { readonly "date-parts": readonly (readonly number[])[] };
  readonly URL?: string;
}

const backend = createFakeBackend([...ARTICLES, ...HOSTILE_ARTICLES]);
const count = ARTICLES.length + HOSTILE_ARTICLES.length;

const readSchema = (name: string): string =>
  readFileSync(join(import.meta.dirname, "..", "fixtures", "schemas", name), "utf8");

async function findFaults(xml: string, schema: string): Promise<string[]> {
  const { errors } = await validateXML({ xml, schema: readSchema(schema), extension: "relaxng" });
  return errors.map(({ rawMessage }) => rawMessage);
}

/** What every format keeps of a text: not its control characters and halves of characters, and white space only of some kind. */
const toPlain = (text: string): string =>
  text.toWellFormed().replace(/[\s\u0000-\u001f\u007f-\u009f\ufffe\uffff]+/g, "");

for (const [path, schema] of [
  ["/feed.atom", "atom.rng"],
  ["/feed.rss", "rss.rng"],
  ["/opensearch.xml", "opensearch.rng"],
] as const) {
  test(`${path} obeys its schema`, async (t) => {
    const app = await startFakeServer(t, { backend });
    for (const q of ["", "桥", "</title>&\u0001\ud800"]) {
      const { body } = await app.inject({ url: path, query: { q }, headers: { host: "news.example:81" } });
      assert.deepEqual(await findFaults(body, schema), [], q);
    }
  });
}

test("a schema finds what is wrong", async () => {
  const feed = '<feed xmlns="http://www.w3.org/2005/Atom"><id>a b%</id><title/><updated>today</updated></feed>';
  assert.notDeepEqual(await findFaults(feed, "atom.rng"), []);
});

for (const path of ["/feed.atom", "/feed.rss", "/feed.json"]) {
  test(`${path} is read by a reader of feeds, every article by itself`, async (t) => {
    const app = await startFakeServer(t, { backend });
    const { body } = await app.inject({ url: path, query: { limit: "100" } });
    const titles = readFeed(body).items.map(({ title }) => title ?? "");
    const wanted = [...HOSTILE_ARTICLES, ...ARTICLES.slice(0, 3).toReversed(), ...ARTICLES.slice(3)];
    assert.deepEqual(
      titles.map(toPlain),
      wanted.map(({ title }) => toPlain(title)),
    );
  });
}

test("RIS holds the day, and a record for each article, as its readers see it", async (t) => {
  const app = await startFakeServer(t, { backend });
  const { body } = await app.inject({ url: "/export.ris" });
  assert.equal(readCitations(body, "ris").length, count);
  // Lines end as the format wants it, with CR LF; this reader takes files that were opened as text.
  const records = readRis(body.replaceAll("\r\n", "\n")) ?? [];
  assert.equal(records.length, count);
  const bridge = records.find(({ ID }) => ID?.[0] === "bridge");
  assert.deepEqual(
    { ...bridge, N1: undefined },
    {
      TY: ["NEWS"],
      TI: ["临江大桥通车，两岸通勤缩短半小时"],
      T2: ["江湾日报"],
      PY: ["2021"],
      DA: [{ year: "2021", month: "03", day: "14", info: "" }],
      UR: ["https://news.example/bridge?a=1&b=2"],
      KW: ["交通"],
      LA: ["zh-Hans"],
      ID: ["bridge"],
      N1: undefined,
    },
  );
  const titles = records.map(({ TI }) => toPlain(String(TI?.[0])));
  for (const { title } of HOSTILE_ARTICLES) assert.ok(titles.includes(toPlain(title)), title.slice(0, 80));
});

test("BibTeX is an entry for each article, with its day and its title as it was", async (t) => {
  const app = await startFakeServer(t, { backend });
  const { body } = await app.inject({ url: "/export.bib" });
  const data = readCitations(body, "bib");
  assert.equal(data.length, count);
  const bridge = data.find(({ title }) => title.startsWith("临江大桥"));
  assert.deepEqual(bridge?.issued?.["date-parts"], [[2021, 3, 14]]);
  assert.equal(bridge?.URL, "https://news.example/bridge?a=1&b=2");
  const titles = data.map(({ title }) => toPlain(title));
  for (const { title } of HOSTILE_ARTICLES) assert.ok(titles.includes(toPlain(title)), title.slice(0, 80));
});

test("CSL-JSON and the citations of one article are read back, and hold no address that a browser would run", async (t) => {
  const app = await startFakeServer(t, { backend });
  for (const article of HOSTILE_ARTICLES) {
    const url = `/articles/${encodeURIComponent(article.id.toWellFormed())}/cite`;
    const { body } = await app.inject(`${url}/json`);
    const [csl] = new Cite(JSON.parse(body)).data;
    assert.equal(csl?.type, "article-newspaper");
    assert.equal(toPlain(csl?.title ?? ""), toPlain(article.title));
    assert.equal(toPlain(csl?.["container-title"] ?? ""), toPlain(article.source ?? ""));
    assert.doesNotMatch(csl?.URL ?? "", /^\s*(?!https?:)[a-z]+:/i);
    for (const format of ["ris", "bib"] as const) {
      const file = (await app.inject(`${url}/${format}`)).body;
      assert.equal(readCitations(file, format).length, 1, `${format} ${article.id}`);
    }
  }
});

/** Without the apostrophe that keeps what follows a line break, a tab or a semicolon from being taken for a formula. */
const withoutMarks = (text = ""): string => text.replace(/([;\t\r\n]["\p{Cf}]*)'(?=[=+@＝＋＠﹦﹢﹫\-－﹣−])/gu, "$1");

test("CSV and JSON lines give every article back as it was, but for what no spreadsheet shall run", async (t) => {
  const app = await startFakeServer(t, { backend });
  const { body: csv } = await app.inject({ url: "/export.csv" });
  const rows: Record<string, string>[] = parseCsv(csv, { bom: true, columns: true });
  const { body: lines } = await app.inject({ url: "/export.jsonl" });
  const records = lines
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, string>);
  assert.deepEqual([rows.length, records.length], [count, count]);
  for (const [index, { id, title, body, source }] of HOSTILE_ARTICLES.entries()) {
    const wanted = [id, title, body, source].map((text) => (text ?? "").toWellFormed());
    const row = rows[index];
    assert.deepEqual([row?.title, row?.body, row?.source].map(withoutMarks), wanted.slice(1).map(withoutMarks));
    assert.match(row?.id ?? "", /^(?:'[=+\-@\t\r]|[^=+\-@\t\r])/);
    const record = records[index];
    assert.deepEqual(
      [record?.id, record?.title, record?.body, record?.source].map((text) => text?.toWellFormed()),
      wanted,
    );
  }
});
