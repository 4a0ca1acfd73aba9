import { userInfo } from "node:os";
import type { CliContext } from "./context.ts";

/** Whoever runs the command, and who became that by sudo; a process without an account has a number alone. */
export function toUserName({ env }: Pick<CliContext, "env">): string {
  const behind = env.SUDO_USER ? ` (sudo of ${env.SUDO_USER})` : "";
  try {
    return userInfo().username + behind;
  } catch {
    return `user ${process.getuid?.() ?? "unknown"}${behind}`;
  }
}
