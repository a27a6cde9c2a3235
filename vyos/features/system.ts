import { type Line, line } from '../line.ts';
import type { RouterModel } from '../router-model.ts';

export function system({ hostName }: RouterModel): Line[] {
  return [line`system host-name ${hostName}`];
}
