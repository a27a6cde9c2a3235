/**
 * Documents that every account has, by name.
 *
 * AWS-RunShellScript: https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command-walkthroughs.html. AWS's own is of
 * schema 1.2; its parameters are the same.
 */
export const AMAZON_DOCUMENTS: ReadonlyMap<string, string> = new Map([
  [
    'AWS-RunShellScript',
    JSON.stringify({
      schemaVersion: '2.2',
      description: 'Run a shell script or specify the commands to run.',
      parameters: {
        commands: { type: 'StringList' },
        workingDirectory: { type: 'String', default: '' },
        executionTimeout: { type: 'String', default: '3600', allowedPattern: '^[1-9][0-9]{0,5}$' },
      },
      mainSteps: [
        {
          action: 'aws:runShellScript',
          name: 'runShellScript',
          inputs: { runCommand: ['{{ commands }}'], timeoutSeconds: '{{ executionTimeout }}' },
        },
      ],
    }),
  ],
]);
