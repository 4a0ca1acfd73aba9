import { DEFAULT_QUERY } from "../../api/search-url.ts";
import { at } from "../../http/site.ts";
import { ICON } from "../assets.ts";
import { Html, html } from "../html.ts";
import { READINGS, SCRIPT_NAMES } from "../reading-setting.ts";
import { LANGUAGE_NAMES, LANGUAGES } from "../strings/languages.ts";
import { renderSearchForm } from "./search-form.ts";
import { MAX_REPEATED_UNITS, toHere, toReadingUrl, type View } from "./view.ts";

export interface LayoutParts {
  /** Title of the window; the product's name is added. Empty on the first page. */
  readonly title: string;
  /** Beside the name at the top: the search box as it stands on this page. Default: an empty one. */
  readonly masthead?: Html | undefined;
  readonly head?: Html | undefined;
  /** Where the page is at home, whatever stands behind its address: what follows the root of the site. */
  readonly canonical?: string | undefined;
  readonly main: Html;
  /** Id of what a reader comes for, past the controls. Default: the main part. */
  readonly skipTo?: string | undefined;
  /** Kind of the page, for the style sheet. */
  readonly kind:
    | "search"
    | "article"
    | "differences"
    | "trends"
    | "error"
    | "docs"
    | "status"
    | "sources"
    | "saved"
    | "facet"
    | "why"
    | "login"
    | "own";
}

/** Pages that come first and often: they load one style sheet alone. */
const READ_FIRST: ReadonlySet<LayoutParts["kind"]> = new Set(["search", "article", "error"]);

/** The mark of the site, beside its name. */
const MARK = new Html(ICON.replace("<svg ", '<svg class="mark" aria-hidden="true" '));

/** The frame of every page. It is whole without script and without style. */
export function renderLayout(
  view: View,
  { title, masthead, head, canonical, main, kind, skipTo = "main" }: LayoutParts,
): string {
  const { strings, language, assets } = view;
  const style = assets.path("style.css");
  const more = READ_FIRST.has(kind) ? undefined : assets.path("pages.css");
  const script = assets.path("main.js");
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${strings.tagline}">
<title>${title === "" ? `${strings.name} · ${strings.tagline}` : `${title} · ${strings.name}`}</title>
<link rel="search" type="application/opensearchdescription+xml" title="${strings.name}" href="${at(view, `opensearch.xml?language=${language}`)}">
${canonical !== undefined && view.home !== undefined && html`<link rel="canonical" href="${at(view.home, canonical)}">`}
<link rel="manifest" href="${at(view, `manifest.webmanifest?language=${language}`)}">
<link rel="icon" href="${at(view, "icon.svg")}" type="image/svg+xml">
${style !== undefined && html`<link rel="apple-touch-icon" href="${at(view, "icon-180.png")}">`}
<meta name="theme-color" content="#fbfaf7" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#171614" media="(prefers-color-scheme: dark)">
${renderCard(view, kind, title)}
${[more, style].map((sheet) => sheet !== undefined && html`<link rel="stylesheet" href="${at(view, sheet)}">`)}
${script !== undefined && html`<script type="module" src="${at(view, script)}"></script>`}
${head}
</head>
<body class="${kind}-page${kind === "search" && view.density === "compact" && " compact"}">
<a class="skip" href="#${skipTo}">${strings.skipToResults}</a>
<header class="masthead">
<a class="brand" href="${at(view, "")}">${MARK}<span class="words"><span class="name">${strings.name}</span> <span class="tagline">${strings.tagline}</span></span></a>
${masthead ?? (kind !== "login" && renderSearchForm(view, DEFAULT_QUERY))}
</header>
<main id="main">${main}</main>
<footer class="foot">
<nav aria-label="${strings.language}"><ul>${LANGUAGES.map((code) => renderLanguageLink(view, code))}</ul></nav>
${kind !== "login" && renderReadings(view)}
${kind !== "login" && renderFootLinks(view)}
</footer>
${script !== undefined && renderHelp(view)}
</body>
</html>`.markup;
}

/** What a link to the page shows where it is handed on. Pictures are fetched from elsewhere: only by a whole address. */
function renderCard({ strings, home }: View, kind: LayoutParts["kind"], title: string): Html {
  // An article says what it is by itself.
  const own =
    kind !== "article" &&
    html`<meta property="og:type" content="website">
<meta property="og:site_name" content="${strings.name}">
<meta property="og:title" content="${title === "" ? strings.name : title}">
<meta property="og:description" content="${strings.tagline}">`;
  const picture =
    home !== undefined &&
    html`<meta property="og:image" content="${at(home, "card.png")}">
<meta property="og:image:width" content="1200">
<meta property="og:image:height" content="630">
<meta property="og:image:alt" content="${strings.name}">
<meta name="twitter:card" content="summary_large_image">`;
  return html`${own}
${picture}`;
}

function renderFootLinks(view: View): Html {
  const { strings, reader, seesStatus } = view;
  const links = [
    ["saved", strings.saving.collection],
    ["docs", strings.docs],
    ...(seesStatus ? [["status", strings.status]] : []),
    ...(reader === undefined ? [] : [["logout", strings.login.leave]]),
  ];
  const density = view.density === "compact" ? "comfortable" : "compact";
  // A long query is not repeated for it.
  const isList = view.here.split("?")[0] === "" && view.here.length <= MAX_REPEATED_UNITS;
  return html`<p>${isList && html`<a href="${toHere(view, { density })}" rel="nofollow">${strings.densities[density]}</a> `}${links.map(([path = "", name]) => html`<a href="${at(view, path)}">${name}</a> `)}</p>`;
}

/** Opened by script; the keys work only with it. */
function renderHelp({ strings: { keys, close } }: View): Html {
  const rows: readonly (readonly [Html, string])[] = [
    [html`<kbd>/</kbd>`, keys.search],
    [html`<kbd>j</kbd> <kbd>k</kbd> <kbd>↓</kbd> <kbd>↑</kbd>`, keys.move],
    [html`<kbd>Enter</kbd>`, keys.open],
    [html`<kbd>Esc</kbd>`, keys.leave],
    [html`<kbd>n</kbd> <kbd>p</kbd>`, keys.readOn],
    [html`<kbd>f</kbd>`, keys.filter],
    [html`<kbd>u</kbd>`, keys.undo],
    [html`<kbd>?</kbd>`, keys.help],
  ];
  return html`<dialog id="help" aria-labelledby="help-title"><h2 id="help-title">${keys.title}</h2>
<dl>${rows.map(([shortcut, meaning]) => html`<div><dt>${shortcut}</dt><dd>${meaning}</dd></div>`)}</dl>
<form method="dialog"><button>${close}</button></form></dialog>`;
}

/** What every article is shown in: as it was published, or in the script of a region. */
function renderReadings(view: View): Html {
  const { label, published } = view.strings.reading;
  const items = READINGS.map((reading) => {
    const lang = reading === "published" ? undefined : html` lang="${reading}"`;
    const name = reading === "published" ? published : SCRIPT_NAMES[reading];
    if (reading === view.reading) return html`<li><span aria-current="true"${lang}>${name}</span></li>`;
    return html`<li><a href="${toReadingUrl(view, reading)}"${lang} rel="nofollow">${name}</a></li>`;
  });
  return html`<nav class="readings" aria-label="${label}"><span>${label}</span> <ul>${items}</ul></nav>`;
}

function renderLanguageLink(view: View, code: (typeof LANGUAGES)[number]): Html {
  if (code === view.language)
    return html`<li><span aria-current="true" lang="${code}">${LANGUAGE_NAMES[code]}</span></li>`;
  return html`<li><a href="${toHere(view, { lang: code })}" lang="${code}" hreflang="${code}">${LANGUAGE_NAMES[code]}</a></li>`;
}
