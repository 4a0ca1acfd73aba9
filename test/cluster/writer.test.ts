import { test } from "node:test";
import { testWriterContract } from "../contracts/writer.ts";
import { clusterEngine, WITHOUT_CLUSTER } from "./cluster-engine.ts";

if (WITHOUT_CLUSTER === false) testWriterContract(clusterEngine);
else test("the writer of a cluster", { skip: WITHOUT_CLUSTER }, () => {});
