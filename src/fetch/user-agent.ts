/** The name by which robots.txt addresses this program. */
export const ROBOT_NAME = "wenxun";

/** What requests say of who asks: the program, its version, and where to complain, an address of whoever runs it. */
export function toUserAgent(version: string, contact: string | undefined): string {
  return `${ROBOT_NAME}/${version} (${contact === undefined ? "news archive" : `news archive; +${contact}`})`;
}
