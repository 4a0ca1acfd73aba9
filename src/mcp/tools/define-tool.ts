import type { Static, TObject } from "typebox";
import type { Scope } from "../../access/scopes.ts";
import type { ToolCall } from "../context.ts";

interface ToolDefinition<Input extends TObject, Output extends TObject> {
  readonly name: string;
  readonly title: string;
  /** For the model that chooses between tools. */
  readonly description: string;
  /** Who has it: searching, or reading whole articles. */
  readonly needs: Extract<Scope, "search" | "read">;
  /** Allows no further properties: a wrong name is refused instead of passed over. */
  readonly input: Input;
  readonly output: Output;
  /** `args` are checked. @throws AppError, whose message the model reads */
  run(args: Static<Input>, call: ToolCall): Promise<Static<Output>>;
}

/** A tool, whatever it takes and gives. */
export interface Tool extends Omit<ToolDefinition<TObject, TObject>, "run"> {
  run(args: unknown, call: ToolCall): Promise<Readonly<Record<string, unknown>>>;
}

export const defineTool = <Input extends TObject, Output extends TObject>(
  tool: ToolDefinition<Input, Output>,
): Tool => ({
  ...tool,
  // Checked by the schema before.
  run: (args, call) => tool.run(args as Static<Input>, call) as Promise<Readonly<Record<string, unknown>>>,
});
