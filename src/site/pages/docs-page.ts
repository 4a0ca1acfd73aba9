import { isUnversioned } from "../../api/mount-api.ts";
import { SEARCH_MODES } from "../../archive/request.ts";
import { at } from "../../http/site.ts";
import { type Html, html } from "../html.ts";
import { renderLayout } from "./layout.ts";
import type { View } from "./view.ts";

/** The parts of an OpenAPI 3.1 document that the page shows; everything may be absent. */
export interface ApiDescription {
  readonly info?: { readonly description?: string; readonly version?: string };
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly summary?: string;
  readonly description?: string;
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
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
}

type Media = Readonly<Record<string, { readonly schema?: unknown }>>;

/** How results are counted, and every address of the API, out of its own description. */
export function renderDocsPage(view: View, description: ApiDescription): string {
  const { strings } = view;
  const toShown = (path: string): string => at(view, path.replace(/^\/+/, ""));
  return renderLayout(view, {
    kind: "docs",
    title: strings.docs,
    main: html`
<h1>${strings.docs}</h1>
<section aria-labelledby="counting">
<h2 id="counting">${strings.ruleLink}</h2>
<dl>${SEARCH_MODES.map((mode) => html`<dt>${strings.modes[mode].name} <code>${mode}</code></dt><dd>${strings.rules[mode]}</dd>`)}</dl>
<p>${strings.ruleNote}</p>
</section>
<div lang="en">
<p>${description.info?.description} Version ${description.info?.version}. The same description for machines: <a href="${at(view, "openapi.json")}">openapi.json</a>.</p>
${Object.entries(description.paths ?? {}).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) =>
    isUnversioned(path)
      ? renderTwin(toShown(path), method, operation)
      : renderOperation(toShown(path), method, operation),
  ),
)}
</div>`,
  });
}

function renderOperation(path: string, method: string, operation: Operation): Html {
  const body = firstSchema(operation.requestBody?.content);
  const reply = firstSchema(operation.responses?.["200"]?.content);
  return html`<section class="operation">
<h2><code>${method.toUpperCase()} ${path}</code></h2>
<p>${operation.summary}</p>
${operation.parameters !== undefined && renderParameters(`${method.toUpperCase()} ${path}`, operation.parameters)}
${body !== undefined && html`<details><summary>Request body</summary><pre tabindex="0">${JSON.stringify(body, undefined, 2)}</pre></details>`}
${reply !== undefined && html`<details><summary>Reply</summary><pre tabindex="0">${JSON.stringify(reply, undefined, 2)}</pre></details>`}
</section>`;
}

/** An operation that is described elsewhere, under its version. */
const renderTwin = (path: string, method: string, { description }: Operation): Html => html`<section class="operation">
<h2><code>${method.toUpperCase()} ${path}</code></h2>
<p>${description}</p>
</section>`;

const firstSchema = (content: Media | undefined): unknown => Object.values(content ?? {})[0]?.schema;

const renderParameters = (name: string, parameters: readonly Parameter[]): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${name}"><table><thead><tr><th scope="col">Parameter</th><th scope="col">Values</th><th scope="col">Meaning</th></tr></thead>
<tbody>${parameters.map(
    (parameter) =>
      html`<tr><th scope="row"><code>${parameter.name}</code></th><td>${describeValues(parameter.schema)}</td><td>${parameter.description ?? parameter.schema?.description}</td></tr>`,
  )}</tbody></table></div>`;

function describeValues(schema: Schema = {}): string {
  const kind = schema.enum?.join(", ") ?? schema.format ?? String(schema.type ?? "");
  const range = schema.minimum === undefined ? "" : ` ${schema.minimum}–${schema.maximum ?? ""}`;
  const fallback = schema.default === undefined ? "" : `; default ${JSON.stringify(schema.default)}`;
  return `${kind}${range}${fallback}`;
}
