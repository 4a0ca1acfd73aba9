import { testWriterContract } from "../contracts/writer.ts";
import { WRITING_ENGINES } from "./engines.ts";

for (const engine of WRITING_ENGINES) testWriterContract(engine);
