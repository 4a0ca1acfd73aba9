import { setTimeout as wait } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { type Percentiles, percentiles } from "../million/statistics.ts";
import { type Days, Person } from "./person.ts";
import { measureMemory, measureProcessorMs, type TreeMemory, TreeSampler } from "./processes.ts";
import type { Way } from "./ways.ts";

export interface WayFigures {
  readonly title: string;
  /** From opening the page to the first result, in ms: the first time after the start, and the following times. */
  readonly firstEverMs: number;
  readonly opened: Percentiles;
  /** From Enter to results, in ms, one person. */
  readonly allDates: Percentiles;
  readonly year: Percentiles;
  /** Of these, what the server spent on the search alone, in ms. */
  readonly search: Percentiles;
  /** Processor time of its processes for one of these, in ms. */
  readonly processorMs: number;
  /** From Enter to results, in ms, ten people who never pause. */
  readonly together: Percentiles;
  /** Results shown to ten people. */
  readonly perSecond: number;
  /** Some seconds after one person was done. */
  readonly idle: TreeMemory;
  /** Over all that was measured. */
  readonly most: TreeMemory;
}

export interface Plan {
  /** How often the page is opened. */
  readonly visits: number;
  /** Queries of one person, for each of both ranges. */
  readonly asks: number;
  readonly year: Days;
  readonly people: number;
  /** Rounds of people at once, and queries of each of them. */
  readonly rounds: number;
  readonly each: number;
}

const WARM_UP = 3;
const IDLE_MS = 5000;

/** How many different queries a plan needs. */
export const countQueries = ({ visits, asks, people, rounds, each }: Plan): number =>
  visits + 2 * (asks + WARM_UP) + people * rounds * (each + 1);

/** All ways in turn, one query after the other, so that what else the machine does meets all of them. */
export class Measurement {
  readonly #browser: Browser;
  readonly #plan: Plan;
  readonly #queries: readonly string[];
  #asked = 0;

  constructor(browser: Browser, plan: Plan, queries: readonly string[]) {
    this.#browser = browser;
    this.#plan = plan;
    this.#queries = queries;
  }

  async run(ways: readonly Way[]): Promise<WayFigures[]> {
    const samplers = ways.map(({ pids }) => new TreeSampler(pids));
    const visits = await this.#visit(ways);
    const alone = await this.#askAlone(ways);
    await wait(IDLE_MS);
    const idle = ways.map(({ pids }) => measureMemory(pids));
    const together = await this.#askTogether(ways);
    return ways.map(({ title }, way) => {
      const [firstEverMs = Number.NaN, ...opened] = visits[way] ?? [];
      const { allDates, year, search, processorMs } = at(alone, way);
      const { times, seconds } = at(together, way);
      return {
        title,
        firstEverMs,
        opened: percentiles(opened),
        allDates: percentiles(allDates),
        year: percentiles(year),
        search: percentiles(search),
        processorMs,
        together: percentiles(times),
        perSecond: times.length / seconds,
        idle: at(idle, way),
        most: at(samplers, way).stop(),
      };
    });
  }

  /** @returns of each way, ms from opening the page to results, in the order of the visits */
  async #visit(ways: readonly Way[]): Promise<number[][]> {
    const times: number[][] = ways.map(() => []);
    for (let visit = 0; visit < this.#plan.visits; visit++) {
      const query = this.#nextQuery();
      for (const [number, way] of ways.entries()) {
        const startMs = performance.now();
        const person = await Person.open(this.#browser, way);
        await person.ask(query);
        times[number]?.push(performance.now() - startMs);
        await person.close();
      }
    }
    return times;
  }

  async #askAlone(ways: readonly Way[]) {
    const results = ways.map(() => ({
      allDates: [] as number[],
      year: [] as number[],
      search: [] as number[],
      processorMs: 0,
    }));
    for (const range of ["allDates", "year"] as const) {
      const days = range === "year" ? this.#plan.year : undefined;
      const people = await Promise.all(ways.map((way) => Person.open(this.#browser, way, days)));
      for (let number = -WARM_UP; number < this.#plan.asks; number++) {
        const query = this.#nextQuery();
        for (const [way, person] of people.entries()) {
          const result = at(results, way);
          const before = measureProcessorMs(person.way.pids);
          const { ms, searchMs } = await person.ask(query);
          if (number < 0) continue;
          result[range].push(ms);
          result.search.push(searchMs);
          result.processorMs += (measureProcessorMs(person.way.pids) - before) / (2 * this.#plan.asks);
        }
      }
      await Promise.all(people.map((person) => person.close()));
    }
    return results;
  }

  async #askTogether(ways: readonly Way[]) {
    const results = ways.map(() => ({ times: [] as number[], seconds: 0 }));
    for (let round = 0; round < this.#plan.rounds; round++) {
      const queries = Array.from({ length: this.#plan.people }, () => this.#nextQueries(this.#plan.each + 1));
      for (const [number, way] of ways.entries()) {
        const people = await Promise.all(
          queries.map(async ([first = "", ...rest]) => {
            const person = await Person.open(this.#browser, way);
            await person.ask(first);
            return { person, rest };
          }),
        );
        const startMs = performance.now();
        await Promise.all(
          people.map(async ({ person, rest }) => {
            for (const query of rest) at(results, number).times.push((await person.ask(query)).ms);
          }),
        );
        at(results, number).seconds += (performance.now() - startMs) / 1000;
        for (const { person } of people) await person.close();
      }
    }
    return results;
  }

  #nextQuery(): string {
    return at(this.#queries, this.#asked++ % this.#queries.length);
  }

  #nextQueries(count: number): string[] {
    return Array.from({ length: count }, () => this.#nextQuery());
  }
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error(`nothing at ${index}`);
  return item;
}
