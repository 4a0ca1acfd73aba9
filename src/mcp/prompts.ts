import { Type } from "../http/schema.ts";

interface PromptDefinition {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly args: ReturnType<typeof Type.Object>;
  toText(args: Readonly<Record<string, string | undefined>>): string;
}

const day = (description: string) => Type.Optional(Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$", description }));

const PROOF =
  "For each quote give the exact words, id, start, end, published, source and url, as the tools gave them, and prove it with fetch and its argument quote before you use it. Answer in the language of the question.";

export const PROMPTS: readonly PromptDefinition[] = [
  {
    name: "check-this-claim",
    title: "Check this claim",
    description: "Finds what the archive says for and against a claim, with proven quotes.",
    args: Type.Object(
      { claim: Type.String({ minLength: 1, maxLength: 2000, description: "What is claimed." }) },
      { additionalProperties: false },
    ),
    toText: ({ claim }) =>
      [
        `Check this claim against the archive: ${JSON.stringify(claim)}`,
        "Split it into statements that can be true or false. Search for each, also for what would speak against it: other words, other sources, the days before and after. Note where sources copy each other; a copy is no second witness.",
        "Then say of each statement: supported, contradicted, disputed, or not in the archive, which is no proof that it is false.",
        PROOF,
      ].join("\n\n"),
  },
  {
    name: "coverage-over-time",
    title: "Coverage over time",
    description: "Tells how much, when and by whom a topic was covered.",
    args: Type.Object(
      {
        topic: Type.String({ minLength: 1, maxLength: 500, description: "What was covered." }),
        from: day("First day."),
        to: day("Last day."),
      },
      { additionalProperties: false },
    ),
    toText: ({ topic, from, to }) =>
      [
        `How was this topic covered over time: ${JSON.stringify(topic)}${from === undefined ? "" : `, from ${from}`}${to === undefined ? "" : `, until ${to}`}?`,
        "Count it with count_by_date, by month and then by day around the peaks; compare shares, not counts alone, since the archive itself grows and shrinks. List with sources who covered it. For each peak search its days and say what happened, with a quote. Say what the archive cannot tell: missing sources, missing months.",
        PROOF,
      ].join("\n\n"),
  },
];
