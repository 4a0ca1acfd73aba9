/** Lines that strangers may cause in a minute, all together; what they do beyond is counted in the next line. */
const MAX_PER_MINUTE = 60;
const MINUTE_MS = 60_000;

/** Keeps those whom nobody knows from filling a disk with what is noted of them. */
export interface StrangerLimit {
  /** Undefined: not to be noted by itself. Otherwise how many were not noted since the last that was. */
  take(): number | undefined;
}

export function createStrangerLimit(nowMs: () => number = Date.now): StrangerLimit {
  let minute = -1;
  let taken = 0;
  let unnoted = 0;
  return {
    take: () => {
      const now = Math.floor(nowMs() / MINUTE_MS);
      if (now !== minute) [minute, taken] = [now, 0];
      if (taken >= MAX_PER_MINUTE) {
        unnoted++;
        return undefined;
      }
      taken++;
      const more = unnoted;
      unnoted = 0;
      return more;
    },
  };
}
