import { test } from "node:test";
import { testSearchContract } from "../contracts/search.ts";
import { clusterEngine, WITHOUT_CLUSTER } from "./cluster-engine.ts";

if (WITHOUT_CLUSTER === false) testSearchContract(clusterEngine);
else test("the search of a cluster", { skip: WITHOUT_CLUSTER }, () => {});
