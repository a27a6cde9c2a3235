import type { Draft } from '../draft.ts';
import type { Fault } from '../mistakes.ts';

/** The article's design has GRE tunnels and no BFD: what says otherwise cannot be meant. */
export function checkProfile({ profile, tunnelType, bfd }: Draft): Fault[] {
  if (profile !== 'original') return [];
  const hint = 'take it out, or write profile: fast';
  return [
    ...(tunnelType?.value === 'vti'
      ? [{ kind: 'contradiction' as const, path: tunnelType.path, fault: 'profile original has GRE tunnels', hint }]
      : []),
    ...(bfd === undefined
      ? []
      : [{ kind: 'contradiction' as const, path: bfd.path, fault: 'profile original has no BFD', hint }]),
  ];
}
