import { scaleLinear } from "d3-scale";
import type { StatusReply } from "../../api/wire.ts";
import { at } from "../../http/site.ts";
import type { Coverage } from "../coverage.ts";
import { type Html, html } from "../html.ts";
import type { MemorySample } from "../memory-history.ts";
import { renderCoverage } from "./coverage.ts";
import { renderLayout } from "./layout.ts";
import type { View } from "./view.ts";

export interface StatusPageOptions {
  readonly status: StatusReply;
  readonly memory: readonly MemorySample[];
  /** Undefined while the archive is being opened. */
  readonly coverage: Coverage | undefined;
}

/** The machine room: what is loaded, once each, how large and how often used; what the archive covers. */
export function renderStatusPage(view: View, { status, memory, coverage }: StatusPageOptions): string {
  const { strings } = view;
  const { machine } = strings;
  const { archive, encoder } = status;
  return renderLayout(view, {
    kind: "status",
    title: strings.status,
    main: html`
<h1>${strings.status}</h1>
<section aria-labelledby="archive"><h2 id="archive">${machine.archive}</h2>
${
  archive === undefined
    ? html`<p class="notice">${machine.opening}</p>`
    : html`<dl class="facts">
${renderFact(machine.articles, view.formatCount(archive.articles))}
${renderFact(machine.sources, view.formatCount(archive.sources))}
${renderFact(machine.categories, view.formatCount(archive.categories))}
${archive.segments !== undefined && renderFact(machine.segments, view.formatCount(archive.segments))}
${renderFact(machine.snapshot, html`<code>${archive.snapshot}</code>`)}
${renderFact(machine.timezone, archive.timezone)}
</dl>`
}
${renderActivity(view, status)}
${coverage !== undefined && renderCoverage(view, coverage)}
</section>
<section aria-labelledby="memory"><h2 id="memory">${machine.memory}</h2>
<dl class="facts">
${renderFact(machine.resident, toMegabytes(status.memory.rssBytes))}
${status.memory.ceilingBytes !== undefined && renderFact(machine.ceiling, toMegabytes(status.memory.ceilingBytes))}
${status.memory.highestBytes !== undefined && renderFact(machine.highest, toMegabytes(status.memory.highestBytes))}
${renderFact(machine.heap, toMegabytes(status.memory.heapUsedBytes))}
${renderFact(machine.external, toMegabytes(status.memory.externalBytes))}
${status.search !== undefined && renderFact(machine.threads, machine.threadsBusy(view.formatCount(status.search.threads), view.formatCount(status.search.running), view.formatCount(status.search.waiting)))}
${renderFact(machine.uptime, toDuration(status.uptimeS))}
</dl>
${renderMemory(view, memory)}
</section>
<section aria-labelledby="resources"><h2 id="resources">${machine.resources}</h2>
<p class="meta">${machine.resourcesHint}</p>
${renderResources(view, status)}
</section>
<section aria-labelledby="encoder"><h2 id="encoder">${machine.encoder}</h2>
${
  encoder === undefined
    ? html`<p class="notice">${machine.opening}</p>`
    : html`<dl class="facts">
${renderFact(machine.name, encoder.name)}
${renderFact(machine.dimensions, view.formatCount(encoder.dimensions))}
${renderFact(machine.size, toMegabytes(encoder.bytes))}
${renderFact(machine.fingerprint, html`<code>${encoder.fingerprint}</code>`)}
</dl>${archive?.vectorsOutdated === true && html`<p class="notice">${strings.notices["encoder-changed"]}</p>`}`
}
</section>
<p class="meta">wenxun ${status.version} · <a href="${at(view, "sources")}">${strings.sources.title}</a> · <a href="${at(view, "api/v1/status")}">api/v1/status</a> · <a href="${at(view, "metrics")}">metrics</a></p>`,
  });
}

const renderFact = (name: string, value: string | Html): Html => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;

const toMegabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(bytes < 10 * 2 ** 20 ? 1 : 0)} MB`;

function toDuration(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const rest = new Date((seconds % 86_400) * 1000).toISOString().slice(11, 19);
  return days === 0 ? rest : `${days} d ${rest}`;
}

/** What is being written just now, in this process or another: how far it is, and since when. */
function renderActivity(view: View, { activity }: StatusReply): Html | undefined {
  if (activity === undefined) return undefined;
  const { machine } = view.strings;
  const { what, started, done, share } = activity;
  const seconds = Math.max(0, (Date.now() - Date.parse(started)) / 1000);
  const part = share === undefined ? undefined : `${Math.floor(share * 100)}%`;
  const bar =
    share === undefined
      ? html`<progress aria-label="${machine.activities[what]}"></progress>`
      : html`<progress max="1" value="${share.toFixed(3)}" aria-label="${machine.activities[what]}"></progress>`;
  return html`<p class="activity"><strong>${machine.activities[what]}</strong> ${bar} <span class="number">${part} ${view.strings.articles(view.formatCount(done))} · ${toDuration(seconds)}</span></p>`;
}

function renderResources(view: View, { resources }: StatusReply): Html {
  const { machine } = view.strings;
  const heads = [
    machine.name,
    machine.state,
    machine.loads,
    machine.loadTime,
    machine.size,
    machine.borrowers,
    machine.hits,
  ];
  const rows = resources.map(({ key, state, loads, loadMs, bytes, borrowers, hits }) => {
    const numbers = [
      `${loads}`,
      `${loadMs.toFixed(0)} ms`,
      toMegabytes(bytes),
      `${borrowers}`,
      view.formatCount(loads + hits),
    ];
    // On a telephone each row is a list of its own, whose cells say what they are.
    return html`<tr><th scope="row"><code>${key}</code></th><td data-label="${machine.state}">${machine.states[state]}</td>${numbers.map((number, index) => html`<td class="number" data-label="${heads[index + 2]}">${number}</td>`)}</tr>`;
  });
  return html`<div class="scroll" tabindex="0"><table class="stacks"><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** Resident memory of the last hour, from nothing to the highest; a line, with its ends named. */
function renderMemory(view: View, samples: readonly MemorySample[]): Html | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || samples.length < 3) return undefined;
  const highest = Math.max(...samples.map(({ rssBytes }) => rssBytes));
  const x = scaleLinear().domain([first.atMs, last.atMs]).range([0, 600]);
  const y = scaleLinear().domain([0, highest]).range([80, 4]);
  const points = samples.map(({ atMs, rssBytes }) => `${x(atMs).toFixed(1)},${y(rssBytes).toFixed(1)}`).join(" ");
  const minutes = Math.max(1, Math.round((last.atMs - first.atMs) / 60_000));
  const label = view.strings.machine.memoryOver(view.formatCount(minutes), toMegabytes(highest));
  return html`<figure class="memory"><svg viewBox="0 0 600 80" preserveAspectRatio="none" role="img" aria-label="${label}"><polyline points="${points}"/></svg><figcaption>${label}</figcaption></figure>`;
}
