export interface HistogramOptions {
  /** The name of the metric, with its unit at the end. */
  readonly name: string;
  readonly help: string;
  /** Upper bounds, lowest first. */
  readonly bounds: readonly number[];
}

type Labels = Readonly<Record<string, string | number>>;

/** What was observed under the same labels. */
interface Series {
  /** As it stands between braces. */
  readonly labels: string;
  /** How many values fell between a bound and the one before it; what is above all bounds comes last. */
  readonly counts: number[];
  sum: number;
}

/**
 * Counts how often values fell where, by labels, and writes it for Prometheus. It counts from the start of a server, whereas the package
 * that tells all else, and takes 8 MB, is loaded once somebody asks.
 */
export class Histogram {
  readonly #options: HistogramOptions;
  readonly #series = new Map<string, Series>();

  constructor(options: HistogramOptions) {
    this.#options = options;
  }

  /** @param labels the same names in the same order each time; none where there is one series */
  observe(value: number, labels: Labels = {}): void {
    const series = this.#seriesOf(labels);
    const bound = this.#options.bounds.findIndex((upper) => value <= upper);
    const place = bound < 0 ? this.#options.bounds.length : bound;
    series.counts[place] = (series.counts[place] ?? 0) + 1;
    series.sum += value;
  }

  /** In Prometheus' text format 0.0.4. */
  toText(): string {
    const { name, help, bounds } = this.#options;
    const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`];
    for (const { labels, counts, sum } of this.#series.values()) {
      let count = 0;
      for (const [place, upper] of [...bounds, "+Inf"].entries()) {
        count += counts[place] ?? 0;
        lines.push(`${name}_bucket{${[`le="${upper}"`, labels].filter(Boolean).join(",")}} ${count}`);
      }
      const braces = labels === "" ? "" : `{${labels}}`;
      lines.push(`${name}_sum${braces} ${sum}`, `${name}_count${braces} ${count}`);
    }
    return `${lines.join("\n")}\n`;
  }

  #seriesOf(labels: Labels): Series {
    const text = Object.entries(labels)
      .map(([label, value]) => `${label}="${escapeValue(String(value))}"`)
      .join(",");
    let series = this.#series.get(text);
    if (series === undefined) {
      series = { labels: text, counts: new Array<number>(this.#options.bounds.length + 1).fill(0), sum: 0 };
      this.#series.set(text, series);
    }
    return series;
  }
}

const escapeValue = (value: string): string =>
  value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
