import type { Resource, Template } from './template.ts';
import { MINUTES } from './usage.ts';

/** A function that a schedule starts. */
export interface ScheduledFunction {
  readonly name: string;
  readonly runsAMonth: number;
  /** GB */
  readonly memory: number;
}

/** The functions that schedules start, from the rules that target them. Pure. @throws Error for a schedule that is no rate */
export function scheduledFunctions(templates: readonly Template[]): ScheduledFunction[] {
  return templates.flatMap(({ Resources = {} }) =>
    Object.values(Resources).flatMap(({ Type, Properties = {} }) => {
      const runsAMonth = Type === 'AWS::Events::Rule' ? runsOf(Properties['ScheduleExpression']) : 0;
      return runsAMonth === 0 ? [] : targetsOf(Properties, Resources).map((fn) => ({ ...fn, runsAMonth }));
    }),
  );
}

/** `rate(1 minute)`; 0: it is no schedule. */
function runsOf(expression: unknown): number {
  if (typeof expression !== 'string') return 0;
  const { number, unit } = /^rate\((?<number>\d+) (?<unit>minute|hour|day)s?\)$/.exec(expression)?.groups ?? {};
  if (number === undefined) throw new Error(`the schedule ${expression} has no price here`);
  return MINUTES / (Number(number) * { minute: 1, hour: 60, day: 1440 }[unit as 'minute' | 'hour' | 'day']);
}

function targetsOf(
  { Targets }: Readonly<Record<string, unknown>>,
  resources: Readonly<Record<string, Resource>>,
): Pick<ScheduledFunction, 'name' | 'memory'>[] {
  const targets = (Targets ?? []) as readonly {
    readonly Arn?: { readonly 'Fn::GetAtt'?: readonly [string, string] };
  }[];
  return targets.flatMap(({ Arn }) => {
    const properties = resources[Arn?.['Fn::GetAtt']?.[0] ?? '']?.Properties;
    return properties === undefined ? [] : [functionIn(properties)];
  });
}

/** Lambda's default memory is 128 MB. */
export function functionIn({
  FunctionName,
  MemorySize = 128,
}: Readonly<Record<string, unknown>>): Pick<ScheduledFunction, 'name' | 'memory'> {
  return { name: String(FunctionName), memory: Number(MemorySize) / 1024 };
}
