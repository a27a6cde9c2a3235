import { z } from 'zod';
import type { Cloud } from '#emulator/cloud.ts';
import { nextFiring } from '#emulator/events/schedule.ts';
import type { Resource } from '#emulator/template.ts';
import { changed, type ResourceFamily, type ResourceType } from './family.ts';

const ruleSchema = z.object({
  EventPattern: z.record(z.string(), z.unknown()).optional(),
  ScheduleExpression: z.string().optional(),
  State: z.string().default('ENABLED'),
  EventBusName: z.string().default('default'),
  Targets: z
    .array(
      z.object({
        Id: z.string(),
        Arn: z.string().regex(/^arn:[^:]+:(lambda|sns):/, 'only Lambda functions and SNS topics are targets here'),
        DeadLetterConfig: z.object({ Arn: z.string() }).optional(),
        Input: z.string().optional(),
        InputPath: z.string().optional(),
        InputTransformer: z
          .object({ InputPathsMap: z.record(z.string(), z.string()).default({}), InputTemplate: z.string() })
          .optional(),
      }),
    )
    .default([]),
});

const busName = (resource: Resource): string => resource.text('Name') ?? resource.generatedName();
const ruleName = (resource: Resource): string => resource.text('Name') ?? resource.generatedName();

const bus: ResourceType = {
  identify: (resource) => ({
    ref: busName(resource),
    attributes: { Name: busName(resource), Arn: resource.arn('events', `event-bus/${busName(resource)}`) },
  }),
  create: (resource, cloud) => cloud.buses.addBus(resource.region, busName(resource)),
  update: (resource, previous) => (changed(resource, previous, 'Name') ? 'replace' : undefined),
  delete: (resource, cloud) => cloud.buses.removeBus(resource.region, busName(resource)),
};

const rule: ResourceType = {
  identify: (resource) => ({ ref: ruleName(resource), attributes: { Arn: ruleArn(resource) } }),
  create: putRule,
  update: (resource, previous, cloud) =>
    changed(resource, previous, 'Name', 'EventBusName') ? 'replace' : putRule(resource, cloud),
  delete: (resource, cloud) => cloud.buses.removeRule(ruleArn(resource)),
};

export const events: ResourceFamily = { types: { 'AWS::Events::EventBus': bus, 'AWS::Events::Rule': rule } };

function putRule(resource: Resource, cloud: Cloud): void {
  const { EventPattern, ScheduleExpression, State, EventBusName, Targets } = resource.read(ruleSchema);
  if (ScheduleExpression !== undefined) nextFiring(ScheduleExpression, 0);
  cloud.buses.putRule({
    name: ruleName(resource),
    arn: ruleArn(resource),
    region: resource.region,
    bus: EventBusName.slice(EventBusName.lastIndexOf('/') + 1),
    pattern: EventPattern,
    schedule: ScheduleExpression,
    isEnabled: State !== 'DISABLED',
    targets: Targets.map(({ Id, Arn, DeadLetterConfig, Input, InputPath, InputTransformer: shape }) => ({
      id: Id,
      arn: Arn,
      deadLetters: DeadLetterConfig?.Arn,
      input: Input,
      inputPath: InputPath,
      transformer: shape && { paths: shape.InputPathsMap, template: shape.InputTemplate },
    })),
  });
}

function ruleArn(resource: Resource): string {
  const bus = resource.text('EventBusName') ?? 'default';
  const name = bus.slice(bus.lastIndexOf('/') + 1);
  return resource.arn(
    'events',
    name === 'default' ? `rule/${ruleName(resource)}` : `rule/${name}/${ruleName(resource)}`,
  );
}
