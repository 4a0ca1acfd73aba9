import { test } from "node:test";
import { testArchiveContract } from "../contracts/archive.ts";
import { clusterEngine, WITHOUT_CLUSTER } from "./cluster-engine.ts";

if (WITHOUT_CLUSTER === false) testArchiveContract(clusterEngine);
else test("the archive of a cluster", { skip: WITHOUT_CLUSTER }, () => {});
