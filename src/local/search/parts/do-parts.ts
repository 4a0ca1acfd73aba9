import type { PartDoer, Sharing } from "../../../threads/sharing/work-sharer.ts";
import type { Snapshot } from "../../read/snapshot.ts";
import { type CompareTask, compareForAnother } from "./compare-part.ts";
import { type MatchTask, matchForAnother } from "./match-part.ts";
import { type ScanTask, scanForAnother } from "./scan-part.ts";
import {
  type CountTask,
  countForAnother,
  type HoldTask,
  holdForAnother,
  type ReadTask,
  readForAnother,
} from "./text-part.ts";

/** What of a search can be done in parts, by several threads. */
export type SearchTaskParts = ScanTask | CompareTask | MatchTask | ReadTask | CountTask | HoldTask;

/** Where parts of a search can be handed out. */
export type SearchSharing = Sharing<SearchTaskParts>;

/** Makes what does parts of a search of another thread, which sees the same snapshot. */
export function doPartsForAnother(task: SearchTaskParts, snapshot: Snapshot): PartDoer {
  switch (task.kind) {
    case "scan":
      return scanForAnother(task, snapshot.segments);
    case "compare":
      return compareForAnother(task, snapshot.segments);
    case "match":
      return matchForAnother(task, snapshot.segments);
    case "read":
      return readForAnother(task, snapshot);
    case "count":
      return countForAnother(task, snapshot);
    case "hold":
      return holdForAnother(task, snapshot);
  }
}
