import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { PageState, RouterState, SiteState } from '../contract.ts';
import { type Box, layOut, type Shape, type SiteBox } from './map-layout.ts';

/** Below this width of the window, sites are drawn one below the other, px. */
const NARROW_PX = 720;

/** Sites, routers and tunnels as a drawing. The tables below it have the same facts as text. */
export function NetworkMap({ state }: { readonly state: PageState }) {
  const layout = layOut(state, useShape());
  const carries = (site: SiteState) =>
    state.traffic.every(({ from, to, answered }) => answered || ![from, to].includes(site.name));
  return (
    <svg class="map" viewBox={`0 0 ${layout.width} ${layout.height}`} role="img" aria-label={summary(state)}>
      {layout.tunnels.map(({ tunnel, path, middle }) => (
        <g key={tunnel.between.join()} class={`tunnel ${tunnel.state}`}>
          <title>{tunnel.says}</title>
          <path d={path} />
          {tunnel.state !== 'up' && (
            <text x={middle.x} y={middle.y - 5}>
              {tunnel.state}
            </text>
          )}
        </g>
      ))}
      {layout.sites.map((each) => (
        <Site key={each.site.name} {...each} carries={carries(each.site)} />
      ))}
      {layout.farEnds.map(({ name, box }) => (
        <Rectangle key={name} box={box} kind="router far-end">
          <Lines box={box} lines={[name, 'far end']} />
        </Rectangle>
      ))}
    </svg>
  );
}

function Site({ site, box, hosts, routers, carries }: SiteBox & { readonly carries: boolean }) {
  return (
    <g class={`site ${site.severity}`}>
      <rect {...box} rx="10" />
      <text x={box.x + 14} y={box.y + 22} class="name">
        {site.name}
        <tspan class="region" dx="8">
          {site.region}
        </tspan>
      </text>
      <text x={box.x + box.width - 14} y={box.y + 22} class="severity">
        {site.severity.toUpperCase()}
      </text>
      {routers.map(({ name, toHosts }) => (
        <path key={name} d={toHosts} class={linkClass(site, name, carries)} />
      ))}
      <Rectangle box={hosts} kind="hosts">
        <Lines box={hosts} lines={['hosts']} />
      </Rectangle>
      {routers.map(({ name, box: at }) => {
        const router = site.routers.find((each) => each.name === name);
        return router && <Router key={name} router={router} site={site} box={at} />;
      })}
    </g>
  );
}

function linkClass({ routes }: SiteState, router: string, carries: boolean): string {
  const count = routes.filter((route) => route.router === router).length;
  if (count === 0) return 'link none';
  return `link ${carries ? 'carries' : 'lost'}`;
}

function Router({ router, site, box }: { readonly router: RouterState; readonly site: SiteState; readonly box: Box }) {
  const owns = site.owner === router.name;
  const state = router.faults.length > 0 ? 'no' : router.fit;
  return (
    <Rectangle box={box} kind={`router fit-${state} ${owns ? 'owner' : ''}`}>
      <title>
        {[`${router.name}: ${fitness(router)}`, `EC2: ${router.ec2}`, `eBGP: ${router.ebgp || 'unknown'}`].join('\n')}
      </title>
      <Lines box={box} lines={[router.name, [...(owns ? ['owner'] : []), fitness(router)].join(' · ')]} />
    </Rectangle>
  );
}

const FAULT_TEXTS = { kill: 'killed', stop: 'stopped', 'cut-uplink': 'uplink cut' } as const;

/** In a few words: there is room for 20 characters. */
function fitness({ fit, faults, maintenance }: RouterState): string {
  const [fault] = faults;
  if (fault !== undefined) return FAULT_TEXTS[fault];
  if (maintenance) return 'maintenance';
  return { yes: 'fit', no: 'not fit', unknown: 'fitness unknown' }[fit];
}

function Rectangle({
  box,
  kind,
  children,
}: {
  readonly box: Box;
  readonly kind: string;
  readonly children: ComponentChildren;
}) {
  return (
    <g class={kind}>
      <rect {...box} rx="7" />
      {children}
    </g>
  );
}

function Lines({ box, lines }: { readonly box: Box; readonly lines: readonly string[] }) {
  const first = box.y + box.height / 2 - (lines.length - 1) * 9 + 5;
  return (
    <>
      {lines.map((line, index) => (
        <text key={index} x={box.x + box.width / 2} y={first + index * 18} class={index === 0 ? 'first' : 'more'}>
          {line}
        </text>
      ))}
    </>
  );
}

/** For screen readers. */
function summary({ sites, tunnels }: PageState): string {
  const down = tunnels.filter(({ state }) => state === 'down').map(({ between }) => between.join(' to '));
  const unknown = tunnels.filter(({ state }) => state === 'unknown').length;
  return [
    'Network map.',
    ...sites.map(
      ({ name, severity, owner }) => `${name} is ${severity}; its routes point at ${owner ?? 'no single router'}.`,
    ),
    down.length === 0 ? '' : `Tunnels down: ${down.join(', ')}.`,
    unknown === 0 ? '' : `The state of ${unknown} of ${tunnels.length} tunnels is unknown.`,
    tunnels.length > 0 && down.length + unknown === 0 ? 'All tunnels are up.' : '',
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function useShape(): Shape {
  const [narrow, setNarrow] = useState(() => innerWidth < NARROW_PX);
  useEffect(() => {
    const onResize = () => setNarrow(innerWidth < NARROW_PX);
    addEventListener('resize', onResize);
    return () => removeEventListener('resize', onResize);
  }, []);
  return narrow ? 'narrow' : 'wide';
}
