import type { FunctionFolder } from './built-function.ts';

/**
 * MB of memory of each function. Lambda gives CPU in proportion
 * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html), so they were chosen by measurement: docs/bench.md, "Cold
 * start".
 */
export const MEMORY_MB: Readonly<Record<FunctionFolder, number>> = {
  'route-swap': 1024,
  'health-probe': 256,
  notify: 256,
  'config-push': 512,
  'create-routes': 512,
  'mark-tables': 512,
};
