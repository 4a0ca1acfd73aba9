import { testSearchContract } from "../contracts/search.ts";
import { ENGINES } from "./engines.ts";

for (const engine of ENGINES) testSearchContract(engine);
