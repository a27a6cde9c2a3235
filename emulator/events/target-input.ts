/** How a rule shapes what its target gets. At most one of the three; none: the event itself. */
export interface InputShape {
  /** JSON, instead of the event. */
  readonly input?: string | undefined;
  /** JSON path into the event. */
  readonly inputPath?: string | undefined;
  readonly transformer?: { readonly paths: Readonly<Record<string, string>>; readonly template: string } | undefined;
}

/**
 * What the target gets, as text. A template that is one quoted text stays quoted, and its `\n` stays two characters: SNS
 * delivers exactly that.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function targetInput(
  shape: InputShape,
  event: Readonly<Record<string, unknown>>,
  rule: { readonly name: string; readonly arn: string },
): string {
  if (shape.input !== undefined) return shape.input;
  if (shape.inputPath !== undefined) return JSON.stringify(at(event, shape.inputPath) ?? null);
  const { transformer } = shape;
  if (transformer === undefined) return JSON.stringify(event);
  const reserved: Record<string, unknown> = {
    'aws.events.rule-arn': rule.arn,
    'aws.events.rule-name': rule.name,
    'aws.events.event.ingestion-time': event['time'],
    'aws.events.event': event,
    'aws.events.event.json': event,
  };
  let isInText = false;
  return transformer.template.replace(/\\.|"|<([^<>\s]+)>/g, (all, name: string | undefined) => {
    if (all === '"') isInText = !isInText;
    if (name === undefined) return all;
    const path = transformer.paths[name];
    if (path === undefined && !(name in reserved)) return all;
    const value = path === undefined ? reserved[name] : at(event, path);
    if (!isInText) return value === undefined ? '""' : JSON.stringify(value);
    if (value === undefined) return '';
    return typeof value === 'string'
      ? JSON.stringify(value).slice(1, -1)
      : JSON.stringify(value).replaceAll('"', '\\"');
  });
}

/** `$.detail.instance-id`, `$.resources[0]`, `$` */
function at(event: unknown, path: string): unknown {
  const steps = path.match(/[^.[\]$]+/g) ?? [];
  return steps.reduce<unknown>((value, step) => {
    if (typeof value !== 'object' || value === null) return undefined;
    return (value as Record<string, unknown>)[step];
  }, event);
}
