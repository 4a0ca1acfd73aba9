import assert from "node:assert/strict";
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import {
  article,
  encoder,
  firstTerm,
  idsWithTerm,
  newArchive,
  rowsWithTerm,
} from "../../../test/fakes/local-archive.ts";
import { AppError } from "../../errors.ts";
import { createResources } from "../../resources/registry.ts";
import { Reader } from "../read/reader.ts";
import { SegmentFile } from "../segment/segment-file.ts";
import { segmentFolder, segmentPath } from "../store/database.ts";
import { repairArchive } from "./repair.ts";
import { verifyArchive } from "./verify.ts";

test("damage to any byte of a segment is found, named and repaired from the articles", async () => {
  const { folder, resources, open } = newArchive();
  const writer = await open();
  await writer.put(Array.from({ length: 40 }, (_, index) => article(String(index), { publishedAtMs: index })));
  await writer.close();
  const { truncateSync } = await import("node:fs");
  const name = readdirSync(segmentFolder(folder))[0] ?? assert.fail();
  const path = join(segmentFolder(folder), name);
  const intact = readFileSync(path);
  await fc.assert(
    fc.asyncProperty(fc.nat(intact.length - 1), fc.integer({ min: 1, max: 255 }), async (position, flip) => {
      const damaged = Buffer.from(intact);
      damaged[position] = (damaged[position] ?? 0) ^ flip;
      writeFileSync(path, damaged);
      const { problems } = verifyArchive(folder);
      // Bytes between sections mean nothing; every other byte is under a checksum.
      if (problems.length === 0) assert.equal(intact[position], 0, `byte ${position} was not checked`);
      else assert.ok(problems.some(({ where, segmentId }) => where === name && segmentId !== undefined));
    }),
    { numRuns: 60 },
  );
  writeFileSync(path, intact);
  truncateSync(path, 100);
  const report = await repairArchive({ folder, encoder, resources });
  assert.equal(report.rebuiltArticles, 40);
  assert.deepEqual(report.after.problems, []);
  const reader = await Reader.open(folder, resources);
  using snapshot = await reader.snapshot();
  assert.equal(idsWithTerm(snapshot, "供水").length, 40);
  await reader.close();
});

test("a search never answers from damaged postings or vectors, nor from a segment in the place of another", async () => {
  const { folder, open } = newArchive();
  const writer = await open();
  await writer.put(Array.from({ length: 40 }, (_, index) => article(String(index))));
  await writer.put(Array.from({ length: 40 }, (_, index) => article(String(index + 40))));
  await writer.close();
  const paths = [1, 2].map((id) => segmentPath(folder, id)) as [string, string];
  const [query] = await encoder.encode(["标题三"], { role: "query" });
  const search = async (): Promise<void> => {
    const reader = await Reader.open(folder, createResources());
    using closing = new DisposableStack();
    closing.defer(() => void reader.close());
    using snapshot = await reader.snapshot();
    for (const segment of snapshot.segments) {
      segment.nearest(query ?? assert.fail(), { from: 0, to: segment.rows, limit: 10 });
      rowsWithTerm(segment, firstTerm("供水"));
    }
  };
  const isDamaged = (error: unknown): boolean => error instanceof AppError && error.code === "archive-damaged";
  await search();
  const intact = readFileSync(paths[0]);
  const { sections } = new SegmentFile(paths[0]).footer;
  for (const name of ["vectors", "postings", "terms"] as const) {
    const damaged = Buffer.from(intact);
    const place = sections[name].offset + Math.floor(sections[name].bytes / 2);
    damaged[place] = (damaged[place] ?? 0) ^ 1;
    writeFileSync(paths[0], damaged);
    await assert.rejects(search, isDamaged, name);
  }
  writeFileSync(paths[0], intact);
  await search();
  renameSync(paths[0], `${paths[0]}.aside`);
  renameSync(paths[1], paths[0]);
  renameSync(`${paths[0]}.aside`, paths[1]);
  await assert.rejects(search, isDamaged);
});
