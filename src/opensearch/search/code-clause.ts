import { scoreCode, tableBytes, writeQueryTables } from "../../search/codes/query-tables.ts";
import type { Clause } from "../read/snapshot-reads.ts";

/** Added to each entry of a table, so that it is a character that needs no escaping in most. */
const FIRST_CHARACTER = 64;

/** Adds up what the half bytes of a code score, as `scoreCode` does. */
const SCRIPT = `BytesRef code = doc['code'].value;
String tables = params.tables;
byte[] bytes = code.bytes;
int start = code.offset;
int length = code.length;
int score = 0;
for (int place = 0; place < length; place++) {
  int value = bytes[start + place] & 255;
  int low = place * 32;
  score += tables.charAt(low + (value & 15)) + tables.charAt(low + 16 + (value >> 4));
}
return score - length * ${2 * FIRST_CHARACTER};`;

/** How the codes of articles are scored for one query. */
export interface CodeQuery {
  /** What a code scores. */
  scoreOf(code: Uint8Array): number;
  /** Articles that pass a filter, and whose codes score at least as much; the score is theirs. */
  atLeast(score: number, filter: Clause): Clause;
}

export function createCodeQuery(vector: Float32Array, codeBytes: number): CodeQuery {
  const tables = new Uint8Array(tableBytes({ codeBytes }));
  writeQueryTables(vector, { codeBytes }, tables);
  const text = String.fromCharCode(...tables.map((entry) => entry + FIRST_CHARACTER));
  return {
    scoreOf: (code) => scoreCode(code, tables),
    atLeast: (score, filter) => ({
      script_score: {
        query: { bool: { must: [filter], filter: [{ exists: { field: "code" } }] } },
        script: { source: SCRIPT, params: { tables: text } },
        min_score: score,
      },
    }),
  };
}

export const unpackCode = (code: string): Uint8Array => Buffer.from(code, "base64");
