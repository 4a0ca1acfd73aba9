import { AppError } from "../../errors.ts";

const ATTRIBUTE = /^\[\s*([\w-]+)\s*(?:([~^$*]?=)\s*(?:"([^"]*)"|'([^']*)'|([^\]\s]+))\s*)?\]/;

/**
 * A CSS selector as a path: names, `#id`, `.class`, `[attribute]` with =, ^=, $=, *=, ~=, `a b`, `a > b`, `a, b`. Others are not understood.
 * @throws AppError `bad-input`
 */
export function selectorToPath(selector: string): string {
  return selector
    .split(",")
    .map((part) => toPath(part.trim(), selector))
    .join(" | ");
}

function toPath(selector: string, whole: string): string {
  let rest = selector;
  let path = "";
  let axis = "//";
  while (rest !== "") {
    const name = /^(?:[a-z][\w-]*|\*)/i.exec(rest)?.[0];
    rest = rest.slice(name?.length ?? 0);
    let predicates = "";
    for (;;) {
      const simple = /^([#.])([\w\p{L}-]+)/u.exec(rest);
      const attribute = ATTRIBUTE.exec(rest);
      if (simple !== null) predicates += simple[1] === "#" ? `[@id=${quoted(simple[2])}]` : hasWord("class", simple[2]);
      else if (attribute !== null) predicates += fromAttribute(attribute);
      else break;
      rest = rest.slice((simple ?? attribute)?.[0].length);
    }
    if (name === undefined && predicates === "")
      throw new AppError(
        "bad-input",
        `"${whole.slice(0, 120)}" is no selector that is understood, from "${rest.slice(0, 20)}" on.`,
      );
    path += `${axis}${name ?? "*"}${predicates}`;
    const gap = /^\s*(>)?\s*/.exec(rest);
    rest = rest.slice(gap?.[0].length ?? 0);
    axis = gap?.[1] === ">" ? "/" : "//";
  }
  return path;
}

function fromAttribute([, name = "", operator, double, single, bare]: RegExpExecArray): string {
  const value = double ?? single ?? bare ?? "";
  switch (operator) {
    case undefined:
      return `[@${name}]`;
    case "=":
      return `[@${name}=${quoted(value)}]`;
    case "^=":
      return `[starts-with(@${name}, ${quoted(value)})]`;
    case "$=":
      return `[ends-with(@${name}, ${quoted(value)})]`;
    case "*=":
      return `[contains(@${name}, ${quoted(value)})]`;
    default:
      return hasWord(name, value);
  }
}

const hasWord = (name: string, word = ""): string =>
  `[contains(concat(" ", normalize-space(@${name}), " "), ${quoted(` ${word} `)})]`;

const quoted = (text = ""): string => (text.includes('"') ? `'${text}'` : `"${text}"`);
