import { App, Stack } from 'aws-cdk-lib';
import { VyosFailoverSite, VyosFailoverTopology } from 'cdk-vyos-failover';

const app = new App();
const topology = VyosFailoverTopology.fromFile('topology.yaml');

for (const site of topology.siteNames) {
  const stack = new Stack(app, topology.stackName(site), { env: { region: topology.region(site) } });
  new VyosFailoverSite(stack, 'Default', { topology, site });
}
