import { fold, joinSpacedUnits } from "../../text/fold.ts";
import { scanUnits } from "../../text/units.ts";
import { toFirstDay } from "./day-value.ts";
import { toPhrase } from "./phrase.ts";
import { readTokens, type Token } from "./tokens.ts";
import { allOf, anyOf, type QueryNode } from "./tree.ts";
import {
  findLostSign,
  findUnknownOperator,
  findUnknownWords,
  isForeignCall,
  withoutForeignField,
} from "./unknown-operators.ts";

/** Words of a nearness stand within so many characters of each other at most; a longer distance counts as this. */
const MAX_DISTANCE = 1000;
/** Parentheses within parentheses that are obeyed; those further in count as white space. */
const MAX_DEPTH = 32;

export interface ParsedTree {
  readonly tree: QueryNode | undefined;
  /**
   * What looks like an operator and is none that is known, as typed: `site:bbc`, `covid*`, and numbers of which the sign is not looked for.
   * It counts as words, without the name of a field that other search tools know.
   */
  readonly unknown: readonly string[];
  /** Some of the query was left out. */
  readonly wasCut: boolean;
}

/**
 * Reads the query language. Any text parses; what is no operator is words.
 *
 *     query    = { choice }                                  all of them
 *     choice   = both { ( "OR" | "|" ) both }                 any of them
 *     both     = item { "AND" item }                          all of them, closer than OR
 *     item     = ( "-" | "NOT" ) item | primary
 *     primary  = "(" query ")" | field | quote [ "~" number ] | text
 *     field    = "title:" [ "-" ] primary | ( "source:" | "category:" ) [ "-" ] names | ( "before:" | "after:" ) [ "-" ] day
 *     names    = name | "(" name { [ "OR" ] name } ")"        any of them
 *     name     = quote | text
 *     quote    = one of "…" “…” „…‟ 「…」 『…』 «…»
 *
 * So `意大利 OR 英格兰 冠军` is (意大利 OR 英格兰) 冠军, as search engines of the web read it, and `a AND b OR c` is (a AND b) OR c.
 * A minus excludes at the start of a word, before letters, a quotation, a group or a field; before a number it is a sign. OR, AND
 * and NOT are written in capitals. What is not before a day is on it or after it. An operator without operand is left out; a parenthesis without its twin is white space.
 */
export function parseTree(typed: string): ParsedTree {
  return new Parser(readTokens(joinSpacedUnits(typed))).parse();
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #unknown = new Set<string>();
  #index = 0;
  #depth = 0;
  #wasCut = false;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): ParsedTree {
    for (const word of findUnknownWords(this.#tokens)) this.#unknown.add(word);
    const nodes: QueryNode[] = [];
    while (this.#peek() !== undefined) {
      nodes.push(...this.#query());
      // A closing parenthesis that closes nothing.
      if (this.#peek() !== undefined) this.#index++;
    }
    return { tree: allOf(nodes), unknown: [...this.#unknown], wasCut: this.#wasCut };
  }

  /** The next token; undefined at the end. */
  #peek(): Token | undefined {
    return this.#tokens[this.#index];
  }

  /** Whether an operand can begin here. */
  #hasOperand(): boolean {
    const next = this.#peek();
    return next !== undefined && next.kind !== "close" && next.kind !== "or" && next.kind !== "and";
  }

  /** Takes the next token where it is of the kind. */
  #take(kind: Token["kind"]): boolean {
    if (this.#peek()?.kind !== kind) return false;
    this.#index++;
    return true;
  }

  #query(): QueryNode[] {
    const nodes: QueryNode[] = [];
    for (let next = this.#peek(); next !== undefined && next.kind !== "close"; next = this.#peek())
      nodes.push(...this.#choice());
    return nodes;
  }

  #choice(): QueryNode[] {
    const first = this.#both();
    if (this.#peek()?.kind !== "or") return first;
    const alternatives = [allOf(first)];
    while (this.#take("or")) {
      if (this.#hasOperand()) alternatives.push(allOf(this.#both()));
    }
    return toNodes(anyOf(alternatives.flatMap((node) => node ?? [])));
  }

  #both(): QueryNode[] {
    const nodes = [...this.#item()];
    while (this.#take("and")) {
      if (this.#hasOperand()) nodes.push(...this.#item());
    }
    return nodes;
  }

  #item(): QueryNode[] {
    let negations = 0;
    while (this.#take("not")) negations++;
    const isExcluded = negations % 2 === 1;
    const token = this.#peek();
    // What is excluded is one thing, whatever punctuation it holds: -covid-19.
    const excluded = isExcluded && token?.kind === "text" ? this.#excludedText(token.raw) : undefined;
    const node = excluded ?? allOf(this.#primary());
    if (node === undefined) return [];
    return isExcluded ? [negate(node)] : [node];
  }

  #excludedText(raw: string): QueryNode | undefined {
    const asked = withoutForeignField(raw);
    const words = toWords(fold(asked));
    const phrase = words.length > 1 ? toPhrase(asked) : undefined;
    if (phrase === undefined) return undefined;
    const operator = findUnknownOperator(raw);
    if (operator !== undefined) this.#unknown.add(operator);
    this.#index++;
    return { kind: "phrase", text: phrase };
  }

  /** Several words where a text holds punctuation, none where it holds nothing else. */
  #primary(): QueryNode[] {
    const token = this.#peek();
    if (token === undefined || token.kind === "close" || token.kind === "or") return [];
    this.#index++;
    switch (token.kind) {
      case "open":
        return this.#nested(() => {
          const nodes = this.#query();
          this.#take("close");
          return nodes;
        });
      case "quote":
        return toNodes(quoteToNode(token.content, token.distance));
      case "field":
        return this.#field(token);
      case "text":
        return this.#text(token.raw);
      // An operator where an operand is wanted.
      default:
        return [];
    }
  }

  /** What stands within a group or a field, as one node; nothing where it stands too deep. */
  #nested(read: () => QueryNode[]): QueryNode[] {
    if (this.#depth >= MAX_DEPTH) {
      this.#wasCut = true;
      return [];
    }
    this.#depth++;
    const nodes = read();
    this.#depth--;
    return toNodes(allOf(nodes));
  }

  #field(token: FieldToken): QueryNode[] {
    const { field, raw } = token;
    if (this.#take("not")) {
      const node = allOf(this.#field(token));
      return node === undefined ? [] : [negate(node)];
    }
    if (field === "title") {
      return this.#nested(() => this.#primary()).flatMap((node) => toNodes(inTitle(node)));
    }
    if (field === "source" || field === "category") {
      const names = this.#names();
      if (names === undefined) return this.#valueless(raw);
      return toNodes(anyOf(names.map((value) => ({ kind: field, value: value.toWellFormed() }))));
    }
    const typed = this.#name();
    if (typed === undefined) return this.#valueless(raw);
    const day = toFirstDay(typed);
    if (day !== undefined) return [{ kind: field, day }];
    this.#unknown.add(`${raw}${typed}`);
    return this.#text(`${raw}${typed}`);
  }

  /** A field whose value cannot be read: its name counts as a word. */
  #valueless(raw: string): QueryNode[] {
    this.#unknown.add(raw);
    return this.#text(raw);
  }

  /** The text or the quotation that comes next, as typed. */
  #name(): string | undefined {
    const value = this.#peek();
    if (value?.kind !== "text" && value?.kind !== "quote") return undefined;
    this.#index++;
    return (value.kind === "text" ? value.raw : value.content).trim();
  }

  /** One name or a group of them, without the empty ones; undefined, with nothing taken, where neither comes next. */
  #names(): string[] | undefined {
    const start = this.#index;
    const names: string[] = [];
    if (this.#take("open")) {
      for (
        let next = this.#peek()?.kind;
        next === "or" || next === "text" || next === "quote";
        next = this.#peek()?.kind
      ) {
        if (!this.#take("or")) names.push(this.#name() ?? "");
      }
      if (!this.#take("close")) {
        this.#index = start;
        return undefined;
      }
      const next = this.#peek();
      // A name that begins with parentheses: (臺)中央社.
      if (next?.kind === "text" && !next.spaced) return [`(${names.join("")})${this.#name() ?? ""}`];
    } else {
      const name = this.#name();
      if (name === undefined) return undefined;
      names.push(name);
    }
    return names.filter((name) => name !== "");
  }

  #text(raw: string): QueryNode[] {
    const operator = findUnknownOperator(raw);
    if (operator !== undefined) this.#unknown.add(operator);
    if (isForeignCall(raw)) return [];
    const words = toWords(fold(withoutForeignField(raw)));
    const lost = findLostSign(raw, words);
    if (lost !== undefined) this.#unknown.add(lost);
    return words.map((text) => ({ kind: "word", text }));
  }
}

type FieldToken = Token & { readonly kind: "field" };

const toNodes = (node: QueryNode | undefined): QueryNode[] => (node === undefined ? [] : [node]);

/** An article without a date is outside of every range, so it is neither before a day nor not before it. */
function negate(node: QueryNode): QueryNode {
  switch (node.kind) {
    case "not":
      return node.node;
    case "before":
      return { kind: "after", day: node.day };
    case "after":
      return { kind: "before", day: node.day };
    default:
      return { kind: "not", node };
  }
}

/** The field reaches into groups; what is no text stays as it is. */
function inTitle(node: QueryNode): QueryNode | undefined {
  switch (node.kind) {
    case "word":
    case "phrase":
    case "near":
      return { kind: "title", node };
    case "not": {
      const inner = inTitle(node.node);
      return inner && negate(inner);
    }
    case "and":
      return allOf(node.nodes.flatMap((part) => inTitle(part) ?? []));
    case "or":
      return anyOf(node.nodes.flatMap((part) => inTitle(part) ?? []));
    default:
      return node;
  }
}

function quoteToNode(content: string, distance: number | undefined): QueryNode | undefined {
  const words = [...new Set(toWords(fold(content)))];
  if (distance !== undefined && words.length > 1)
    return { kind: "near", words, distance: Math.min(MAX_DISTANCE, distance) };
  // One word, however often it stands there, is near itself.
  const phrase = toPhrase(distance === undefined ? content : (words[0] ?? content));
  return phrase === undefined ? undefined : { kind: "phrase", text: phrase };
}

/** A unit that holds a sign. */
const SIGNED = /[^\p{L}\p{N}\p{M}]/u;

/**
 * The words of folded text: the stretches between separators, and units whose signs are part of them, such as `3.5%` and `c++`;
 * see text/units.ts. `iphone15手机` is one word of two units.
 */
export function toWords(folded: string): string[] {
  const words: string[] = [];
  let start = 0;
  let end = -1;
  const close = (): void => {
    if (end > start) words.push(folded.slice(start, end));
  };
  let wasSigned = false;
  scanUnits(folded, (_kind, unitStart, unitEnd) => {
    const isSigned = SIGNED.test(folded.slice(unitStart, unitEnd));
    if (unitStart !== end || isSigned || wasSigned) {
      close();
      start = unitStart;
    }
    end = unitEnd;
    wasSigned = isSigned;
  });
  close();
  return words;
}
