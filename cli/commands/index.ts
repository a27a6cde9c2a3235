import type { AddCommand } from '../cli.ts';
import { configRender } from './config-render.ts';
import { emulate } from './emulate.ts';
import { status } from './status.ts';
import { topologyValidate } from './topology-validate.ts';

/** Every command, in the order of the help: Look, Act, Configure, Lab. */
export const commands: readonly AddCommand[] = [status, topologyValidate, configRender, emulate];
