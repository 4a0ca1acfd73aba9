import { isUtf8 } from "node:buffer";
import { FeedItem, type FeedSource } from "./feed-item.ts";
import type { TextReaderOptions } from "./json-values.ts";
import { MAX_DEPTH, MarkupParser } from "./markup-parser.ts";
import {
  badInput,
  cutText,
  MAX_RECORD_BYTES,
  NOT_UTF8,
  type RawRecord,
  type RecordStream,
  TOO_LONG,
} from "./record.ts";

export interface FeedReaderOptions extends TextReaderOptions {
  readonly name: string;
}

/**
 * The items of an XML feed: RSS of any version (RDF too), Atom, and what WordPress exports (WXR). Entities that a document defines
 * for itself are not expanded, so none can make it grow.
 */
export async function* readFeed(chunks: AsyncIterable<Buffer>, options: FeedReaderOptions): RecordStream {
  const reader = new FeedReader(options);
  let failure: unknown;
  try {
    for await (const text of toTexts(chunks)) {
      reader.write(text);
      if (reader.records.length > 0) yield reader.takeRecords();
    }
  } catch (error) {
    failure = error;
  }
  const end = reader.finish();
  if (reader.records.length > 0) yield reader.takeRecords();
  if (failure !== undefined) throw failure;
  if (end !== undefined) throw badInput(`${options.name} ${end}`);
}

/** Stands for bytes that are no text; XML cannot hold it. */
const NO_TEXT = "\uffff";

const END_OF_TAG = 0x3e;
const TOO_DEEP = `lies inside of ${MAX_DEPTH} elements and more, as no item of a feed does`;

/** What an element takes beside its text and attributes, in characters. */
const ELEMENT_CHARACTERS = 100;

/** The prefix of a root element that is one of Atom under a prefix, such as `a:`; else none. */
function atomPrefix(root: string, attributes: Readonly<Record<string, string>>): string {
  const prefix = /^[^:]+:/.exec(root)?.[0] ?? "";
  return prefix !== "" && attributes[`xmlns:${prefix.slice(0, -1)}`] === ATOM ? prefix : "";
}

const ATOM = "http://www.w3.org/2005/Atom";

const lengthOf = (attributes: Readonly<Record<string, string>>): number =>
  Object.entries(attributes).reduce((sum, [name, value]) => sum + ELEMENT_CHARACTERS + name.length + value.length, 0);

/** A text without tags is handed on in pieces of this size. */
const MAX_PENDING_BYTES = 1024 * 1024;

/** Bytes → text, cut behind a tag so that no character is cut. */
async function* toTexts(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let pending = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([pending, chunk]);
    const end = bytes.length > MAX_PENDING_BYTES ? bytes.length : bytes.lastIndexOf(END_OF_TAG) + 1;
    pending = bytes.subarray(end);
    if (end > 0) yield toText(bytes.subarray(0, end));
  }
  if (pending.length > 0) yield toText(pending);
}

const toText = (bytes: Buffer): string => {
  const text = bytes.toString("utf8");
  return isUtf8(bytes) ? text : text.replaceAll("\ufffd", NO_TEXT);
};

class FeedReader {
  records: RawRecord[] = [];
  readonly #options: FeedReaderOptions;
  readonly #parser: MarkupParser;
  readonly #maxCharacters: number;
  #item: FeedItem | undefined;
  #itemLine = 1;
  #itemLength = 0;
  #itemCount = 0;
  /** The element of the feed itself that is being read, such as its title, and the depth of elements outside items. */
  readonly #outside: string[] = [];
  #feed: { title: string; author: string } = { title: "", author: "" };
  /** What stands before the names of Atom, as in `<a:feed>`. */
  #prefix = "";
  #line = 1;
  /** Where in all of the text lines were counted up to, and the text that is being parsed. */
  #countedTo = 0;
  #text = "";
  #textStart = 0;

  constructor(options: FeedReaderOptions) {
    this.#options = options;
    this.#maxCharacters = options.maxRecordBytes ?? MAX_RECORD_BYTES;
    this.#parser = new MarkupParser(
      {
        onopentag: (name, attributes) => this.#open(name, attributes),
        ontext: (text) => this.#addText(text),
        onclosetag: (name) => this.#close(name),
      },
      { xmlMode: true },
    );
  }

  takeRecords(): RawRecord[] {
    const records = this.records;
    this.records = [];
    return records;
  }

  write(text: string): void {
    this.#text = text;
    this.#parser.write(text);
    this.#lineAt(this.#textStart + text.length);
    this.#textStart += text.length;
    if (this.#textStart - this.#parser.endIndex > this.#maxCharacters) {
      throw badInput(
        `${this.#options.name} holds a tag, comment or CDATA section that does not end; what came before was read.`,
      );
    }
  }

  /** What is wrong with the end of the file, if anything. */
  finish(): string | undefined {
    if (this.#item !== undefined) {
      this.#add({ problem: "breaks off before its end" });
      return "ends in the middle of an item; what came before was read.";
    }
    if (this.#itemCount > 0)
      return this.#outside.length > 0 ? "ends before its last tag; what came before was read." : undefined;
    return "is XML without the items of an RSS or Atom feed: write its articles as JSON lines or CSV.";
  }

  #open(written: string, attributes: Readonly<Record<string, string>>): void {
    if (this.#item === undefined && this.#outside.length === 0) this.#prefix = atomPrefix(written, attributes);
    const name = this.#withoutPrefix(written);
    if (this.#item !== undefined) {
      this.#itemLength += ELEMENT_CHARACTERS + lengthOf(attributes);
      if (this.#itemLength > this.#maxCharacters) this.#item.stopKeeping();
      this.#item.open(name, attributes);
      return;
    }
    if (!/^(?:\w+:)?(?:item|entry)$/.test(name)) {
      // Of several feeds in one file each has a title of its own, or none.
      if (this.#outside.length === 0 || name === "channel") this.#feed = { title: "", author: "" };
      this.#outside.push(name);
      return;
    }
    this.#item = new FeedItem(name);
    this.#itemLine = this.#lineAt(this.#parser.startIndex);
    this.#itemLength = 0;
  }

  #withoutPrefix(name: string): string {
    return this.#prefix !== "" && name.startsWith(this.#prefix) ? name.slice(this.#prefix.length) : name;
  }

  #addText(text: string): void {
    if (this.#item === undefined) {
      this.#addToFeed(text);
      return;
    }
    this.#itemLength += text.length;
    if (this.#itemLength <= this.#maxCharacters) this.#item.addText(text);
  }

  #addToFeed(text: string): void {
    const path = this.#outside.join(" ");
    if (/^(?:rss channel|rdf:RDF channel|feed) title$/i.test(path)) this.#feed.title += text;
    else if (/^feed author name$/i.test(path)) this.#feed.author += text;
  }

  #close(written: string): void {
    const name = this.#withoutPrefix(written);
    const item = this.#item;
    if (item === undefined) this.#outside.pop();
    else if (item.close(name)) {
      this.#itemCount++;
      if (this.#itemLength > this.#maxCharacters) this.#add({ problem: TOO_LONG });
      else if (this.#outside.length >= MAX_DEPTH) this.#add({ problem: TOO_DEEP });
      else if (item.hasText(NO_TEXT)) this.#add({ problem: this.#options.notText ?? NOT_UTF8 });
      else this.#add(item.toRecord(this.#feedSource()));
    }
  }

  /** Feeds of wenxun name the outlet of each entry as its author. */
  #feedSource(): FeedSource {
    return { title: this.#feed.title.trim(), authorsAreSources: this.#feed.author.trim() === "wenxun" };
  }

  #add(record: { value: unknown } | { problem: string }): void {
    const item = this.#item;
    this.#item = undefined;
    this.records.push({ line: this.#itemLine, ...record, excerpt: () => cutText(item?.toText() ?? "") });
  }

  /** The line of a place in all of the text; places only go forward, and lie in the text at hand. */
  #lineAt(place: number): number {
    const start = Math.max(0, this.#countedTo - this.#textStart);
    const end = place - this.#textStart;
    for (let at = this.#text.indexOf("\n", start); at !== -1 && at < end; at = this.#text.indexOf("\n", at + 1))
      this.#line++;
    this.#countedTo = Math.max(this.#countedTo, place);
    return this.#line;
  }
}
