/** The API of a site waits this long for the answer of a swap, ms: a longer one is noted as slow. */
export const SLOW_SWAP_MS = 30_000;
