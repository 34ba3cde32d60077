/** Bytes that path and headers of a request may have in all, as at the front gateway. */
export const HEADER_LIMIT = 128 * 1024
