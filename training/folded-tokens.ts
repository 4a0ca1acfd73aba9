import { readFileSync } from "node:fs";
import { fold } from "../src/text/fold.ts";

/** Standard input: a JSON array of tokens. Standard output: for each, whether it folds to itself; only such a one can ever be met. */
const tokens = JSON.parse(readFileSync(0, "utf8")) as string[];
process.stdout.write(JSON.stringify(tokens.map((token) => fold(token) === token)));
