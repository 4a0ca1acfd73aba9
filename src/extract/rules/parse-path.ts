import { AppError } from "../../errors.ts";

/**
 * The part of XPath 1.0 that site rules use, as a tree. Axes: child, descendant(-or-self), self, parent, ancestor(-or-self),
 * following(-sibling), preceding(-sibling), attribute; predicates with positions, comparisons, `and`, `or`, `+`, `-`; unions; the functions of
 * {@link FUNCTIONS}.
 */
export type Expression =
  | { readonly kind: "path"; readonly from: Expression | "root" | "here"; readonly steps: readonly Step[] }
  | { readonly kind: "filter"; readonly of: Expression; readonly predicates: readonly Expression[] }
  | { readonly kind: "call"; readonly name: string; readonly parts: readonly Expression[] }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "number"; readonly value: number };

export interface Step {
  readonly axis: Axis;
  /** An element's or attribute's name, `*`, `text()` or `node()`. */
  readonly test: string;
  readonly predicates: readonly Expression[];
}

const AXES = [
  "child",
  "descendant",
  "descendant-or-self",
  "self",
  "parent",
  "ancestor",
  "ancestor-or-self",
  "following-sibling",
  "preceding-sibling",
  "following",
  "preceding",
  "attribute",
] as const;
export type Axis = (typeof AXES)[number];

/** Functions that are understood, with the fewest and the most of what they take. */
export const FUNCTIONS: Readonly<Record<string, readonly [number, number]>> = {
  contains: [2, 2],
  "starts-with": [2, 2],
  "ends-with": [2, 2],
  "substring-before": [2, 2],
  "substring-after": [2, 2],
  substring: [2, 3],
  "normalize-space": [0, 1],
  translate: [3, 3],
  concat: [2, 20],
  string: [0, 1],
  "string-length": [0, 1],
  "lower-case": [1, 1],
  not: [1, 1],
  true: [0, 0],
  false: [0, 0],
  count: [1, 1],
  position: [0, 0],
  last: [0, 0],
  name: [0, 1],
  "local-name": [0, 1],
  id: [1, 1],
};

/** Characters of an expression; the longest of the public rules have 400. */
const MAX_LENGTH = 2_000;
/** Brackets within brackets. */
const MAX_DEPTH = 30;

const TOKEN =
  /\s*(?:(\/\/|::|\.\.|!=|<=|>=|[/.@()[\],|=<>*+-])|"([^"]*)"|'([^']*)'|(\d+(?:\.\d+)?)|([\p{L}_][\p{L}\p{N}_-]*(?::(?!:)[\p{L}_][\p{L}\p{N}_-]*)?))/uy;

interface Token {
  readonly kind: "sign" | "text" | "number" | "name" | "end";
  readonly value: string;
}

const END: Token = { kind: "end", value: "" };

/** @throws AppError `bad-input` for what is no expression, or uses what is not understood */
export function parsePath(source: string): Expression {
  const fail = (what: string): never => {
    throw new AppError("bad-input", `"${source.slice(0, 120)}" is no path that is understood: ${what}.`);
  };
  if (source.length > MAX_LENGTH) fail(`it has more than ${MAX_LENGTH} characters`);
  const tokens = tokenize(source, fail);
  let at = 0;
  let depth = 0;
  const peek = (ahead = 0): Token => tokens[at + ahead] ?? END;
  const take = (): Token => tokens[at++] ?? END;
  const isSign = (value: string, ahead = 0): boolean => peek(ahead).kind === "sign" && peek(ahead).value === value;
  const takeIf = (value: string): boolean => {
    if (!isSign(value)) return false;
    at++;
    return true;
  };
  const expect = (value: string): void => {
    if (!takeIf(value)) fail(`"${value}" is missing before "${peek().value}"`);
  };

  const LEVELS: readonly (readonly string[])[] = [["or"], ["and"], ["=", "!="], ["<", ">", "<=", ">="], ["+", "-"]];
  const parseLevel = (level: number): Expression => {
    const operators = LEVELS[level];
    if (operators === undefined) return parseUnion();
    let left = parseLevel(level + 1);
    while (operators.includes(peek().value) && peek().kind !== "text") {
      const operator = take().value;
      left = { kind: "binary", operator, left, right: parseLevel(level + 1) };
    }
    return left;
  };
  const parseExpression = (): Expression => {
    if (++depth > MAX_DEPTH) fail("it is nested too deep");
    const expression = parseLevel(0);
    depth--;
    return expression;
  };
  const parseUnion = (): Expression => {
    let left = parseWhole();
    while (takeIf("|")) left = { kind: "binary", operator: "|", left, right: parseWhole() };
    return left;
  };

  /** A path, or a value in brackets, of a function or written out, perhaps with predicates and a path behind it. */
  const parseWhole = (): Expression => {
    const { kind, value } = peek();
    if (kind === "text") {
      at++;
      return { kind: "text", value };
    }
    if (kind === "number") {
      at++;
      return { kind: "number", value: Number(value) };
    }
    if (isSign("(") || (kind === "name" && isSign("(", 1) && !["text", "node"].includes(value))) {
      const of = isSign("(") ? parseBracket() : parseCall();
      const predicates = parsePredicates();
      const whole: Expression = predicates.length === 0 ? of : { kind: "filter", of, predicates };
      const steps = isSign("/") || isSign("//") ? parseSteps() : [];
      return steps.length === 0 ? whole : { kind: "path", from: whole, steps };
    }
    if (isSign("/") || isSign("//")) return { kind: "path", from: "root", steps: parseSteps() };
    return { kind: "path", from: "here", steps: [parseStep(), ...parseSteps()] };
  };
  const parseBracket = (): Expression => {
    expect("(");
    const inner = parseExpression();
    expect(")");
    return inner;
  };
  const parseCall = (): Expression => {
    const name = take().value;
    const [fewest, most] = FUNCTIONS[name] ?? fail(`there is no function ${name}()`);
    expect("(");
    const parts: Expression[] = [];
    if (!isSign(")"))
      do parts.push(parseExpression());
      while (takeIf(","));
    expect(")");
    if (parts.length < fewest || parts.length > most) fail(`${name}() takes ${fewest} to ${most} values`);
    return { kind: "call", name, parts };
  };
  const parseSteps = (): Step[] => {
    const steps: Step[] = [];
    for (;;) {
      if (takeIf("//")) steps.push({ axis: "descendant-or-self", test: "node()", predicates: [] });
      else if (!takeIf("/")) return steps;
      steps.push(parseStep());
    }
  };
  const parseStep = (): Step => {
    if (takeIf("..")) return { axis: "parent", test: "node()", predicates: parsePredicates() };
    if (takeIf(".")) return { axis: "self", test: "node()", predicates: parsePredicates() };
    let axis: Axis = "child";
    if (takeIf("@")) axis = "attribute";
    else if (peek().kind === "name" && isSign("::", 1)) {
      const { value } = take();
      axis = AXES.find((name) => name === value) ?? fail(`there is no axis ${value}`);
      at++;
    }
    const { kind, value } = take();
    if (kind !== "name" && value !== "*") fail(`a name is missing before "${value}"`);
    let test = value.toLowerCase();
    if (isSign("(")) {
      if (test !== "text" && test !== "node") fail(`${value}() is no step`);
      at++;
      expect(")");
      test += "()";
    }
    return { axis, test, predicates: parsePredicates() };
  };
  const parsePredicates = (): Expression[] => {
    const predicates: Expression[] = [];
    while (takeIf("[")) {
      predicates.push(parseExpression());
      expect("]");
    }
    return predicates;
  };

  const expression = parseExpression();
  if (peek().kind !== "end") fail(`"${peek().value}" is not expected`);
  return expression;
}

function tokenize(source: string, fail: (what: string) => never): Token[] {
  const tokens: Token[] = [];
  const text = source.trim();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const { lastIndex } = TOKEN;
    const match = TOKEN.exec(text);
    if (match === null) return fail(`"${text.slice(lastIndex, lastIndex + 10)}" is not understood`);
    const [, sign, double, single, number, name] = match;
    if (sign !== undefined) tokens.push({ kind: "sign", value: sign });
    else if (number !== undefined) tokens.push({ kind: "number", value: number });
    else if (name !== undefined) tokens.push({ kind: "name", value: name });
    else tokens.push({ kind: "text", value: double ?? single ?? "" });
  }
  return tokens;
}
