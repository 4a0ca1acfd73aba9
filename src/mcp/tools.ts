import { countByDateTool } from "./tools/count-by-date.ts";
import type { Tool } from "./tools/define-tool.ts";
import { fetchTool } from "./tools/fetch.ts";
import { searchTool } from "./tools/search.ts";
import { similarTool } from "./tools/similar.ts";
import { sourcesTool } from "./tools/sources.ts";
import { statusTool } from "./tools/status.ts";

/** All of them read; in the order in which clients list them. */
export const TOOLS: readonly Tool[] = [searchTool, fetchTool, countByDateTool, similarTool, sourcesTool, statusTool];
