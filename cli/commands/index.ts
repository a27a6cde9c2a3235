import type { AddCommand } from '../cli.ts';
import { configRender } from './config-render.ts';
import { emulate } from './emulate.ts';
import { topologyValidate } from './topology-validate.ts';

/** Every command, in the order of the help. */
export const commands: readonly AddCommand[] = [topologyValidate, configRender, emulate];
