/** The only place that reads the environment; what it gives is passed on. */
export function readEnvironment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}
