import type { Engine } from "./engine.ts";
import { testAnswers } from "./search-answers.ts";
import { testMatches } from "./search-matches.ts";
import { testNearness } from "./search-nearness.ts";

/** What the rules of docs/SEARCH.md leave no engine free to decide. Which articles are near in meaning, and how words score, they do. */
export function testSearchContract(engine: Engine): void {
  testMatches(engine);
  testNearness(engine);
  testAnswers(engine);
}
