import type { Happening } from '#emulator/service.ts';
import type { Recording, Stages } from './trial.ts';

/** Where the time of a span is spent. */
export const PARTS = ['router', 'network', 'function', 'AWS'] as const;
export type Part = (typeof PARTS)[number];

/** Something that took time during a failover; ms after the failure. */
export interface Span {
  readonly part: Part;
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

const ROUTER_STAGES = [
  ['bfd', 'BFD waits for missing packets'],
  ['watcher', 'watcher reads BFD from FRR'],
  ['worker', 'report worker starts'],
  ['confirm', 'peer is asked'],
  ['post', 'confirmed report is signed and sent'],
] as const satisfies readonly (readonly [keyof Stages, string])[];

/** All that a failover consists of until its last route has moved, in the order of its beginnings. Empty without stages. */
export function spansOf({ trial, region, failedAt, happenings }: Recording): Span[] {
  const { stages, movedMs } = trial;
  if (stages === undefined || movedMs === null) return [];
  const spans = [
    ...routerSpans(stages),
    ...suspicion(trial),
    ...happenings
      .filter((each) => 'region' in each && each.region === region)
      .flatMap((each) => spanOf(each, failedAt)),
  ];
  return spans
    .filter(({ from, to }) => from < movedMs && to - from >= 1)
    .map((span) => ({ ...span, to: Math.min(span.to, movedMs) }))
    .toSorted((one, other) => one.from - other.from || one.to - other.to);
}

function routerSpans(stages: Stages): Span[] {
  let from = 0;
  return ROUTER_STAGES.map(([stage, name]) => {
    const span = { part: 'router', name, from, to: from + stages[stage] } as const;
    from = span.to;
    return span;
  });
}

function suspicion({ detectedMs, suspectedMs = null }: Recording['trial']): Span[] {
  if (detectedMs === null || suspectedMs === null) return [];
  return [{ part: 'router', name: 'suspected report is signed and sent', from: detectedMs, to: suspectedMs }];
}

function spanOf(happening: Happening, failedAt: number): Span[] {
  const { kind } = happening;
  if (kind !== 'call' && kind !== 'invocation' && kind !== 'latency') return [];
  const span = (part: Part, name: string, startMs = 0, endMs = happening.ms): Span => {
    const from = Math.round(happening.at - failedAt);
    return { part, name, from: from + Math.round(startMs), to: from + Math.round(endMs) };
  };
  switch (kind) {
    case 'call':
      return happening.caller.endsWith('--route-swap') ? [span('AWS', happening.action)] : [];
    case 'invocation':
      return happening.function.endsWith('--route-swap')
        ? [
            span('function', happening.cold ? 'cold start' : 'warm start', 0, happening.startMs),
            span('function', 'route-swap runs', happening.startMs),
          ]
        : [];
    case 'latency': {
      const { service, operation } = happening;
      const name =
        NETWORK[`${service}:${operation}`] ?? (operation === 'Connect' ? `connect to ${service}` : undefined);
      return name === undefined ? [] : [span('network', name)];
    }
  }
}

/** The start of a function is part of its invocation. */
const NETWORK: Readonly<Record<string, string>> = {
  'execute-api:Connect': 'connect to the API',
  'execute-api:Invoke': 'API Gateway',
};
