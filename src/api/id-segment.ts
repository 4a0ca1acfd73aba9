/**
 * An id as one part of a path. Browsers and proxies take `.` and `..` out of a path, however they are encoded; they are led by a tilde,
 * and so are the ids that would be taken for such a one.
 */
export const toIdSegment = (id: string): string =>
  encodeURIComponent(/^~*\.{1,2}$/.test(id) ? `~${id}` : id.toWellFormed());

/** The id that a part of a path, decoded, stands for. */
export const fromIdSegment = (segment: string): string => (/^~+\.{1,2}$/.test(segment) ? segment.slice(1) : segment);
