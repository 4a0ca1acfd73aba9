/** What every kind of source keeps to. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AppError } from "../../src/errors.ts";
import { type Clock, MACHINE_CLOCK } from "../../src/fetch/clock.ts";
import type { CheckContext, FoundItem, SourceKind, SourceState } from "../../src/sources/source.ts";

/** A place that a kind of source looks at. */
export interface Place extends AsyncDisposable {
  readonly address: string;
  readonly fetcher: CheckContext["fetcher"];
  /** Shows these titles, the newest first, and no others any more. */
  show(titles: readonly string[]): Promise<void>;
  /** Makes it fail. */
  fail(): Promise<void>;
}

const LATER: Clock = { ...MACHINE_CLOCK, nowMs: () => Date.now() + 3_600_000 };

export function sourceContract(kind: SourceKind, openPlace: () => Promise<Place>): void {
  describe(`the contract of sources: ${kind.kind}`, () => {
    const look = async (place: Place, state: SourceState, more: Partial<CheckContext> = {}) => {
      const taken: FoundItem[] = [];
      const take: CheckContext["take"] = async (items) => {
        taken.push(...items);
        return { added: items.length, changed: 0, known: 0, unusable: 0 };
      };
      const source = { address: place.address, state, afterwards: "keep" as const };
      const context = { fetcher: place.fetcher, assertAllowed: async () => {}, clock: LATER, take, ...more };
      const result = await kind.check(source, context);
      return { result, titles: taken.map(({ record }) => record.title) };
    };
    /** Looks until there is no more to be read at once. */
    const lookAll = async (place: Place, state: SourceState) => {
      const titles: unknown[] = [];
      for (;;) {
        const { result, titles: more } = await look(place, state);
        titles.push(...more);
        state = result.state;
        if (result.goesOn !== true) return { titles, state };
      }
    };

    test("what is shown is found, and what is new later too", async () => {
      await using place = await openPlace();
      await place.show(["跨江大桥今天上午建成通车", "央行今天宣布下调存款利率"]);
      const first = await lookAll(place, {});
      assert.deepEqual(new Set(first.titles), new Set(["跨江大桥今天上午建成通车", "央行今天宣布下调存款利率"]));
      await place.show(["本市地铁三号线今天开工了", "跨江大桥今天上午建成通车"]);
      const second = await lookAll(place, first.state);
      assert.ok(second.titles.includes("本市地铁三号线今天开工了"));
    });

    test("a state is plain text, and one of another time does no harm", async () => {
      await using place = await openPlace();
      await place.show(["跨江大桥今天上午建成通车"]);
      const { state } = await lookAll(place, {});
      assert.deepEqual(JSON.parse(JSON.stringify(state)), state);
      assert.deepEqual((await lookAll(place, { strange: "1" })).titles, ["跨江大桥今天上午建成通车"]);
    });

    test("where what was found cannot be stored, the check fails and is made again as if it had not been", async () => {
      await using place = await openPlace();
      await place.show(["跨江大桥今天上午建成通车"]);
      const full = new AppError("disk-full", "no space");
      const take = (): Promise<never> => Promise.reject(full);
      await assert.rejects(look(place, {}, { take }), full);
      assert.deepEqual((await lookAll(place, {})).titles, ["跨江大桥今天上午建成通车"]);
    });

    test("a place that fails is told in words, and is read again when it is mended", async () => {
      await using place = await openPlace();
      await place.show(["跨江大桥今天上午建成通车"]);
      const { state } = await lookAll(place, {});
      await place.fail();
      await assert.rejects(look(place, state), (error) => error instanceof AppError && error.message.length > 20);
      await place.show(["本市地铁三号线今天开工了"]);
      assert.ok((await lookAll(place, state)).titles.includes("本市地铁三号线今天开工了"));
    });
  });
}
