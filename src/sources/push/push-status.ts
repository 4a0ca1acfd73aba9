/**
 * `offered`: the feed names a hub, which has not been asked; `asked`: the hub has not confirmed yet; `active`: it tells of what is new;
 * `refused`: it has said that it will not.
 */
export const PUSH_STATUSES = ["offered", "asked", "active", "refused"] as const;
export type PushStatus = (typeof PUSH_STATUSES)[number];
