import { testEditionsContract } from "../contracts/editions.ts";
import { EDITION_ENGINES } from "./engines.ts";

for (const engine of EDITION_ENGINES) testEditionsContract(engine);
