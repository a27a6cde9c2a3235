import type { Write } from './action.ts';
import { incorrectInstanceState } from './errors.ts';
import { instanceResource } from './iam.ts';
import { existing, wellFormed } from './ids.ts';
import { stateXml } from './instances.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Instance, PowerState } from './model/instances.ts';
import { checkTermination } from './operations/instance.ts';
import { checkVcpus } from './operations/launch-rules.ts';
import type { RegionState } from './state.ts';

interface Power {
  readonly act: (lifecycle: Lifecycle, region: string, id: string) => void;
  readonly refusedIn: readonly PowerState[];
  readonly done: 'started' | 'stopped' | 'rebooted';
  /** Throws what refuses it whatever the instance's state. */
  readonly check?: (instance: Instance, state: RegionState) => void;
}

/** For every id at once or for none: a bad id or state refuses the whole call. */
function power({ act, refusedIn, done, check = () => undefined }: Power): Write {
  return {
    kind: 'write',
    resources: (parameters, state) => parameters.texts('InstanceId').map((id) => instanceResource(state, id)),
    precheck(parameters) {
      for (const id of parameters.requiredTexts('InstanceId')) wellFormed('i', id);
    },
    run(parameters, state, { lifecycle }) {
      const { region, instances } = state;
      const asked = parameters.texts('InstanceId').map((id) => existing('i', id, instances));
      const refused = asked.find((instance) => refusedIn.includes(instance.state));
      if (refused) throw incorrectInstanceState(refused.id, done);
      for (const instance of asked) check(instance, state);
      const changes = asked.map(({ id, state: previous }) => {
        act(lifecycle, region, id);
        const currentState = stateXml(lifecycle.find(region, id).state);
        return { instanceId: id, currentState, previousState: stateXml(previous) };
      });
      return { output: { instancesSet: changes } };
    },
  };
}

export const startInstances = power({
  act: (lifecycle, region, id) => lifecycle.start(region, id),
  refusedIn: ['stopping', 'shutting-down', 'terminated'],
  done: 'started',
  check: ({ type, state: power }, state) => {
    if (power === 'stopped') checkVcpus(type, state);
  },
});

export const stopInstances = power({
  act: (lifecycle, region, id) => lifecycle.stop(region, id),
  refusedIn: ['shutting-down', 'terminated'],
  done: 'stopped',
});

export const terminateInstances = power({
  act: (lifecycle, region, id) => lifecycle.terminate(region, id),
  refusedIn: [],
  done: 'stopped',
  check: checkTermination,
});

const reboot = power({
  act: (lifecycle, region, id) => lifecycle.reboot(region, id),
  refusedIn: ['stopping', 'stopped', 'shutting-down', 'terminated'],
  done: 'rebooted',
});

/** Answers with nothing but true. */
export const rebootInstances: Write = {
  ...reboot,
  run(parameters, state, context) {
    reboot.run(parameters, state, context);
    return { output: { return: true } };
  },
};
