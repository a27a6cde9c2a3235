import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';

/**
 * What health-probe runs on a router: one read-only command without parameters, so there is nothing to inject.
 * White space is squeezed because SSM keeps only 24 000 characters of output.
 */
export function probeDocument(scope: Construct, name: string): CfnDocument {
  return new CfnDocument(scope, 'ProbeDocument', {
    name,
    documentType: 'Command',
    documentFormat: 'JSON',
    targetType: '/AWS::EC2::Instance',
    updateMethod: 'NewVersion',
    content: {
      schemaVersion: '2.2',
      description: "Prints the router's BGP summary as JSON",
      mainSteps: [
        {
          action: 'aws:runShellScript',
          name: 'ShowBgpSummary',
          inputs: {
            timeoutSeconds: '10',
            runCommand: [
              'set -e',
              "summary=$(vtysh -c 'show bgp summary json')",
              `printf '%s' "$summary" | tr -s ' \\n\\t' ' '`,
            ],
          },
        },
      ],
    },
  });
}
