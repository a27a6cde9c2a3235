import type { Topology } from '#topology/topology.ts';
import { VyosConfigError } from '#vyos/errors.ts';
import { findRouter } from '#vyos/find-router.ts';
import { type RenderedConfig, renderConfig } from '#vyos/render.ts';
import type { VyosRelease } from '#vyos/versions/release.ts';
import { versionNote } from './problems.ts';

export type DesiredConfig = Pick<RenderedConfig, 'lines' | 'secrets' | 'notes'>;

/** The configuration that a router should run. The running release decides the commands, whatever the topology expects. */
export function renderFor(
  release: VyosRelease,
  name: string,
  topology: Topology,
): DesiredConfig | { readonly says: string } {
  try {
    const { lines, secrets, notes } = renderConfig(topology, name, { vyos: release });
    const other = versionNote(release, findRouter(topology, name).router.vyos);
    return { lines, secrets, notes: other === undefined ? notes : [other, ...notes] };
  } catch (error) {
    if (!(error instanceof VyosConfigError)) throw error;
    return { says: `it runs VyOS ${release.name}: ${clauseOf(error)}` };
  }
}

/** The message's hint is on a line of its own; a plan shows one clause. */
function clauseOf({ message }: VyosConfigError): string {
  return message.replaceAll(/\n\s*hint: /g, '; ');
}
