import type { Article } from "../../src/archive/article.ts";
import type { Script, ToScript } from "../../src/resources/to-script.ts";
import { toTextLanguage } from "../../src/text/text-language.ts";
import { FLASHES, FORMS, LIVE, type Other, REPORTS, SERIES } from "./others.ts";
import { WIRES, type Wire } from "./wires.ts";

export interface JudgedArticle {
  readonly article: Article;
  /** Articles of one group copy each other; no others do. */
  readonly group: string;
  /** How it came about. */
  readonly kind: string;
}

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 2, 2);
const OUTLETS = ["江湾日报", "海灣時報", "白鹭晚报", "南岬新闻网", "青岭发布", "北屿早报"];
const HEADS = ["", "【本报讯】", "南岬新闻网讯（记者 周同）", "来源：江湾通讯社\n"];
const TAILS = [
  "\n责任编辑：苏映",
  "\n（本文来源：江湾通讯社）\n版权声明：未经授权不得转载，违者必究。",
  "\n更多精彩内容，请下载“白鹭新闻”客户端\n相关阅读\n今天的天气\n昨日要闻回顾",
];

interface Version {
  readonly kind: string;
  readonly title: string;
  readonly body: string;
  /** In the other script. */
  readonly turned?: boolean;
}

const join = (paragraphs: readonly string[]): string => paragraphs.join("\n");

function edit({ edits }: Wire, body: string): string {
  return edits.reduce((text, [from, to]) => {
    if (!body.includes(from)) throw new Error(`nothing reads ${from}`);
    return text.replace(from, to);
  }, body);
}

/** A report of an agency, and what others make of it. */
function toVersions(wire: Wire, index: number): Version[] {
  const { title, paragraphs, titles, lead, added } = wire;
  const [one = title, two = title] = titles;
  const whole = join(paragraphs);
  const head = HEADS[index % HEADS.length] ?? "";
  const tail = TAILS[index % TAILS.length] ?? "";
  const relead = [lead, ...paragraphs.slice(1)];
  return [
    { kind: "first", title, body: whole },
    { kind: "boilerplate", title, body: head + whole + tail },
    { kind: "headline", title: one, body: whole },
    { kind: "script", title, body: whole, turned: true },
    { kind: "script, headline, boilerplate", title: two, body: `${whole}${TAILS[2]}`, turned: true },
    { kind: "edited", title, body: edit(wire, whole) },
    { kind: "edited, headline", title: two, body: head + edit(wire, whole) },
    { kind: "edited, script", title: one, body: edit(wire, whole), turned: true },
    { kind: "lead", title: one, body: join(relead) },
    { kind: "added", title, body: join([...paragraphs, added]) },
    { kind: "cut", title, body: join(paragraphs.slice(0, 3)) },
    { kind: "cut, headline", title: two, body: `${join(paragraphs.slice(0, 3))}${tail}` },
    { kind: "paragraph out", title, body: join(paragraphs.filter((_, at) => at !== 3)) },
    { kind: "order", title: two, body: join([0, 2, 1, 4, 3].map((at) => paragraphs[at] ?? "")) },
  ];
}

/** Several pieces of news in one article: the openings of reports, and a flash that stands there whole. */
function toDigest(wires: readonly number[], index: number): Other {
  const flash = FLASHES[index]?.[0] ?? { title: "", body: "" };
  const told = [
    flash,
    ...wires.flatMap((at) => WIRES[at] ?? []).map(({ title, paragraphs }) => ({ title, body: paragraphs[0] ?? "" })),
  ];
  return {
    title: `早报｜${told.map(({ title }) => title).join("；")}`,
    body: told.map(({ title, body }) => `${title}\n${body}`).join("\n"),
  };
}

/** The whole set in the order of time; copies come within two days of their first. */
export async function makeJudgedSet(toScript: ToScript): Promise<JudgedArticle[]> {
  const made: JudgedArticle[] = [];
  const add = async (version: Version, group: string, atMs: number): Promise<void> => {
    const { kind, turned = false } = version;
    const other: Script = toTextLanguage(version.body) === "zh-Hant" ? "zh-Hans" : "zh-Hant";
    const turn = async (text: string): Promise<string> => (turned ? toScript(text, other) : text);
    const [title, body] = [await turn(version.title), await turn(version.body)];
    const source = OUTLETS[made.length % OUTLETS.length];
    made.push({ kind, group, article: { id: `n${made.length}`, title, body, source, publishedAtMs: atMs } });
  };
  for (const [index, wire] of WIRES.entries())
    for (const [at, version] of toVersions(wire, index).entries())
      await add(version, wire.id, START_MS + index * 30 * HOUR_MS + at * 3 * HOUR_MS + 7 * 60_000);
  for (const [index, flash] of FLASHES.entries())
    for (const [at, item] of flash.entries())
      await add({ kind: "flash", ...item }, `flash ${index}`, START_MS + index * 50 * HOUR_MS + at * 600_000);
  const digests = [
    [0, 1, 2],
    [3, 4],
    [1, 5],
  ].map((wires, index) => toDigest(wires, index));
  const apart: readonly (readonly [kind: string, sets: readonly (readonly Other[])[], everyMs: number])[] = [
    ["report", REPORTS, 5 * HOUR_MS],
    ["series", SERIES, 24 * HOUR_MS],
    ["live", LIVE, 3 * HOUR_MS],
    ["form", FORMS, 24 * HOUR_MS],
    ["digest", [digests], 36 * HOUR_MS],
  ];
  for (const [kind, sets, everyMs] of apart)
    for (const [set, items] of sets.entries())
      for (const [at, item] of items.entries())
        await add({ kind, ...item }, `${kind} ${set} ${at}`, START_MS + set * 26 * HOUR_MS + at * everyMs + 60_000);
  return made.sort((a, b) => (a.article.publishedAtMs ?? 0) - (b.article.publishedAtMs ?? 0));
}
