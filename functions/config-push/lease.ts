/** The function's timeout: all that one router may take, the wait for far ends, its undo and the looking before it. */
export const FUNCTION_TIMEOUT_MS = 450_000;

/** A run that died keeps others waiting no longer than it could have lived. */
export const LEASE_FOR_MS = FUNCTION_TIMEOUT_MS + 10_000;
