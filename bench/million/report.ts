import type { LoadFigures } from "./load.ts";
import type { ResidentMemory, SampledMemory } from "./memory.ts";
import type { QueryClass } from "./queries.ts";
import type { Percentiles } from "./statistics.ts";
import type { ImportFigures } from "./wenxun-process.ts";

/** All that bench/million.ts measures. */
export interface MillionFigures {
  readonly machine: string;
  readonly commit: string;
  /** Before and after, in ms; see yardstick.ts. */
  readonly yardstickMs: readonly [number, number];
  /** What `wenxun serve` and `wenxun import` were given. */
  readonly flags: { readonly serve: string; readonly import: string };
  readonly articles: number;
  /** Characters. */
  readonly medianBody: number;
  readonly articlesMB: number;
  readonly archiveMB: number;
  /** Absent where the archive was there. */
  readonly imported: ImportFigures | undefined;
  /** From starting the process until it is ready, in ms, of several starts. */
  readonly started: Percentiles;
  readonly idle: ResidentMemory | undefined;
  readonly byRange: readonly (LoadFigures & { readonly mode: string; readonly share: number })[];
  readonly byClass: readonly (LoadFigures & { readonly mode: string; readonly kind: QueryClass })[];
  readonly byClients: readonly (LoadFigures & { readonly concurrency: number })[];
  readonly afterSearches: ResidentMemory | undefined;
  readonly mixed: LoadFigures & { readonly memory: SampledMemory };
  readonly beside:
    | {
        readonly alone: LoadFigures;
        readonly during: LoadFigures;
        readonly imported: ImportFigures;
        readonly memory: SampledMemory;
      }
    | undefined;
  /** Average of one minute. */
  readonly loadBefore: number;
  readonly loadAfter: number;
}

const CLASS_NAMES: Readonly<Record<QueryClass, string>> = {
  headlines: "headlines",
  common: "the twenty commonest words",
  pairs: "two words of one article",
};

/** As Markdown. */
export function toTables(figures: MillionFigures): string {
  const { imported, mixed, beside, started, flags } = figures;
  const lines = [
    `${figures.machine}, commit ${figures.commit}; load ${figures.loadBefore.toFixed(1)} before, ${figures.loadAfter.toFixed(1)} after`,
    `yardstick     ${figures.yardstickMs[0]} ms before, ${figures.yardstickMs[1]} ms after`,
    `flags         serve: ${flags.serve || "none"}; import: ${flags.import || "none"}`,
    `articles      ${figures.articles}, median body ${figures.medianBody} characters, ${figures.articlesMB} MB of JSON`,
    `archive       ${figures.archiveMB} MB`,
  ];
  if (imported !== undefined) lines.push(`import        ${toImportText(imported)}`);
  lines.push(
    `start         ready after ${started.p50} ms (median of ${started.count}, slowest ${started.max})`,
    `resident      idle ${toMemoryText(figures.idle)}`,
    `              after the searches ${toMemoryText(figures.afterSearches)}`,
    `              after ${mixed.ms.count} mixed hybrid searches of eight clients ${toMemoryText(mixed.memory.last)}`,
    "",
    ...toTable("mode | dates", figures.byRange, ({ mode, share }) => `${mode} | ${share * 100} %`),
    ...toTable("mode | all dates", figures.byClass, ({ mode, kind }) => `${mode} | ${CLASS_NAMES[kind]}`),
    ...toTable(
      "hybrid, all dates |",
      figures.byClients,
      ({ concurrency }) => `${concurrency} ${concurrency === 1 ? "client" : "clients"} |`,
    ),
    ...toTable("mixed hybrid |", [mixed], () => "8 clients |"),
  );
  if (beside !== undefined) {
    const { alone, during } = beside;
    lines.push(
      ...toTable("hybrid, all dates |", [alone, during], (line) => (line === alone ? "alone |" : "beside an import |")),
      `p95 beside an import: ${(during.ms.p95 / alone.ms.p95).toFixed(2)} × that without`,
      `import        ${toImportText(beside.imported)}`,
      `server        ${toMemoryText(beside.memory.last)}`,
    );
  }
  return lines.join("\n");
}

function toTable<T extends LoadFigures>(head: string, lines: readonly T[], name: (line: T) => string): string[] {
  return [
    `| ${head} | p50 ms | p95 ms | p99 ms | longest | searches a second | failed |`,
    "|---|---|---|---|---|---|---|---|",
    ...lines.map((line) => {
      const { ms, perSecond } = line;
      return `| ${name(line)} | ${ms.p50} | ${ms.p95} | ${ms.p99} | ${ms.max} | ${perSecond} | ${toFailureText(line)} |`;
    }),
    "",
  ];
}

function toFailureText({ statuses }: LoadFigures): string {
  const failed = Object.entries(statuses).filter(([status]) => status !== "200");
  return failed.map(([status, times]) => `${times} × ${status}`).join(", ") || "none";
}

const toImportText = ({ stored, rejected, seconds, perSecond, memory }: ImportFigures): string =>
  `${stored} stored, ${rejected} rejected in ${seconds.toFixed(1)} s: ${Math.round(perSecond)} a second; resident at most ${memory.peak} MB`;

const toMemoryText = (memory: ResidentMemory | undefined): string =>
  memory === undefined
    ? "unknown"
    : `${memory.total} MB (${memory.anonymous} own, ${memory.file} files; at most ${memory.peak})`;
