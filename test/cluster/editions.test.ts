import { test } from "node:test";
import { testEditionsContract } from "../contracts/editions.ts";
import { clusterEngine, WITHOUT_CLUSTER } from "./cluster-engine.ts";

if (WITHOUT_CLUSTER === false) testEditionsContract(clusterEngine);
else test("the editions of a cluster", { skip: WITHOUT_CLUSTER }, () => {});
