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
              "ask() { vtysh -d bgpd -c 'show bgp summary json'; }",
              'if summary=$(ask); then',
              `  printf '%s' "$summary" | tr -s ' \\n\\t' ' '`,
              // Not silence: this router has no bgpd, and so no session.
              "elif ask 2>&1 | grep -q 'failed to connect to any daemons'; then",
              "  printf '{}'",
              'else',
              '  exit 1',
              'fi',
            ],
          },
        },
      ],
    },
  });
}
