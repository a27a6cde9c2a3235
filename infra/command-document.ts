import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';

/** A document that runs a script on an instance, in one step. */
export interface CommandDocument {
  readonly name: string;
  readonly description: string;
  /** By name, as SSM's schema has them. Default: none. */
  readonly parameters?: Readonly<Record<string, object>>;
  readonly step: CommandStep;
}

export interface CommandStep {
  readonly name: string;
  /** The SSM agent ends the script then. */
  readonly timeoutSeconds: number;
  readonly script: readonly string[];
}

/** Schema 2.2: https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-schemas-features.html */
export function commandContent({ description, parameters, step }: Omit<CommandDocument, 'name'>): object {
  const { name, timeoutSeconds, script } = step;
  return {
    schemaVersion: '2.2',
    description,
    ...(parameters === undefined ? {} : { parameters }),
    mainSteps: [
      {
        action: 'aws:runShellScript',
        name,
        inputs: { timeoutSeconds: String(timeoutSeconds), runCommand: [...script] },
      },
    ],
  };
}

/** @param updateMethod default: a change of the content makes a new version of the document, which is then its default version */
export function commandDocument(
  scope: Construct,
  id: string,
  document: CommandDocument,
  updateMethod: 'NewVersion' | 'Replace' = 'NewVersion',
): CfnDocument {
  return new CfnDocument(scope, id, {
    name: document.name,
    documentType: 'Command',
    documentFormat: 'JSON',
    targetType: '/AWS::EC2::Instance',
    updateMethod,
    content: commandContent(document),
  });
}
