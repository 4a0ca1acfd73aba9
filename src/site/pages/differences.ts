import { toArticleUrl } from "../../api/search-url.ts";
import type { Article } from "../../archive/article.ts";
import type { ComparedRow } from "../../text/comparison/compare-texts.ts";
import type { WordChange } from "../../text/comparison/compare-words.ts";
import { MAX_COMPARED_UNITS } from "../../text/comparison/max-compared-units.ts";
import { toHeadline } from "../../text/opening.ts";
import { type Html, html } from "../html.ts";
import type { ArticleComparison } from "../text-work/compare-articles.ts";
import { renderMeta } from "./hit.ts";
import { renderLayout } from "./layout.ts";
import { langAttribute, type View } from "./view.ts";

/** Two articles, the older first where both are dated, and what became of one in the other. */
export interface ComparedArticles {
  readonly older: Article;
  readonly newer: Article;
  readonly comparison: ArticleComparison;
}

/** The one that was published first before the other; as they came where that is not known. */
export const inOrderOfTime = (one: Article, other: Article): readonly [older: Article, newer: Article] =>
  isAfter(one, other) ? [other, one] : [one, other];

const isAfter = (one: Article, other: Article): boolean =>
  one.publishedAtMs !== undefined && other.publishedAtMs !== undefined && one.publishedAtMs > other.publishedAtMs;

/** Two articles sentence by sentence in two columns, the older one first; on a telephone in one. */
export function renderDifferencesPage(view: View, { older, newer, comparison }: ComparedArticles): string {
  const { strings } = view;
  const heads = html`<div class="pair heads">
${renderHead(view, older, isAfter(newer, older) ? strings.differing.older : strings.differing.one)}
${renderHead(view, newer, isAfter(newer, older) ? strings.differing.newer : strings.differing.other)}
</div>`;
  return renderLayout(view, {
    kind: "differences",
    title: strings.differences,
    main: html`
<article class="comparison">
<h1>${strings.differences}</h1>
${renderComparison(view, { older, newer, comparison }, heads)}
</article>`,
  });
}

/** How much is the same, the heads of the two columns, and the columns. */
export function renderComparison(view: View, { older, newer, comparison }: ComparedArticles, heads: Html): Html {
  const { body } = comparison;
  const rows = body.independent
    ? renderIndependent(body.rows)
    : html`${toBlocks(body.rows).map((block) => renderBlock(view, block))}`;
  return html`${renderSummary(view, comparison)}
${heads}
${!body.independent && renderTitles(comparison.title, older, newer)}
<div class="sentences" lang="${langOf(newer) ?? langOf(older)}">${rows}</div>`;
}

const langOf = ({ title, body }: Article): string | undefined =>
  /"(.+)"/.exec(langAttribute(title + body)?.markup ?? "")?.[1];

/** Never 100 % of texts that differ, nor 0 % of texts that share something. */
const toPercent = (share: number): string =>
  `${share === 0 || share === 1 ? share * 100 : Math.min(99, Math.max(1, Math.round(share * 100)))}%`;

const KINDS = ["rewritten", "added", "removed", "moved"] as const;

function renderSummary({ strings, formatCount }: View, { body }: ArticleComparison): Html {
  const { differing } = strings;
  const counts = { rewritten: 0, added: 0, removed: 0, moved: 0 };
  for (const { kind } of body.rows) {
    if (kind === "moved-here") counts.moved++;
    else if (kind !== "same" && kind !== "moved-away") counts[kind]++;
  }
  const isSame = body.common === 1 && counts.moved === 0;
  const verdict = isSame
    ? differing.identical
    : body.independent
      ? differing.independent
      : differing.kept(toPercent(body.olderKept), toPercent(body.newerKept));
  return html`<div class="verdict"><p><strong>${differing.common(toPercent(body.common))}</strong> ${verdict}</p>
${!body.independent && !isSame && html`<ul>${KINDS.map((kind) => counts[kind] > 0 && html`<li class="${kind}"><span class="kind">${differing.kinds[kind]}</span> ${formatCount(counts[kind])}</li>`)}</ul>`}
<p class="meta">${differing.ignored}${body.cut && ` ${differing.cut(formatCount(MAX_COMPARED_UNITS))}`}</p></div>`;
}

const renderHead = (view: View, article: Article, label: string): Html =>
  html`<div><p class="side">${label}</p><p><a href="${toArticleUrl(view, article.id)}"${langAttribute(article.title)}><bdi>${toHeadline(article.title, article.body, view.strings.untitled)}</bdi></a></p><p class="meta">${renderMeta(view, article)}</p></div>`;

/** The headlines where they differ. */
function renderTitles(title: readonly WordChange[], older: Article, newer: Article): Html | undefined {
  if (title.every(({ same }) => same)) return undefined;
  return html`<div class="pair titles"><p${langAttribute(older.title)} dir="auto">${renderOlder(title)}</p><p${langAttribute(newer.title)} dir="auto">${renderNewer(title)}</p></div>`;
}

const renderOlder = (changes: readonly WordChange[]): Html =>
  html`${changes.map(({ older, same }) => (same || older === "" ? older : html`<del>${older}</del>`))}`;

const renderNewer = (changes: readonly WordChange[]): Html =>
  html`${changes.map(({ newer, same }) => (same || newer === "" ? newer : html`<ins>${newer}</ins>`))}`;

/** Rows that stand side by side: one that has both sides, or what one text has alone beside what the other has alone. */
type Block = readonly ComparedRow[];

const hasBoth = ({ kind }: ComparedRow): boolean => kind === "same" || kind === "rewritten";

function toBlocks(rows: readonly ComparedRow[]): Block[] {
  const blocks: ComparedRow[][] = [];
  for (const row of rows) {
    const last = blocks.at(-1);
    const joins = last?.[0] !== undefined && !hasBoth(row) && !hasBoth(last[0]);
    if (joins) last.push(row);
    else blocks.push([row]);
  }
  return blocks;
}

function renderBlock(view: View, block: Block): Html {
  const [row] = block;
  if (row?.kind === "same")
    return html`<div class="pair same"><p dir="auto">${row.older}</p><p dir="auto">${row.newer}</p></div>`;
  const older = block.map((one) => renderOlderSide(view, one));
  const newer = block.map((one) => renderNewerSide(view, one));
  return html`<div class="pair changed"><div>${older}</div><div>${newer}</div></div>`;
}

function renderOlderSide({ strings }: View, row: ComparedRow): Html | undefined {
  const { kinds, moved } = strings.differing;
  if (row.kind === "rewritten")
    return html`<p class="rewritten" dir="auto"><span class="kind">${kinds.rewritten}</span> ${renderOlder(row.changes)}</p>`;
  if (row.kind === "removed")
    return html`<p class="removed" dir="auto"><span class="kind">${kinds.removed}</span> <del>${row.older}</del></p>`;
  if (row.kind !== "moved-away") return undefined;
  return html`<p class="moved" id="from-${row.move}" dir="auto"><a class="kind" href="#to-${row.move}">${moved(row.move)}</a> ${row.older}</p>`;
}

function renderNewerSide({ strings }: View, row: ComparedRow): Html | undefined {
  const { kinds, moved } = strings.differing;
  if (row.kind === "rewritten")
    return html`<p class="rewritten" dir="auto"><span class="kind unseen">${kinds.rewritten}</span> ${renderNewer(row.changes)}</p>`;
  if (row.kind === "added")
    return html`<p class="added" dir="auto"><span class="kind">${kinds.added}</span> <ins>${row.newer}</ins></p>`;
  if (row.kind !== "moved-here") return undefined;
  return html`<p class="moved" id="to-${row.move}" dir="auto"><a class="kind" href="#from-${row.move}">${moved(row.move)}</a> ${renderNewer(row.changes)}</p>`;
}

/** Each text by itself, with what stands in both marked. */
function renderIndependent(rows: readonly ComparedRow[]): Html {
  const older = rows.map((row) => {
    if (row.kind === "removed") return html`<p dir="auto">${row.older}</p>`;
    if (row.kind === "same" || row.kind === "moved-away") return html`<p dir="auto"><mark>${row.older}</mark></p>`;
    return (
      row.kind === "rewritten" && html`<p dir="auto">${row.changes.map(({ older, same }) => markSame(older, same))}</p>`
    );
  });
  const newer = rows.map((row) => {
    if (row.kind === "added") return html`<p dir="auto">${row.newer}</p>`;
    if (row.kind === "same") return html`<p dir="auto"><mark>${row.newer}</mark></p>`;
    if (row.kind === "removed" || row.kind === "moved-away") return undefined;
    return html`<p dir="auto">${row.changes.map(({ newer, same }) => markSame(newer, same))}</p>`;
  });
  return html`<div class="pair apart"><div>${older}</div><div>${newer}</div></div>`;
}

const markSame = (text: string, same: boolean): Html =>
  same && text !== "" ? html`<mark>${text}</mark>` : html`${text}`;
