import { readFileSync } from 'node:fs';
import {
  CloudFormationValidatePlugin,
  type IPolicyValidationContext,
  type PolicyValidationPluginReport,
  type PolicyValidationStack,
} from 'aws-cdk-lib';

/**
 * CDK's own validation of templates, of each shape once: stacks of sites with as many route tables, detectors and neighbors differ
 * in names and numbers only, and the engine takes 0.1 s for each. A shape without errors is not validated again in another app
 * of the process. It replaces the plugin that CDK registers.
 */
export class OncePerShape extends CloudFormationValidatePlugin {
  /** Shapes of apps without errors. */
  readonly #valid = new Set<string>();

  override validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const shapes = firstOfEachShape(context.stackTemplates);
    for (const shape of this.#valid) shapes.delete(shape);
    const stackTemplates = [...shapes.values()];
    const report = super.validate({
      ...context,
      stackTemplates,
      templatePaths: stackTemplates.map(({ templatePath }) => templatePath),
    });
    if (report.success) for (const shape of shapes.keys()) this.#valid.add(shape);
    return report;
  }
}

function firstOfEachShape(stacks: readonly PolicyValidationStack[]): Map<string, PolicyValidationStack> {
  const shapes = new Map<string, PolicyValidationStack>();
  for (const stack of stacks) {
    const shape = shapeOf(readFileSync(stack.templatePath, 'utf8'));
    if (!shapes.has(shape)) shapes.set(shape, stack);
  }
  return shapes;
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
