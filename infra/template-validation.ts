import { readFileSync } from 'node:fs';
import {
  CloudFormationValidatePlugin,
  type IPolicyValidationContext,
  type PolicyValidationPluginReport,
  type PolicyValidationStack,
} from 'aws-cdk-lib';

/**
 * CDK's own validation of templates, of each shape once: stacks of sites with as many route tables, detectors and neighbors differ
 * in names and numbers only, and the engine takes 0.1 s for each. It replaces the plugin that CDK registers.
 */
export class OncePerShape extends CloudFormationValidatePlugin {
  override validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const stackTemplates = firstOfEachShape(context.stackTemplates);
    return super.validate({
      ...context,
      stackTemplates,
      templatePaths: stackTemplates.map(({ templatePath }) => templatePath),
    });
  }
}

function firstOfEachShape(stacks: readonly PolicyValidationStack[]): PolicyValidationStack[] {
  const shapes = new Map<string, PolicyValidationStack>();
  for (const stack of stacks) {
    const shape = shapeOf(readFileSync(stack.templatePath, 'utf8'));
    if (!shapes.has(shape)) shapes.set(shape, stack);
  }
  return [...shapes.values()];
}

/** What resources there are, each with its type and the names of its properties, and without ids and other values. */
function shapeOf(template: string): string {
  const { Resources = {} } = JSON.parse(template) as { readonly Resources?: Readonly<Record<string, unknown>> };
  const withoutValues = (key: string, value: unknown) =>
    key === 'Type' || typeof value === 'object' ? value : typeof value;
  return Object.values(Resources)
    .map((resource) => JSON.stringify(resource, withoutValues))
    .toSorted()
    .join();
}
