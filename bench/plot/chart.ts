import { scaleLog } from "d3-scale";

export interface Axis {
  readonly label: string;
  readonly domain: readonly [number, number];
  readonly format: (value: number) => string;
}

export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Panel {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** Whether points are joined and named at the last; else each is a mark with its name beside it. */
  readonly joined: boolean;
}

const WIDTH = 460;
const HEIGHT = 340;
const MARGIN = { top: 44, right: 96, bottom: 52, left: 58 };
/** Names are kept so far apart. */
const LINE_HEIGHT = 14;
/** Told apart by people who see colours differently as well (Okabe and Ito), and seen on white and on black. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#7f7f7f", "#b8860b", "#56b4e9"];

const STYLE = `
  svg { font: 12px system-ui, sans-serif; }
  .paper { fill: #ffffff; } text { fill: #24292f; } .title { font-size: 14px; font-weight: 600; }
  .grid { stroke: #d8dee4; stroke-width: 1; } .line { fill: none; stroke-width: 2; }
  @media (prefers-color-scheme: dark) { .paper { fill: #0d1117; } text { fill: #e6edf3; } .grid { stroke: #30363d; } }`;

/** Panels side by side, with logarithmic axes, as an SVG that is readable on light and on dark. */
export function drawChart(panels: readonly Panel[]): string {
  const width = WIDTH * panels.length;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" width="${width}" height="${HEIGHT}" role="img">`,
    `<title>${escapeText(panels.map(({ title }) => title).join("; "))}</title>`,
    `<style>${STYLE}</style>`,
    `<rect class="paper" width="${width}" height="${HEIGHT}"/>`,
    ...panels.map((panel, index) => `<g transform="translate(${index * WIDTH} 0)">${drawPanel(panel)}</g>`),
    "</svg>\n",
  ].join("\n");
}

function drawPanel({ title, x, y, series, joined }: Panel): string {
  const right = WIDTH - MARGIN.right;
  const bottom = HEIGHT - MARGIN.bottom;
  const toX = scaleLog().domain(x.domain).range([MARGIN.left, right]);
  const toY = scaleLog().domain(y.domain).range([bottom, MARGIN.top]);
  const parts = [text(MARGIN.left, 24, title, 'class="title"')];
  for (const value of decades(x.domain)) {
    const at = place(toX(value));
    parts.push(
      `<path class="grid" d="M${at} ${MARGIN.top}V${bottom}"/>`,
      text(at, bottom + 18, x.format(value), 'text-anchor="middle"'),
    );
  }
  for (const value of decades(y.domain)) {
    const at = place(toY(value));
    parts.push(
      `<path class="grid" d="M${MARGIN.left} ${at}H${right}"/>`,
      text(MARGIN.left - 6, at + 4, y.format(value), 'text-anchor="end"'),
    );
  }
  parts.push(
    text((MARGIN.left + right) / 2, bottom + 40, x.label, 'text-anchor="middle"'),
    text(MARGIN.left, MARGIN.top - 6, y.label, 'text-anchor="middle"'),
  );
  const names: { x: number; y: number; name: string; colour: string }[] = [];
  for (const [index, { name, points }] of series.entries()) {
    const colour = COLOURS[index % COLOURS.length] ?? "";
    const places = points.map(([px, py]) => [place(toX(px)), place(toY(py))] as const);
    if (joined)
      parts.push(`<path class="line" stroke="${colour}" d="M${places.map((at) => at.join(" ")).join("L")}"/>`);
    for (const [px, py] of places) parts.push(`<circle cx="${px}" cy="${py}" r="4" fill="${colour}"/>`);
    const last = places.at(-1);
    if (last !== undefined) names.push({ x: last[0] + 8, y: last[1] + 4, name, colour });
  }
  for (const { x: px, y: py, name, colour } of spread(names)) parts.push(text(px, py, name, `style="fill:${colour}"`));
  return parts.join("\n");
}

/** 1, 10, 100 … and, where those are few, 3, 30 … as well. */
export function decades([low, high]: readonly [number, number]): number[] {
  const exponents = Array.from({ length: 25 }, (_, index) => index - 12);
  const ones = exponents.map((exponent) => 10 ** exponent).filter((value) => value >= low && value <= high);
  if (ones.length > 2) return ones;
  return exponents
    .flatMap((exponent) => [10 ** exponent, 3 * 10 ** exponent])
    .filter((value) => value >= low && value <= high);
}

/** Moves names down that would stand on one another. */
export function spread<T extends { readonly x: number; readonly y: number }>(names: readonly T[]): T[] {
  const placed: T[] = [];
  for (const name of names.toSorted((a, b) => a.y - b.y)) {
    let { y } = name;
    for (const other of placed)
      if (Math.abs(other.x - name.x) < MARGIN.right && y - other.y < LINE_HEIGHT && y - other.y > -LINE_HEIGHT)
        y = other.y + LINE_HEIGHT;
    placed.push({ ...name, y });
  }
  return placed;
}

const place = (value: number): number => Math.round(value * 10) / 10;

const text = (x: number, y: number, content: string, attributes = ""): string =>
  `<text x="${x}" y="${y}" ${attributes}>${escapeText(content)}</text>`;

const escapeText = (content: string): string =>
  content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
