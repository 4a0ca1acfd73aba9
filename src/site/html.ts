/**
 * HTML by tagged template. Every value is escaped unless it is {@link Html} already, so that text of an article cannot become
 * markup by an oversight; there is no way to mark a string as safe inside a template. Attribute values stand in double quotes.
 */
export class Html {
  readonly markup: string;

  /** Only for markup that this house wrote; text goes through {@link html}. */
  constructor(markup: string) {
    this.markup = markup;
  }

  toString(): string {
    return this.markup;
  }
}

/** What may stand in a template: absent and false values vanish, lists are joined. */
export type HtmlValue = Html | string | number | undefined | false | readonly HtmlValue[];

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);

function toMarkup(value: HtmlValue): string {
  if (value === undefined || value === false) return "";
  if (value instanceof Html) return value.markup;
  if (typeof value === "object") return value.map(toMarkup).join("");
  return escapeHtml(String(value));
}

export function html(literals: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let markup = literals[0] ?? "";
  values.forEach((value, index) => {
    markup += toMarkup(value) + (literals[index + 1] ?? "");
  });
  return new Html(markup);
}

/** An attribute without a value, or nothing. */
export const flag = (name: "selected" | "checked" | "open" | "hidden" | "disabled", on: boolean): Html | undefined =>
  on ? new Html(name) : undefined;
