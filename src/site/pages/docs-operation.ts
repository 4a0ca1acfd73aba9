import { type Html, html } from "../html.ts";
import type { DocsWords } from "../strings/docs-words.ts";
import { CURL_TOKEN } from "./docs-examples.ts";

/** The parts of an OpenAPI 3.1 document that the page shows; everything may be absent. */
export interface ApiDescription {
  readonly info?: { readonly version?: string };
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

export interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Media };
  readonly responses?: Readonly<Record<string, { readonly content?: Media }>>;
}

interface Parameter {
  readonly name?: string;
  readonly in?: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
}

interface Schema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
}

type Media = Readonly<Record<string, { readonly schema?: unknown }>>;

/** An operation at its address. */
export interface Addressed {
  readonly method: string;
  /** Within the site, without a slash at its begin. */
  readonly path: string;
  readonly operation: Operation;
}

export interface OperationOptions {
  readonly words: DocsWords;
  /** Address of the server as examples name it, without a slash at its end. */
  readonly base: string;
  /** The path as it is shown. */
  readonly shownPath: string;
  readonly idSegment: string;
  /** Parameters that are described elsewhere on the page. */
  readonly shared: ReadonlySet<string>;
}

/** One operation: what it does, what it takes and gives, and a request that runs as it stands. */
export function renderOperation(addressed: Addressed, options: OperationOptions): Html {
  const { method, operation } = addressed;
  const { words, shared, shownPath } = options;
  const name = operation.operationId ?? "";
  const address = `${method.toUpperCase()} ${shownPath}`;
  const { parameters = [] } = operation;
  const others = parameters.filter((parameter) => !shared.has(keyOf(parameter)));
  const isSearch = parameters.length - others.length >= MANY_SHARED;
  const own = isSearch ? others : parameters;
  const body = firstSchema(operation.requestBody?.content);
  const reply = firstSchema(operation.responses?.["200"]?.content);
  return html`<section class="operation" id="operation-${name}">
<h3><code>${address}</code></h3>
${renderWords(words.operations[name], sentencesOf(operation))}
${isSearch && html`<p><a href="#search-parameters">${words.takesSearchParameters}</a></p>`}
${own.length > 0 && renderParameters(own, { words, of: name, label: address })}
<pre tabindex="0" class="example" data-kind="curl"><code>${toCurl(addressed, options)}</code></pre>
${body !== undefined && html`<details><summary>${words.body}</summary><pre tabindex="0" lang="en">${toText(body)}</pre></details>`}
${reply !== undefined && html`<details><summary>${words.reply}</summary><pre tabindex="0" lang="en">${toText(reply)}</pre></details>`}
</section>`;
}

/** An operation that has so many of the parameters of a search refers to their table. */
const MANY_SHARED = 5;

/** Tells parameters of one name and different meanings apart. */
export const keyOf = ({ name = "", description, schema }: Parameter): string =>
  `${name} ${description ?? schema?.description ?? ""}`;

const sentencesOf = ({ summary = "", description }: Operation): string =>
  description === undefined ? summary : `${summary}. ${description}`;

/** Words in the reader's language; where there are none, those of the description, marked as English. */
const renderWords = (own: string | undefined, english: string): Html | undefined =>
  own !== undefined ? html`<p>${own}</p>` : english === "" ? undefined : html`<p lang="en">${english}</p>`;

/** Two spaces for each level would take half of the page. */
const toText = (schema: unknown): string => JSON.stringify(schema, undefined, 1);

const firstSchema = (content: Media | undefined): unknown => Object.values(content ?? {})[0]?.schema;

interface ParametersOptions {
  readonly words: DocsWords;
  /** The operation. */
  readonly of: string;
  readonly label: string;
}

export const renderParameters = (parameters: readonly Parameter[], { words, of, label }: ParametersOptions): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table><thead><tr><th scope="col">${words.parameter}</th><th scope="col">${words.values}</th><th scope="col">${words.meaning}</th></tr></thead>
<tbody>${parameters.map(({ name = "", description, schema }) => {
    const own = words.parameters[`${of}.${name}`] ?? words.parameters[name];
    const english = description ?? schema?.description;
    return html`<tr><th scope="row"><code>${name}</code></th><td>${describeValues(schema, words)}</td>${own === undefined ? html`<td lang="en">${english}</td>` : html`<td>${own}</td>`}</tr>`;
  })}</tbody></table></div>`;

function describeValues(schema: Schema = {}, { types, fallback }: DocsWords): string {
  const type = schema.format === "date" ? "date" : String(schema.type ?? "");
  const names: Readonly<Record<string, string>> = types;
  const listed = schema.enum ?? schema.items?.enum;
  const kind = listed?.join(", ") ?? names[type] ?? type;
  const range = schema.minimum === undefined ? "" : ` ${schema.minimum}–${schema.maximum ?? ""}`;
  const isEmpty = schema.default === undefined || schema.default === "" || Array.isArray(schema.default);
  return `${kind}${range}${isEmpty ? "" : ` (${fallback(String(schema.default))})`}`;
}

/** What is sent to operations that take a body. */
const BODIES: Readonly<Record<string, unknown>> = {
  putArticles: [{ id: "example-1", title: "示例标题", body: "示例正文。", published: "2024-03-01" }],
  addSource: { url: "https://news.example/feed.xml" },
  changeSource: { status: "paused" },
  addAlert: {
    search: { query: "台风" },
    channel: "mail",
    address: "reader@news.example",
    rhythm: "daily",
    at: "07:30",
  },
  previewAlert: { search: { query: "台风" } },
  changeAlert: { status: "paused" },
  replayAlert: { since: "2026-03-01T00:00:00Z" },
};

/** Parameters that an example sends, where an operation takes them. */
const ARGUMENTS: Readonly<Record<string, string>> = { q: "台风", interval: "year", by: "source" };

/** A request to an operation, for a shell. */
function toCurl({ method, path, operation }: Addressed, { base, idSegment }: OperationOptions): string {
  const { operationId = "", parameters = [], security } = operation;
  const address = path
    .replace("{id}", idSegment)
    .replace("{format}", "ris")
    .replace(/\{\w+\}/g, "1");
  const isRead = method === "get";
  const names = parameters.flatMap(({ name = "", in: place }) => (place === "query" ? [name] : []));
  const params = Object.entries(ARGUMENTS).filter(([name]) => names.includes(name));
  const sent = BODIES[operationId];
  return [
    `curl${security === undefined ? "" : CURL_TOKEN}${isRead ? (params.length > 0 ? " -G" : "") : ` -X ${method.toUpperCase()}`} '${base}/${address}'`,
    ...(isRead ? params.map(([name, value]) => `--data-urlencode '${name}=${value}'`) : []),
    ...(sent === undefined ? [] : ["-H 'content-type: application/json'", `-d '${JSON.stringify(sent)}'`]),
  ].join(" \\\n  ");
}
