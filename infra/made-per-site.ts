/** What the stack of one site has of things that an account may have only so many of in a region (a test counts them). */
export const MADE_PER_SITE = { rules: 5, documents: 4 } as const;
