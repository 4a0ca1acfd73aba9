import { readFileSync } from "node:fs";
import { fold } from "../src/text/fold.ts";

/** Standard input: a JSON array of texts. Standard output: their folded forms. */
const texts = JSON.parse(readFileSync(0, "utf8")) as string[];
process.stdout.write(JSON.stringify(texts.map(fold)));
