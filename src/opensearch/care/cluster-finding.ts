/** One thing that was looked at in a cluster. */
export interface ClusterFinding {
  /** Names the finding for programs; `fine` where all is well. */
  readonly code: string;
  /** `warning`: it works, and somebody should know; `fault`: something does not work, or will be lost. */
  readonly level: "ok" | "warning" | "fault";
  /** In a sentence. */
  readonly what: string;
  /** What mends it. */
  readonly mend?: string;
}

export const fine = (what: string): ClusterFinding => ({ code: "fine", level: "ok", what });

export const warning = (code: string, what: string, mend?: string): ClusterFinding => ({
  code,
  level: "warning",
  what,
  ...(mend !== undefined && { mend }),
});

export const fault = (code: string, what: string, mend?: string): ClusterFinding => ({
  ...warning(code, what, mend),
  level: "fault",
});
