import type { Draft } from '../draft.ts';
import type { Fault } from '../mistakes.ts';
import { hasBfd } from '../vyos-versions.ts';

/** The design of profile original has GRE tunnels and no BFD; profile fast needs routers that have it. */
export function checkProfile(draft: Draft): Fault[] {
  return draft.profile === 'original' ? original(draft) : fast(draft);
}

/** One fault, however many routers are too old. */
function fast({ sites = [], vyos }: Draft): Fault[] {
  const versions = sites.flatMap(({ routers = [] }) => routers.map((router) => router.vyos ?? vyos));
  const old = versions.find(({ value }) => !hasBfd(value));
  if (old === undefined) return [];
  return [
    {
      kind: 'contradiction',
      path: old.path,
      fault: `profile fast needs BFD and AES-GCM, and VyOS ${old.value} has neither`,
      hint: 'write profile: original, or update the routers to VyOS 1.3 or later',
    },
  ];
}

function original({ tunnelType, bfd }: Draft): Fault[] {
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
