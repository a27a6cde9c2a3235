import { expect, it } from 'vitest';
import { emulatedJson, exportLines } from '#cli/output/emulated-topology.ts';
import { example } from '../vyos/topologies.ts';

const credentials = { accessKeyId: 'AKIA0123', secretAccessKey: 'secret' };

it('emulate --json has the API of each site and the metadata service of each router', () => {
  const shown = emulatedJson(example('tokyo-virginia'), '/topology.yaml', {
    emulator: {
      endpoint: 'http://127.0.0.1:4566',
      credentials: { forUser: () => credentials },
      metadataUrl: (instance) => `http://metadata/${instance}`,
    },
    apiUrl: ({ name }) => `http://api/${name}`,
  });
  expect(shown).toEqual({
    pid: process.pid,
    file: '/topology.yaml',
    endpoint: 'http://127.0.0.1:4566',
    credentials,
    sites: [
      { name: 'tokyo', region: 'ap-northeast-1', api: 'http://api/tokyo' },
      { name: 'virginia', region: 'us-east-1', api: 'http://api/virginia' },
    ],
    metadata: {
      'tokyo-1': 'http://metadata/i-0a1b2c3d4e5f60011',
      'tokyo-2': 'http://metadata/i-0a1b2c3d4e5f60012',
      'virginia-1': 'http://metadata/i-0a1b2c3d4e5f60013',
      'virginia-2': 'http://metadata/i-0a1b2c3d4e5f60014',
    },
  });
});

it('the lines for another terminal leave no credentials of another account in force', () => {
  const emulator = { endpoint: 'http://127.0.0.1:4566', credentials: { forUser: () => credentials } };
  expect(exportLines(example('tokyo-virginia'), '/my files/topology.yaml', emulator)).toBe(
    `  unset AWS_PROFILE AWS_SESSION_TOKEN
  export AWS_ENDPOINT_URL=http://127.0.0.1:4566 AWS_EC2_METADATA_DISABLED=true
  export AWS_ACCESS_KEY_ID=AKIA0123 AWS_SECRET_ACCESS_KEY=secret
  export AWS_REGION=ap-northeast-1 AWS_DEFAULT_REGION=ap-northeast-1
  export VYOS_FAILOVER_TOPOLOGY='/my files/topology.yaml'`,
  );
});
