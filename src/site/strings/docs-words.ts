/** What the page of the API says; codes of errors and notices have their words in {@link Strings}. */
export interface DocsWords {
  readonly contents: string;
  readonly start: string;
  /** @param base where all addresses begin */
  readonly startText: (base: string) => string;
  readonly tokenText: string;
  readonly description: string;
  readonly tasks: Readonly<Record<DocsTask, string>>;
  readonly manners: string;
  readonly mannerTexts: readonly string[];
  readonly searchParameters: string;
  readonly searchParametersText: string;
  readonly takesSearchParameters: string;
  readonly groups: Readonly<Record<string, string>>;
  readonly parameter: string;
  readonly values: string;
  readonly meaning: string;
  readonly body: string;
  readonly reply: string;
  readonly errors: string;
  readonly errorsText: string;
  readonly code: string;
  readonly status: string;
  readonly notices: string;
  readonly noticesText: string;
  readonly types: Readonly<Record<"string" | "integer" | "number" | "boolean" | "array" | "date", string>>;
  readonly fallback: (value: string) => string;
  /** What an operation does, by its name; where it has none, what the description says in English. */
  readonly operations: Readonly<Record<string, string>>;
  /** What a parameter means, by `operation.parameter` or by its name alone; where it has none, as with operations. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** What the examples at the head of the page do. */
export const DOCS_TASKS = ["search", "pages", "article", "counts", "export"] as const;
export type DocsTask = (typeof DOCS_TASKS)[number];
