import { ACTIVITY_KINDS } from "../../archive/archive.ts";
import { Type } from "../../http/schema.ts";
import { describeArchive } from "../describe-archive.ts";
import { defineTool } from "./define-tool.ts";

export const statusTool = defineTool({
  name: "status",
  title: "What the archive holds",
  description:
    "Says what the archive holds: how many articles, from when to when, in which languages, when it was last written to.",
  needs: "search",
  input: Type.Object({}, { additionalProperties: false }),
  output: Type.Object({
    version: Type.String({ description: "Of wenxun." }),
    articles: Type.Integer(),
    sources: Type.Integer(),
    categories: Type.Integer(),
    from: Type.Optional(Type.String({ description: "Day of the oldest article." })),
    to: Type.Optional(Type.String({ description: "Day of the newest article." })),
    timezone: Type.String({ description: "In which days begin." }),
    languages: Type.Array(Type.Object({ language: Type.String(), share: Type.Number() }), {
      description: "BCP 47, with their share of a sample of the articles, largest first.",
    }),
    updated: Type.Optional(Type.String({ description: "When something was last written, ISO 8601." })),
    activity: Type.Optional(Type.Enum([...ACTIVITY_KINDS], { description: "What is being written now." })),
    snapshot: Type.String(),
  }),
  async run(_args, call) {
    const { largestSources: _names, ...described } = await describeArchive(call);
    const activity = await call.archive.activity();
    return { version: call.version, ...described, ...(activity !== undefined && { activity: activity.what }) };
  },
});
