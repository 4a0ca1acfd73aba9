import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { fold } from "../src/text/fold.ts";
import { unitClassAt } from "../src/text/runs.ts";

/**
 * Folds the training text with the product's own fold, so that Python and TypeScript agree by construction.
 *
 *     node training/fold.ts DATA OUT
 *
 * Reads DATA/news, DATA/pairs, DATA/eval and DATA/lexicon (JSON lines, gzipped). For each file, writes to OUT:
 *
 *     NAME.u16     the folded texts, UTF-16 little-endian, one after the other
 *     NAME.off     little-endian uint32 offsets into it, in units; record r holds texts r*fields … r*fields+fields-1
 *     classes.u8   one byte per UTF-16 unit: 1 Han, 2 other letters and digits, 0 a separator (src/text/runs.ts)
 *     NAME.jsonl   one line per record: { fields, id, source, published, label, split } as far as the record has them
 */

const MAX_BODY_UNITS = 2000;

class TextWriter {
  readonly #texts: number;
  readonly #offsets: number[] = [0];
  readonly #meta: string[] = [];
  readonly #path: string;
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  constructor(path: string) {
    this.#path = path;
    this.#texts = openSync(`${path}.u16`, "w");
  }

  add(texts: readonly string[], meta: object): void {
    for (const text of texts) {
      const bytes = Buffer.from(fold(text), "utf16le");
      this.#pending.push(bytes);
      this.#pendingBytes += bytes.length;
      this.#offsets.push((this.#offsets.at(-1) ?? 0) + bytes.length / 2);
    }
    this.#meta.push(JSON.stringify({ fields: texts.length, ...meta }));
    if (this.#pendingBytes > 1 << 24) this.#flush();
  }

  #flush(): void {
    writeSync(this.#texts, Buffer.concat(this.#pending));
    this.#pending = [];
    this.#pendingBytes = 0;
  }

  close(): void {
    this.#flush();
    closeSync(this.#texts);
    writeFileSync(`${this.#path}.off`, Uint32Array.from(this.#offsets));
    writeFileSync(`${this.#path}.jsonl`, this.#meta.map((line) => `${line}\n`).join(""));
    console.error(`${basename(this.#path)}: ${this.#meta.length} records, ${this.#offsets.at(-1)} units`);
  }
}

type Row = Record<string, unknown>;

/** Lines end in \n alone: U+2028 and U+2029 stand unescaped inside JSON strings. */
function* rows(path: string): Generator<Row> {
  for (const line of gunzipSync(readFileSync(path)).toString("utf8").split("\n")) if (line !== "") yield JSON.parse(line);
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** The body without what a template put there: the title again, a date line, the channel's opening and the credits. */
function cleanBody(title: string, body: string): string {
  let rest = body.startsWith(title) ? body.slice(title.length) : body;
  rest = rest.replace(/^(中国网络电视台消息|央视网消息|央视网讯)?\s*[（(]新闻联播[）)]\s*[:：]?|^央视网消息\s*[:：]/u, "");
  rest = rest.replace(/^\s*\d{4}[-年]\d{1,2}[-月]\d{1,2}日?(T[\d:]+Z)?\s*\n/u, "");
  rest = rest.replace(/[（(]?(视频编辑|责任编辑|编辑|编译|责编)[:：/].{0,40}$/u, "");
  return rest.trim().slice(0, MAX_BODY_UNITS);
}

const [data, out] = process.argv.slice(2);
if (data === undefined || out === undefined) throw new Error("usage: node training/fold.ts DATA OUT");
mkdirSync(out, { recursive: true });

// What is a run: the product's own classes of UTF-16 units. Surrogates separate here: no token of the vocabulary holds one.
const classes = Uint8Array.from({ length: 0x10000 }, (_, unit) =>
  unit >= 0xd800 && unit <= 0xdfff ? 0 : unitClassAt(String.fromCharCode(unit), 0),
);
writeFileSync(join(out, "classes.u8"), classes);

const folder = (name: string): string[] => readdirSync(join(data, name)).filter((file) => file.endsWith(".jsonl.gz"));
const stem = (file: string): string => file.replace(/\.jsonl\.gz$/, "");

for (const file of folder("news")) {
  const writer = new TextWriter(join(out, `news-${stem(file)}`));
  for (const row of rows(join(data, "news", file))) {
    const title = text(row.title);
    const { id, source, published } = row;
    writer.add([title, cleanBody(title, text(row.body))], { id, source, published });
  }
  writer.close();
}

for (const file of folder("pairs")) {
  const writer = new TextWriter(join(out, `pairs-${stem(file)}`));
  for (const row of rows(join(data, "pairs", file))) {
    const texts = ["a", "b", "query", "pos", "neg", "title"].filter((key) => typeof row[key] === "string").map((key) => text(row[key]));
    writer.add(texts, { label: row.label, split: row.split, published: row.published });
  }
  writer.close();
}

for (const name of readdirSync(join(data, "eval"), { withFileTypes: true })) {
  if (!name.isDirectory()) continue;
  for (const part of ["corpus", "queries"]) {
    // A set whose documents are those of DATA/news holds no corpus of its own.
    if (!existsSync(join(data, "eval", name.name, `${part}.jsonl.gz`))) continue;
    const writer = new TextWriter(join(out, `eval-${name.name}-${part}`));
    for (const row of rows(join(data, "eval", name.name, `${part}.jsonl.gz`)))
      writer.add([text(row.title), text(row.text)], { id: row.id });
    writer.close();
  }
}

const synonyms = new TextWriter(join(out, "cilin"));
for (const line of gunzipSync(readFileSync(join(data, "lexicon", "cilin.txt.gz"))).toString("utf8").split("\n")) {
  const [code, ...words] = line.trim().split(/\s+/);
  if (code?.endsWith("=") === true && words.length > 1) synonyms.add(words, { id: code });
}
synonyms.close();
