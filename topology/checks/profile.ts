import type { Draft } from '../draft.ts';
import type { Fault } from '../mistakes.ts';

/** The design of profile original has GRE tunnels and no BFD. */
export function checkProfile({ profile, tunnelType, bfd }: Draft): Fault[] {
  if (profile !== 'original') return [];
  const hint = 'remove it, or write profile: fast';
  return [
    ...(tunnelType?.value === 'vti'
      ? [
          {
            kind: 'contradiction' as const,
            path: tunnelType.path,
            fault: 'profile original has GRE tunnels only',
            hint,
          },
        ]
      : []),
    ...(bfd === undefined
      ? []
      : [{ kind: 'contradiction' as const, path: bfd.path, fault: 'profile original has no BFD', hint }]),
  ];
}
