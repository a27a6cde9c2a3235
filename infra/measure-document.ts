import type { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { commandDocument } from './command-document.ts';
import { quotedProgram } from './router-program.ts';

/** Of a word list: `none`, or words with one space between. Nothing that a shell would interpret. */
const listOf = (word: string) => `^(none|${word}( ${word})*)$`;
const ADDRESSES = listOf('[0-9A-Fa-f.:]+');

/**
 * What `connectivity` and `drill` run on a router or on a host in a front subnet: pings and route lookups, which change nothing. The
 * document contains the program, so that the deployed version runs, whatever is installed on the machine.
 */
export function measureDocument(scope: Construct, name: string): CfnDocument {
  return commandDocument(scope, 'MeasureDocument', {
    name,
    description: 'Measures lost packets, round trip and MTU to some addresses, and looks up routes; prints JSON',
    parameters: {
      // In the text and not as ENV_VAR, which an SSM agent older than 3.3.2746.0 does not know.
      Ping: text('Addresses to ping, or none', ADDRESSES),
      Mtus: text('Largest packet to try to each of them, bytes, or none', listOf('[0-9]{3,5}')),
      Routes: text('Addresses to look up the route to, or none', ADDRESSES),
      Seconds: text('Length of the measurement', '^([1-9]|[1-9][0-9]|[1-5][0-9]{2}|600)$'),
      Every: text('Time between two packets, ms', '^([2-9][0-9]|[1-9][0-9]{2}|1000)$'),
      MostLost: text('End the measurement when more packets are lost than this', '^[0-9]{1,5}$'),
    },
    step: { name: 'Measure', timeoutSeconds: 660, script: script() },
  });
}

function text(description: string, allowedPattern: string) {
  return { type: 'String', description, allowedPattern };
}

function script(): string[] {
  const options = Object.entries(OPTIONS).map(([option, parameter]) => `--${option} '{{ ${parameter} }}'`);
  return `exec /usr/bin/python3 -IS -c ${quotedProgram('measure')} ${options.join(' ')}`.split('\n');
}

const OPTIONS = {
  ping: 'Ping',
  mtus: 'Mtus',
  routes: 'Routes',
  seconds: 'Seconds',
  every: 'Every',
  'most-lost': 'MostLost',
} as const;
