/** The lease of whoever looks at what is followed. */
export const FOLLOWING_LEAD = "following";

/** The lease of whoever holds new articles against followed searches and tells of them. */
export const ALERTS_LEAD = "alerts";
