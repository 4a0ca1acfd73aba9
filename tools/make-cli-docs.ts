/** Writes the shapes of what commands print into docs/CLI.md: node tools/make-cli-docs.ts */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeDataShapes } from "../src/cli/describe-shape.ts";

const path = join(import.meta.dirname, "..", "docs", "CLI.md");
const [before = "", after = ""] = readFileSync(path, "utf8").split(
  /(?<=<!-- shapes -->\n)[\s\S]*(?=<!-- end of shapes -->)/,
);
writeFileSync(path, `${before}\n${describeDataShapes()}\n\n${after}`);
