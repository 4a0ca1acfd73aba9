import { MarkupParser } from "../ingest/markup-parser.ts";

export interface PageElement {
  readonly kind: "element";
  /** Lower case. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly parent: PageElement | undefined;
  readonly children: PageNode[];
  /** Place in the page, counted through. */
  readonly order: number;
  /** `order` of the last of what it holds. */
  end: number;
}

export interface PageText {
  readonly kind: "text";
  text: string;
  readonly parent: PageElement;
  readonly order: number;
}

export type PageNode = PageElement | PageText;

export interface PageScript {
  readonly type: string;
  readonly id: string;
  readonly text: string;
}

/** A page as its parser saw it. */
export interface Page {
  /** Holds what stands in the page, however many documents it is made of. */
  readonly root: PageElement;
  /** By name, property or itemprop, in lower case; the first of each. */
  readonly meta: ReadonlyMap<string, string>;
  readonly links: readonly Readonly<Record<string, string>>[];
  readonly scripts: readonly PageScript[];
  /** Texts of `<title>`, outside of pictures. */
  readonly titles: readonly string[];
  readonly language: string | undefined;
  readonly base: string | undefined;
}

/** Elements and texts that are kept of a page; no article has so many, and what follows is passed over. */
const MAX_NODES = 400_000;
/** Characters of scripts that are kept. */
const MAX_SCRIPT_CHARACTERS = 4_000_000;
const RAW = new Set(["script", "style"]);

/** Reads a page into a tree, in time that grows with its length alone: whatever is broken in it, there is a tree. */
export function parsePage(html: string): Page {
  const root: PageElement = {
    kind: "element",
    name: "#page",
    attributes: {},
    parent: undefined,
    children: [],
    order: 0,
    end: Number.POSITIVE_INFINITY,
  };
  const meta = new Map<string, string>();
  const links: Record<string, string>[] = [];
  const scripts: PageScript[] = [];
  const titles: string[] = [];
  let language: string | undefined;
  let base: string | undefined;
  let current = root;
  let order = 0;
  let scriptCharacters = 0;
  /** Inside of `<script>`, `<style>`: its text is no text of the page. */
  let raw: { readonly attributes: Readonly<Record<string, string>>; readonly name: string; text: string } | undefined;
  let title: string | undefined;

  const parser: MarkupParser = new MarkupParser(
    {
      onopentag(name, attributes) {
        if (RAW.has(name)) raw = { name, attributes, text: "" };
        if (name === "meta") addMeta(meta, attributes, () => html.slice(parser.startIndex, parser.endIndex + 1));
        else if (name === "link") links.push(attributes);
        else if (name === "html") language ??= attributes.lang ?? attributes["xml:lang"];
        else if (name === "base") base ??= attributes.href;
        else if (name === "title" && !isWithin(current, "svg")) title = "";
        if (order >= MAX_NODES) return;
        const element: PageElement = {
          kind: "element",
          name,
          attributes,
          parent: current,
          children: [],
          order: ++order,
          end: order,
        };
        current.children.push(element);
        current = element;
      },
      ontext(text) {
        if (raw !== undefined) {
          raw.text += text;
          return;
        }
        if (title !== undefined) {
          title += text;
          return;
        }
        if (order >= MAX_NODES) return;
        const last = current.children.at(-1);
        if (last?.kind === "text") last.text += text;
        else current.children.push({ kind: "text", text, parent: current, order: ++order });
      },
      onclosetag(name) {
        if (raw !== undefined && raw.name === name) {
          scriptCharacters += raw.text.length;
          if (name === "script" && scriptCharacters <= MAX_SCRIPT_CHARACTERS) {
            const { type = "", id = "" } = raw.attributes;
            scripts.push({ type: type.toLowerCase(), id, text: raw.text });
          }
          raw = undefined;
        }
        if (name === "title" && title !== undefined) {
          titles.push(title);
          title = undefined;
        }
        if (current.name !== name || current.parent === undefined) return;
        current.end = order;
        current = current.parent;
      },
    },
    { decodeEntities: true },
  );
  parser.end(html);
  return { root, meta, links, scripts, titles, language, base };
}

/** A quote within the value of an attribute, as templates leave it unescaped: `content="他说"你好"了"`. */
const UNESCAPED =
  /\scontent\s*=\s*"([\s\S]*)"\s*(?:\/?>|\s(?:name|property|itemprop|charset|http-equiv|id|data-[\w-]+)\s*=)/i;

function addMeta(meta: Map<string, string>, attributes: Readonly<Record<string, string>>, source: () => string): void {
  let { content } = attributes;
  if (content === undefined) return;
  // Attributes that hold what is no name are the rest of a value that broke off.
  if (Object.keys(attributes).some((name) => /[^\w:.-]/.test(name))) content = UNESCAPED.exec(source())?.[1] ?? content;
  for (const key of [attributes.property, attributes.name, attributes.itemprop]) {
    const name = key?.trim().toLowerCase();
    if (name !== undefined && name !== "" && content.trim() !== "" && !meta.has(name)) meta.set(name, content.trim());
  }
}

function isWithin(element: PageElement | undefined, name: string): boolean {
  for (let at = element; at !== undefined; at = at.parent) if (at.name === name) return true;
  return false;
}
