/**
 * How everything grows with the archive: bench/million.ts at several sizes, and a straight line through what it found.
 *
 *     node bench/scale.ts [--sizes 10000,30000,100000,300000,1000000] [--work FOLDER] [--json FILE] [--svg FILE]
 *                         [--from FOLDER] [--queries FILE] [--serve FLAGS] [--import FLAGS] [--rounds 200]
 *
 *     --work     where articles, archives and the figures of each size are kept: sizes that are done are not measured again
 *     --svg      draws them
 *     the others are those of bench/million.ts
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { MillionFigures } from "./million/report.ts";
import { fitLine, round } from "./million/statistics.ts";
import { drawChart, type Series } from "./plot/chart.ts";

const { values } = parseArgs({
  options: {
    sizes: { type: "string", default: "10000,30000,100000,300000,1000000" },
    work: { type: "string", default: join(tmpdir(), "wenxun-scale") },
    json: { type: "string" },
    svg: { type: "string" },
    from: { type: "string" },
    queries: { type: "string" },
    serve: { type: "string", default: "" },
    import: { type: "string", default: "" },
    rounds: { type: "string", default: "200" },
  },
});
mkdirSync(values.work, { recursive: true });
const all = values.sizes.split(",").map(measure);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(all, undefined, 2)}\n`);
if (values.svg !== undefined) writeFileSync(values.svg, draw());
console.log(toTable());

function measure(size: string): MillionFigures {
  const file = join(values.work, `figures-${size}.json`);
  if (!existsSync(file)) {
    const { from, queries, work, rounds } = values;
    const args = [
      ...[join(import.meta.dirname, "million.ts"), "--articles", size, "--work", work, "--json", file],
      ...["--rounds", rounds, "--beside", "0", `--serve=${values.serve}`, `--import=${values.import}`],
      ...(from === undefined ? [] : ["--from", from]),
      ...(queries === undefined ? [] : ["--queries", queries]),
    ];
    const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
    if (status !== 0) throw new Error(`bench/million.ts ended with ${status} at ${size} articles`);
  }
  return JSON.parse(readFileSync(file, "utf8")) as MillionFigures;
}

/** A percentile of a mode's latency within a share of the dates, in ms. */
function latency(figures: MillionFigures, mode: string, share: number, percentile: "p50" | "p95" = "p50"): number {
  const line = figures.byRange.find((candidate) => candidate.mode === mode && candidate.share === share);
  return line?.ms[percentile] ?? Number.NaN;
}

function ownMemory({ mixed }: MillionFigures): number {
  return mixed.memory.last?.anonymous ?? Number.NaN;
}

function toTable(): string {
  const measures: readonly (readonly [name: string, unit: string, pick: (figures: MillionFigures) => number])[] = [
    ["hybrid, all dates, p50", "ms", (figures) => latency(figures, "hybrid", 1)],
    ["hybrid, all dates, p95", "ms", (figures) => latency(figures, "hybrid", 1, "p95")],
    ["hybrid, 10 % of the dates, p50", "ms", (figures) => latency(figures, "hybrid", 0.1)],
    ["hybrid, 0.1 % of the dates, p50", "ms", (figures) => latency(figures, "hybrid", 0.001)],
    ["semantic, all dates, p50", "ms", (figures) => latency(figures, "semantic", 1)],
    ["keyword, all dates, p50", "ms", (figures) => latency(figures, "keyword", 1)],
    ["keyword, all dates, p95", "ms", (figures) => latency(figures, "keyword", 1, "p95")],
    ["own memory after 2,000 searches", "MB", ownMemory],
    ["resident in all", "MB", ({ mixed }) => mixed.memory.last?.total ?? Number.NaN],
    ["ready after", "ms", ({ started }) => started.p50],
    ["archive on disk", "MB", ({ archiveMB }) => archiveMB],
    ["import", "articles/s", ({ imported }) => imported?.perSecond ?? Number.NaN],
  ];
  const lines = measures.map(([name, unit, pick]) => {
    const points = all.map((figures) => [figures.articles / 1e6, pick(figures)] as const);
    const cells = points.map(([, value]) => (Number.isNaN(value) ? "–" : String(round(value, value < 100 ? 1 : 0))));
    return `| ${name} | ${unit} | ${cells.join(" | ")} | ${unit === "articles/s" ? "–" : toLineText(points)} |`;
  });
  return [
    `${all[0]?.machine}\n`,
    `| | | ${all.map(({ articles }) => articles.toLocaleString("en")).join(" | ")} | constant + for each million |`,
    `|---|---|${"---|".repeat(all.length + 1)}`,
    ...lines,
  ].join("\n");
}

function toLineText(points: readonly (readonly [millions: number, value: number])[]): string {
  if (points.length < 3) return "–";
  const { slope, intercept } = fitLine(points);
  return `${round(intercept, 1)} + ${round(slope, 1)}`;
}

function draw(): string {
  const sizes = all.map(({ articles }) => articles);
  const x = {
    label: "articles",
    domain: [Math.min(...sizes) / 1.3, Math.max(...sizes) * 1.3] as const,
    format: (value: number) => (value >= 1e6 ? `${value / 1e6} M` : `${value / 1e3} k`),
  };
  const over = (name: string, pick: (figures: MillionFigures) => number): Series => ({
    name,
    points: all.map((figures) => [figures.articles, pick(figures)] as const),
  });
  const searches = [
    over("all dates, p95", (figures) => latency(figures, "hybrid", 1, "p95")),
    over("all dates, p50", (figures) => latency(figures, "hybrid", 1)),
    over("10 %, p50", (figures) => latency(figures, "hybrid", 0.1)),
    over("0.1 %, p50", (figures) => latency(figures, "hybrid", 0.001)),
  ];
  const size = [
    over("archive on disk", ({ archiveMB }) => archiveMB),
    over("resident", ({ mixed }) => mixed.memory.last?.total ?? Number.NaN),
    over("of which own", ownMemory),
  ];
  return drawChart([
    {
      title: "Hybrid search over HTTP, by share of the dates",
      x,
      y: { label: "ms", domain: domainOf(searches), format: String },
      series: searches,
      joined: true,
    },
    {
      title: "Memory and disk",
      x,
      y: { label: "MB", domain: domainOf(size), format: (value) => value.toLocaleString("en") },
      series: size,
      joined: true,
    },
  ]);
}

function domainOf(series: readonly Series[]): readonly [number, number] {
  const values = series.flatMap(({ points }) => points.map(([, value]) => value)).filter((value) => value > 0);
  return [Math.min(...values) / 1.4, Math.max(...values) * 1.4];
}
