/** Resources of one site's stack for which an account has a quota per region (a test counts them). */
export const MADE_PER_SITE = { rules: 7, documents: 7 } as const;
