import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { writeQueryTables } from "../../search/codes/query-tables.ts";
import { CandidateScan } from "./candidates.ts";
import { shareCodes } from "./code-blocks.ts";
import { createScanKernel } from "./create-scan-kernel.ts";
import { planScan } from "./scan-layout.ts";

const cases = fc
  .record({ dimensions: fc.constantFrom(1, 8, 60, 64, 100, 512, 2100), rows: fc.integer({ min: 1, max: 300 }) })
  .chain(({ dimensions, rows }) => {
    const layout = planScan(dimensions, rows);
    const size = rows * layout.codeBytes;
    return fc.record({
      layout: fc.constant(layout),
      codes: fc.uint8Array({ minLength: size, maxLength: size }),
      query: fc.float32Array({ minLength: dimensions, maxLength: dimensions, min: -1, max: 1, noNaN: true }),
      allow: fc.option(fc.uint8Array({ minLength: rows, maxLength: rows, max: 2 }), { nil: undefined }),
      from: fc.nat(rows),
      to: fc.nat(rows),
      wanted: fc.integer({ min: 1, max: 40 }),
    });
  });

test("finds the rows with the highest sums of table entries, ties by row, and gives them in order", () => {
  fc.assert(
    fc.property(cases, fc.boolean(), ({ layout, codes, query, allow, from, to, wanted }, simd) => {
      const kernel = createScanKernel(layout, shareCodes(codes, layout), simd);
      const tables = new Uint8Array(kernel.scratch, layout.tables, layout.codeBytes * 32);
      writeQueryTables(query, layout, tables);
      if (allow !== undefined) new Uint8Array(kernel.scratch, layout.allow).set(allow);
      const scan = new CandidateScan(kernel, layout);
      const found = scan.find({ from, to, wanted, masked: allow !== undefined, pool: {} });

      const scoreOf = (row: number): number => {
        const code = codes.subarray(row * layout.codeBytes, (row + 1) * layout.codeBytes);
        return code.reduce(
          (sum, byte, place) =>
            sum + (tables[place * 32 + (byte & 15)] ?? 0) + (tables[place * 32 + 16 + (byte >> 4)] ?? 0),
          0,
        );
      };
      const expected = Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index)
        .filter((row) => allow?.[row] !== 0)
        .sort((a, b) => scoreOf(b) - scoreOf(a) || a - b)
        .slice(0, wanted)
        .sort((a, b) => a - b);
      assert.deepEqual([...found.rows], expected);
      assert.deepEqual([...found.scores], expected.map(scoreOf));
    }),
    { numRuns: 150 },
  );
});

test("scores codes by the sum of the query's values at their bits, up to rounding", () => {
  fc.assert(
    fc.property(
      fc.float32Array({ minLength: 40, maxLength: 40, min: -1, max: 1, noNaN: true }),
      fc.uint8Array({ minLength: 5, maxLength: 5 }),
      (query, code) => {
        const layout = planScan(40, 1);
        const tables = new Uint8Array(layout.codeBytes * 32);
        writeQueryTables(query, layout, tables);
        const halves = [...code].flatMap((byte) => [byte & 15, byte >> 4]);
        const score = halves.reduce((sum, bits, half) => sum + (tables[half * 16 + bits] ?? 0), 0);
        let bitSum = 0;
        let lowest = 0;
        let widest = 0;
        for (let half = 0; half < 10; half++) {
          const four = [...query.subarray(half * 4, half * 4 + 4)];
          four.forEach((value, bit) => {
            if (((halves[half] ?? 0) >> bit) & 1) bitSum += value;
            lowest += Math.min(0, value);
          });
          widest = Math.max(
            widest,
            four.reduce((sum, value) => sum + Math.abs(value), 0),
          );
        }
        const step = widest / 63;
        assert.ok(Math.abs(score * step - (bitSum - lowest)) <= (halves.length * step) / 2 + 1e-5);
      },
    ),
  );
});
