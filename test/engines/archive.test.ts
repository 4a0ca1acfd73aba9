import { testArchiveContract } from "../contracts/archive.ts";
import { ENGINES } from "./engines.ts";

for (const engine of ENGINES) testArchiveContract(engine);
