/** As the stack sets them (`infra/site-stack.ts`), and what the handlers keep for their end; ms. */
export const SWAP_TIMEOUT_MS = 25_000;
export const PROBE_TIMEOUT_MS = 55_000;
export const PROBE_EVERY_MS = 60_000;
export const TIME_TO_CONCLUDE_MS = 3_000;
/** What health-probe waits for route-swap and for a router, and route-swap for a router. */
export const PROBE_WAITS_MS = 20_000;
export const SSM_WAITS_MS = 10_000;
export const SSM_WAITS_IN_SWAP_MS = 5_000;
/** What a router waits for the API (`router/lib/sign.sh`: curl -m). */
export const API_WAITS_MS = 8_000;
