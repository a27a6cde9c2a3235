import { en } from 'zod/locales';
import * as z from 'zod/mini';

// zod/mini says only "Invalid input" unless it is given words.
z.config(en());

export * from 'zod/mini';
