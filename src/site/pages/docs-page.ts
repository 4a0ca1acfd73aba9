import { isUnversioned } from "../../api/mount-api.ts";
import { SEARCH_MODES } from "../../archive/request.ts";
import { SEARCH_NOTICES } from "../../archive/result.ts";
import { ERROR_KINDS, type ErrorCode } from "../../errors.ts";
import { toErrorAnchor } from "../../http/problem.ts";
import { at } from "../../http/site.ts";
import { type Html, html } from "../html.ts";
import { DOCS_TASKS, type DocsTask, type DocsWords } from "../strings/docs-words.ts";
import { DOCS_WORDS } from "../strings/languages.ts";
import { type Example, examplesOf } from "./docs-examples.ts";
import { type Addressed, type ApiDescription, keyOf, renderOperation, renderParameters } from "./docs-operation.ts";
import { renderLayout } from "./layout.ts";
import type { View } from "./view.ts";

export interface DocsSite {
  /** Address of the server as its reader has it, without a slash at the end. */
  readonly base: string;
  /** An article's id as a part of a path, for examples. */
  readonly idSegment: string;
}

/** The languages of the examples, by the names that everybody calls them. */
const EXAMPLE_NAMES: Readonly<Record<keyof Example, string>> = {
  curl: "curl",
  javascript: "JavaScript",
  python: "Python",
};

/** Every address of the API out of its own description, with programs to begin with, and what errors and notices mean. */
export function renderDocsPage(view: View, description: ApiDescription, site: DocsSite): string {
  const { strings, language } = view;
  const words = DOCS_WORDS[language];
  const operations = listOperations(description);
  const find = (name: string) => operations.find(({ operation }) => operation.operationId === name)?.operation;
  // A feed takes what every search takes, and nothing else.
  const shared = find("followAtom")?.parameters ?? [];
  const groups = groupsOf(operations, Object.keys(words.groups));
  const needsToken = find("exportJsonLines")?.security !== undefined;
  const options = { words, ...site, shared: new Set(shared.map(keyOf)) };
  const examples = examplesOf({ ...site, needsToken });
  const nameOf = (tag: string): string => words.groups[tag] ?? tag;
  const sections: readonly (readonly [string, string])[] = [
    ["start", words.start],
    ["manners", words.manners],
    ["counting", strings.ruleLink],
    ["search-parameters", words.searchParameters],
    ...groups.map(([tag]) => [`group-${tag}`, nameOf(tag)] as const),
    ["errors", words.errors],
    ["notices", words.notices],
  ];
  return renderLayout(view, {
    kind: "docs",
    title: strings.docs,
    main: html`
<h1>${strings.docs}</h1>
<nav class="contents" aria-label="${words.contents}"><ol>${sections.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ol></nav>
<section>
<h2 id="start">${words.start}</h2>
<p>${words.startText(`${site.base}/`)}${needsToken && html` ${words.tokenText}`}</p>
<p>${strings.labelled(words.description, "")}<a href="${at(view, "openapi.json")}">openapi.json</a> (${description.info?.version})</p>
${DOCS_TASKS.map((task) => renderTask(words, task, examples[task]))}
</section>
<section>
<h2 id="manners">${words.manners}</h2>
<ul>${words.mannerTexts.map((text) => html`<li>${text}</li>`)}</ul>
</section>
<section>
<h2 id="counting">${strings.ruleLink}</h2>
<dl>${SEARCH_MODES.map((mode) => html`<dt>${strings.modes[mode].name} <code>${mode}</code></dt><dd>${strings.rules[mode]}</dd>`)}</dl>
</section>
<section>
<h2 id="search-parameters">${words.searchParameters}</h2>
<p>${words.searchParametersText}</p>
${renderParameters(shared, { words, of: "search", label: words.searchParameters })}
</section>
${groups.map(
  ([tag, addressed]) => html`<section>
<h2 id="group-${tag}">${nameOf(tag)}</h2>
${addressed.map((one) => renderOperation(one, { ...options, shownPath: at(view, one.path) }))}
</section>`,
)}
${renderErrors(view, words)}
${renderNotices(view, words)}`,
  });
}

/** Those of addresses with a version, and without one where there is none with. */
const listOperations = ({ paths = {} }: ApiDescription): readonly Addressed[] =>
  Object.entries(paths)
    .filter(([path]) => !isUnversioned(path))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method, path: path.replace(/^\/+/, ""), operation })),
    );

/** Operations by what they are about: first what readers of an archive want, in the order of its names. */
function groupsOf(
  operations: readonly Addressed[],
  order: readonly string[],
): readonly [string, readonly Addressed[]][] {
  const rankOf = (tag: string): number => (order.includes(tag) ? order.indexOf(tag) : order.length);
  const groups = Map.groupBy(operations, ({ operation }) => operation.tags?.[0] ?? "");
  return [...groups].sort(([a], [b]) => rankOf(a) - rankOf(b));
}

function renderTask(words: DocsWords, task: DocsTask, example: Example): Html {
  const block = (kind: keyof Example): Html =>
    html`<pre tabindex="0" class="example" data-kind="${kind}"><code>${example[kind]}</code></pre>`;
  return html`<h3>${words.tasks[task]}</h3>
${block("curl")}
${(["javascript", "python"] as const).map((kind) => html`<details><summary>${EXAMPLE_NAMES[kind]}</summary>${block(kind)}</details>`)}`;
}

function renderErrors({ strings }: View, words: DocsWords): Html {
  const codes = Object.keys(ERROR_KINDS) as ErrorCode[];
  return html`<section>
<h2 id="errors">${words.errors}</h2>
<p>${words.errorsText}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${words.errors}"><table><thead><tr><th scope="col">${words.code}</th><th scope="col">${words.status}</th><th scope="col">${words.meaning}</th></tr></thead>
<tbody>${codes.map((code) => html`<tr id="${toErrorAnchor(code)}"><th scope="row"><code>${code}</code></th><td>${ERROR_KINDS[code].status}</td><td>${strings.errors[code]}</td></tr>`)}</tbody></table></div>
</section>`;
}

const renderNotices = ({ strings }: View, words: DocsWords): Html => html`<section>
<h2 id="notices">${words.notices}</h2>
<p>${words.noticesText}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${words.notices}"><table><thead><tr><th scope="col">${words.code}</th><th scope="col">${words.meaning}</th></tr></thead>
<tbody>${SEARCH_NOTICES.map((notice) => html`<tr><th scope="row"><code>${notice}</code></th><td>${strings.notices[notice]}</td></tr>`)}</tbody></table></div>
</section>`;
