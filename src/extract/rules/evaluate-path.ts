import { AppError } from "../../errors.ts";
import type { PageElement, PageNode } from "../page-tree.ts";
import type { Expression, Step } from "./parse-path.ts";

/** An attribute, as a path finds it. */
export interface PageAttribute {
  readonly kind: "attribute";
  readonly name: string;
  readonly value: string;
  readonly parent: PageElement;
}

export type PathNode = PageNode | PageAttribute;
type Value = readonly PathNode[] | string | number | boolean;

interface Place {
  readonly node: PathNode;
  readonly position: number;
  readonly last: number;
}

/** Nodes that one rule may look at; a page has at most 400,000, and a rule that goes over all of them for each of them is none to wait for. */
const MAX_VISITS = 2_000_000;

/** Evaluates a path over a page. @throws AppError `bad-input` for one that looks at too many nodes */
export function evaluatePath(expression: Expression, root: PageElement): Value {
  return new Evaluation(root).evaluate(expression, { node: root, position: 1, last: 1 });
}

/** The nodes that a path finds, in the order of the page; none where it gives a text or a number. */
export function findNodes(expression: Expression, root: PageElement): readonly PathNode[] {
  const value = evaluatePath(expression, root);
  return typeof value === "object" ? value : [];
}

/** What a path gives as text: a text, or that of each node. */
export function findTexts(expression: Expression, root: PageElement): readonly string[] {
  const value = evaluatePath(expression, root);
  return typeof value === "object" ? value.map(stringOf) : [String(value)];
}

export function stringOf(node: PathNode): string {
  if (node.kind === "attribute") return node.value;
  if (node.kind === "text") return node.text;
  let text = "";
  for (const child of node.children) text += stringOf(child);
  return text;
}

const toText = (value: Value): string => {
  if (typeof value !== "object") return String(value);
  const [first] = value;
  return first === undefined ? "" : stringOf(first);
};
const toBoolean = (value: Value): boolean => (typeof value === "object" ? value.length > 0 : Boolean(value));
const toNumber = (value: Value): number => (typeof value === "number" ? value : Number(toText(value)));

const NOT_PARENT = "#page";

class Evaluation {
  readonly #root: PageElement;
  #visits = 0;

  constructor(root: PageElement) {
    this.#root = root;
  }

  evaluate(expression: Expression, place: Place): Value {
    switch (expression.kind) {
      case "text":
      case "number":
        return expression.value;
      case "call":
        return this.#call(expression.name, expression.parts, place);
      case "binary":
        return this.#binary(expression, place);
      case "filter": {
        const value = this.evaluate(expression.of, place);
        return typeof value === "object" ? this.#filter(value, expression.predicates) : value;
      }
      case "path": {
        const { from, steps } = expression;
        const start = from === "root" ? [this.#root] : from === "here" ? [place.node] : this.evaluate(from, place);
        if (typeof start !== "object") return start;
        return steps.reduce<readonly PathNode[]>((nodes, step) => this.#step(nodes, step), start);
      }
    }
  }

  #step(nodes: readonly PathNode[], step: Step): readonly PathNode[] {
    if (nodes.length === 1 && nodes[0] !== undefined) return this.#filter(this.#along(nodes[0], step), step.predicates);
    const found = new Set<PathNode>();
    for (const node of nodes)
      for (const next of this.#filter(this.#along(node, step), step.predicates)) found.add(next);
    this.#visits += found.size;
    return inOrder([...found]);
  }

  #filter(nodes: readonly PathNode[], predicates: readonly Expression[]): readonly PathNode[] {
    return predicates.reduce<readonly PathNode[]>(
      (left, predicate) =>
        left.filter((node, index) => {
          this.#visit();
          const value = this.evaluate(predicate, { node, position: index + 1, last: left.length });
          return typeof value === "number" ? value === index + 1 : toBoolean(value);
        }),
      nodes,
    );
  }

  /** The nodes of an axis that the step names, the nearest first. */
  #along(node: PathNode, { axis, test }: Step): PathNode[] {
    const found: PathNode[] = [];
    const add = (candidate: PathNode | undefined): void => {
      this.#visit();
      if (candidate !== undefined && isNamed(candidate, test)) found.push(candidate);
    };
    const addBelow = (element: PathNode): void => {
      if (element.kind !== "element") return;
      for (const child of element.children) {
        add(child);
        addBelow(child);
      }
    };
    const siblings = (): readonly PageNode[] => (node.kind === "attribute" ? [] : (node.parent?.children ?? []));
    const index = node.kind === "attribute" ? -1 : siblings().indexOf(node);
    switch (axis) {
      case "self":
        add(node);
        break;
      case "child":
        if (node.kind === "element") for (const child of node.children) add(child);
        break;
      case "descendant-or-self":
        add(node);
        addBelow(node);
        break;
      case "descendant":
        addBelow(node);
        break;
      case "parent":
        add(node.parent);
        break;
      case "ancestor-or-self":
      case "ancestor":
        if (axis === "ancestor-or-self") add(node);
        for (let at = node.parent; at !== undefined && at.name !== NOT_PARENT; at = at.parent) add(at);
        break;
      case "following-sibling":
        for (const sibling of siblings().slice(index + 1)) add(sibling);
        break;
      case "preceding-sibling":
        for (const sibling of siblings().slice(0, Math.max(index, 0)).reverse()) add(sibling);
        break;
      case "following":
        for (let at: PathNode | undefined = node; at?.parent !== undefined; at = at.parent) {
          const { children } = at.parent;
          for (const sibling of at.kind === "attribute" ? children : children.slice(children.indexOf(at) + 1)) {
            add(sibling);
            addBelow(sibling);
          }
        }
        break;
      case "preceding":
        for (let at: PathNode | undefined = node; at?.parent !== undefined; at = at.parent) {
          const { children } = at.parent;
          for (const sibling of at.kind === "attribute" ? [] : children.slice(0, children.indexOf(at)).reverse()) {
            const before = found.length;
            add(sibling);
            addBelow(sibling);
            found.push(...found.splice(before).reverse());
          }
        }
        break;
      case "attribute":
        if (node.kind === "element") {
          for (const [name, value] of Object.entries(node.attributes)) {
            if (test === "*" || test === "node()" || test === name)
              found.push({ kind: "attribute", name, value, parent: node });
          }
        }
    }
    return found;
  }

  #visit(): void {
    if (++this.#visits > MAX_VISITS)
      throw new AppError("bad-input", `A path of a site rule looks at more than ${MAX_VISITS} nodes of the page.`);
  }

  #binary({ operator, left, right }: Extract<Expression, { kind: "binary" }>, place: Place): Value {
    const one = this.evaluate(left, place);
    if (operator === "and") return toBoolean(one) && toBoolean(this.evaluate(right, place));
    if (operator === "or") return toBoolean(one) || toBoolean(this.evaluate(right, place));
    const other = this.evaluate(right, place);
    if (operator === "|") {
      if (typeof one !== "object" || typeof other !== "object") return [];
      return inOrder([...new Set([...one, ...other])]);
    }
    if (operator === "+") return toNumber(one) + toNumber(other);
    if (operator === "-") return toNumber(one) - toNumber(other);
    return compare(operator, one, other);
  }

  #call(name: string, parts: readonly Expression[], place: Place): Value {
    const value = (index: number): Value => {
      const part = parts[index];
      return part === undefined ? [place.node] : this.evaluate(part, place);
    };
    const text = (index: number): string => toText(value(index));
    switch (name) {
      case "contains":
        return text(0).includes(text(1));
      case "starts-with":
        return text(0).startsWith(text(1));
      case "ends-with":
        return text(0).endsWith(text(1));
      case "substring-before":
        return text(0).includes(text(1)) ? text(0).slice(0, text(0).indexOf(text(1))) : "";
      case "substring-after":
        return text(0).includes(text(1)) ? text(0).slice(text(0).indexOf(text(1)) + text(1).length) : "";
      case "substring": {
        const start = toNumber(value(1)) - 1;
        const end = parts.length > 2 ? start + toNumber(value(2)) : undefined;
        return text(0).slice(Math.max(start, 0), end === undefined ? undefined : Math.max(end, 0));
      }
      case "normalize-space":
        return text(0).replace(/\s+/g, " ").trim();
      case "translate": {
        const [from, to] = [[...text(1)], [...text(2)]];
        return [...text(0)]
          .map((character) => (from.includes(character) ? (to[from.indexOf(character)] ?? "") : character))
          .join("");
      }
      case "concat":
        return parts.map((_, index) => text(index)).join("");
      case "string":
        return text(0);
      case "string-length":
        return text(0).length;
      case "lower-case":
        return text(0).toLowerCase();
      case "not":
        return !toBoolean(value(0));
      case "true":
        return true;
      case "false":
        return false;
      case "count": {
        const nodes = value(0);
        return typeof nodes === "object" ? nodes.length : 0;
      }
      case "position":
        return place.position;
      case "last":
        return place.last;
      case "id":
        return this.#along(this.#root, { axis: "descendant", test: "*", predicates: [] }).filter(
          (node) => node.kind === "element" && node.attributes.id === text(0),
        );
      default: {
        const nodes = value(0);
        const [first] = typeof nodes === "object" ? nodes : [];
        return first === undefined || first.kind === "text" ? "" : first.name;
      }
    }
  }
}

function isNamed(node: PathNode, test: string): boolean {
  if (test === "node()") return true;
  if (test === "text()") return node.kind === "text";
  if (node.kind === "text") return false;
  return test === "*" ? node.kind === "element" : node.name === test;
}

/** Any node of a set that compares as wanted makes the comparison true (XPath 1.0, section 3.4). */
function compare(operator: string, left: Value, right: Value): boolean {
  if (typeof left === "boolean" || typeof right === "boolean") {
    const isSame = toBoolean(left) === toBoolean(right);
    return operator === "=" ? isSame : operator === "!=" && !isSame;
  }
  const ones = typeof left === "object" ? left.map(stringOf) : [left];
  const others = typeof right === "object" ? right.map(stringOf) : [right];
  return ones.some((one) =>
    others.some((other) => {
      const areNumbers = typeof one === "number" || typeof other === "number" || /[<>]/.test(operator);
      const [a, b] = areNumbers ? [Number(one), Number(other)] : [one, other];
      switch (operator) {
        case "=":
          return a === b;
        case "!=":
          return a !== b;
        case "<":
          return a < b;
        case ">":
          return a > b;
        case "<=":
          return a <= b;
        default:
          return a >= b;
      }
    }),
  );
}

const orderOf = (node: PathNode): number => (node.kind === "attribute" ? node.parent.order + 0.5 : node.order);

const inOrder = (nodes: PathNode[]): PathNode[] => nodes.sort((one, other) => orderOf(one) - orderOf(other));
