import { fileURLToPath } from "node:url";
import { fold } from "../../text/fold.ts";
import { HAN, scanRuns } from "../../text/runs.ts";
import { scanParts } from "../../text/units.ts";
import { TimeSlices } from "../../threads/time-slices.ts";
import type { Encoder } from "../encoder.ts";
import { loadStaticModel, type StaticModel } from "./model.ts";
import { UNKNOWN } from "./token-table.ts";

/** The folder of the model that ships with wenxun; the same place in a checkout and in the package. */
export const BUILT_IN_MODEL = fileURLToPath(new URL("../../../models/static-zh/", import.meta.url));

/** How long encoding may hold the thread before others get their turn. */
const SLICE_MS = 4;

/**
 * The built-in encoder: the mean of the vectors of every known character n-gram and word, brought to length 1. The first line
 * of a document is its title and counts for a fixed share, however long the rest is; see {@link StaticModel.titleShare}.
 * @throws AppError `encoder-unavailable` when the folder does not hold a sound model; see model.ts for what it must hold.
 */
export async function loadStaticEncoder(folder: string = BUILT_IN_MODEL): Promise<Encoder> {
  return createStaticEncoder(await loadStaticModel(folder));
}

function createStaticEncoder(model: StaticModel): Encoder {
  const { tokens, matrix, dimensions, shorterDimensions, maxDocumentCharacters, titleShare } = model;

  const addRow = (row: number): void => matrix.add(row);

  /** COVID-19 folds to covid19: to a model that does not know that, it is covid and 19. */
  const addParts = (word: string): void =>
    scanParts(word, 0, word.length, (start, end) => {
      const row = tokens.find(word, start, end);
      if (row !== UNKNOWN) addRow(row);
    });

  const encodeText = (text: string): Float32Array | undefined => {
    const folded = fold(text);
    matrix.clear();
    scanRuns(folded, (kind, start, end) => {
      if (kind === HAN) {
        tokens.scanNgrams(folded, start, end, addRow);
        return;
      }
      const row = tokens.find(folded, start, end);
      if (row !== UNKNOWN) addRow(row);
      else addParts(folded.slice(start, end));
    });
    return toUnit(matrix.finish());
  };

  const encodeDocument = (text: string): Float32Array | undefined => {
    const read = text.slice(0, maxDocumentCharacters);
    const titleEnd = read.indexOf("\n");
    if (titleEnd < 0 || titleShare === undefined) return encodeText(read);
    const title = encodeText(read.slice(0, titleEnd));
    const rest = encodeText(read.slice(titleEnd + 1));
    if (title === undefined || rest === undefined) return title ?? rest;
    for (let index = 0; index < rest.length; index++)
      rest[index] = titleShare * (title[index] as number) + (1 - titleShare) * (rest[index] as number);
    return toUnit(rest);
  };

  return {
    name: model.name,
    fingerprint: model.fingerprint,
    dimensions,
    shorterDimensions,
    maxDocumentCharacters,
    get bytes() {
      return matrix.bytes + tokens.bytes;
    },
    async encode(texts, { role, signal }) {
      const vectors: (Float32Array | undefined)[] = [];
      const slices = new TimeSlices(SLICE_MS);
      for (const text of texts) {
        signal?.throwIfAborted();
        vectors.push(role === "document" ? encodeDocument(text) : encodeText(text));
        if (slices.isOver) await slices.next();
      }
      signal?.throwIfAborted();
      return vectors;
    },
    close: async () => model.close(),
  };
}

/** A copy of Euclidean norm 1; undefined where there is nothing to point with. */
function toUnit(sum: Float32Array): Float32Array | undefined {
  let squares = 0;
  for (let index = 0; index < sum.length; index++) squares += (sum[index] as number) * (sum[index] as number);
  if (!(squares > 0) || squares === Infinity) return undefined;
  const factor = 1 / Math.sqrt(squares);
  const unit = new Float32Array(sum.length);
  for (let index = 0; index < sum.length; index++) unit[index] = (sum[index] as number) * factor;
  return unit;
}
