import { toPlainDate } from "./feed-date.ts";
import { htmlToText } from "./html.ts";

/** What the feed says of itself. */
export interface FeedSource {
  readonly title: string;
  readonly authorsAreSources: boolean;
}

/** An element of a feed with all of its text. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
}

/** Elements whose text is a piece of a page. */
const IS_HTML =
  /^(?:description|content:encoded|content|summary|excerpt:encoded|body|fulltext|fullitem|itunes:summary|media:description)$/i;
/** In Atom an element of any other type holds base64; where it is a text after all, that shows. */
const IS_PLAIN_TYPE = /^(?:text|html|xhtml|text\/.*|.*[+/]xml)?$/i;
const HAS_TYPE = /^(?:title|summary|content|subtitle|rights)$/;
const IS_BASE64 = /^[A-Za-z0-9+/\s]{4,}={0,2}\s*$/;
/** Elements that hold others which are meant: their names, titles and terms. */
const HOLDS_OTHERS = /^(?:author|contributor|source|dc:creator)$/i;

/** An item of a feed while it is read, element by element. */
export class FeedItem {
  readonly #tag: string;
  readonly #elements: Element[] = [];
  /** What is open inside the item: its own elements first. */
  readonly #open: string[] = [];
  #keeps = true;

  constructor(tag: string) {
    this.#tag = tag;
  }

  /** From now on only its end is looked for: it is too long. */
  stopKeeping(): void {
    this.#keeps = false;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    this.#open.push(name);
    if (!this.#keeps) return;
    const [top = ""] = this.#open;
    if (this.#open.length === 1) this.#elements.push({ name, attributes, text: "" });
    else if (HOLDS_OTHERS.test(top)) this.#elements.push({ name: `${top}/${name}`, attributes, text: "" });
    // Atom's xhtml: the page stands in the feed as elements.
    else this.#add(`<${name}>`);
  }

  addText(text: string): void {
    const last = this.#elements.at(-1);
    if (last === undefined || this.#open.length === 0) return;
    this.#add(this.#open.length > 1 && !last.name.includes("/") ? escapeHtml(text) : text);
  }

  /** True when the item itself has been closed. */
  close(name: string): boolean {
    if (this.#open.length === 0) return name === this.#tag;
    this.#open.pop();
    const last = this.#elements.at(-1);
    if (last !== undefined && this.#open.length === 0) last.text = unwrapCdata(decodeBase64(last));
    if (this.#keeps && this.#open.length > 0 && !HOLDS_OTHERS.test(this.#open[0] ?? "")) this.#add(`</${name}>`);
    return false;
  }

  hasText(text: string): boolean {
    return this.#elements.some((element) => element.text.includes(text));
  }

  /** The beginning of it, to show. */
  toText(): string {
    return this.#elements.map(({ name, text }) => `${name}: ${text.trim()}`).join("\n");
  }

  /** A record under usual names, beside everything under the names of the feed. */
  toRecord(feed: FeedSource): { value: unknown } | { problem: string } {
    const type = this.#first("wp:post_type");
    if (type !== undefined && type !== "post" && type !== "page")
      return { problem: `is no post but of the type "${type}"` };
    const status = this.#first("wp:status");
    if (status !== undefined && status !== "publish")
      return { problem: `was not published: its status is "${status}"` };

    const value: Record<string, unknown> = Object.create(null);
    for (const { name, text } of this.#elements) value[name] ??= text.trim();
    const source = this.#first("source", "source/title", "dc:source", "dc:publisher") ?? this.#authorAsSource(feed);
    const found: Record<string, unknown> = {
      id: this.#first("guid", "id"),
      title: this.#title(),
      body: this.#body(),
      url: this.#link(),
      published: this.#published(),
      category: this.#category(),
      source: source ?? (feed.title === "" ? undefined : feed.title),
    };
    for (const name of ["content", "summary", "description", "link", "updated", "excerpt:encoded"]) delete value[name];
    return { value: Object.assign(value, found) };
  }

  #add(text: string): void {
    const last = this.#elements.at(-1);
    if (last !== undefined) last.text += text;
  }

  #first(...names: readonly string[]): string | undefined {
    for (const name of names) {
      const found = this.#elements.find((element) => element.name === name && element.text.trim() !== "");
      if (found !== undefined) return found.text.trim();
    }
    return undefined;
  }

  #title(): string | undefined {
    const element = this.#elements.find(({ name }) => name === "title");
    const text = element?.text.trim();
    if (text === undefined) return this.#first("media:title", "dc:title");
    return /html/.test(element?.attributes.type ?? "") ? htmlToText(text) : text;
  }

  /** The longest of what stands for the text: feeds give a description beside the whole. */
  #body(): string | undefined {
    const texts = this.#elements.filter(({ name }) => IS_HTML.test(name)).map((element) => toPlainText(element));
    return texts.reduce<string | undefined>(
      (best, text) => (text.length > (best?.length ?? 0) ? text : best),
      undefined,
    );
  }

  #link(): string | undefined {
    const links = this.#elements.filter(({ name }) => name === "link");
    const link = links.find(({ attributes }) => (attributes.rel ?? "alternate") === "alternate") ?? links[0];
    const address = link?.attributes.href ?? link?.text.trim();
    if (address !== undefined && address !== "") return address;
    const guid = this.#first("guid");
    return guid !== undefined && /^https?:/i.test(guid) ? guid : undefined;
  }

  #published(): string | undefined {
    const utc = this.#first("wp:post_date_gmt");
    if (utc !== undefined && /^[1-9]/.test(utc)) return `${utc.replace(" ", "T")}Z`;
    const date = this.#first(
      "published",
      "pubDate",
      "dc:date",
      "issued",
      "wp:post_date",
      "date",
      "updated",
      "modified",
      "dcterms:issued",
      "dcterms:created",
      "dcterms:modified",
    );
    return date === undefined ? undefined : toPlainDate(date);
  }

  #category(): string | undefined {
    const all = this.#elements.filter(({ name }) => name === "category");
    const element = all.find(({ attributes }) => attributes.domain === "category") ?? all[0];
    const { label, term } = element?.attributes ?? {};
    return label ?? term ?? (element?.text.trim() || this.#first("dc:subject"));
  }

  #authorAsSource({ authorsAreSources }: FeedSource): string | undefined {
    return authorsAreSources ? this.#first("author/name", "author", "dc:creator") : undefined;
  }
}

/** The text of an element, which Atom allows to be packed as base64. */
export function decodeBase64({ name, attributes, text }: Element): string {
  const isPacked = attributes.mode === "base64" || (HAS_TYPE.test(name) && !IS_PLAIN_TYPE.test(attributes.type ?? ""));
  return isPacked && IS_BASE64.test(text) ? Buffer.from(text, "base64").toString("utf8") : text;
}

/** Marks of CDATA that stand in a text were put around it once too often. */
const unwrapCdata = (text: string): string =>
  text.includes("<![CDATA[") ? text.replaceAll("<![CDATA[", "").replaceAll("]]>", "") : text;

function toPlainText({ text, attributes }: Element): string {
  if (attributes.type === "text" || attributes.type === "text/plain" || !/[<&]/.test(text)) return text.trim();
  // Without paragraphs of its own, as WordPress stores it, its lines are the paragraphs.
  return htmlToText(/<(?:p|br|div|li|h\d)\b/i.test(text) ? text : text.replace(/\r?\n/g, "<br>"));
}

const escapeHtml = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
