import type { Read } from './action.ts';
import { type Fields, filtered } from './filters.ts';
import { askedFor, stateXml } from './instances.ts';
import type { CheckStatus, Instance } from './model/instances.ts';
import { page } from './paging.ts';
import type { XmlObject } from './wire.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html: running ones only, unless asked. */
export const describeInstanceStatus: Read = {
  kind: 'read',
  idList: 'InstanceId',
  run(parameters, state) {
    const ids = parameters.texts('InstanceId');
    const all = parameters.flag('IncludeAllInstances') === true;
    const shown = askedFor(ids, state).filter((instance) => all || instance.state === 'running');
    const { items, nextToken } = page(filtered(shown, parameters.filters(), fields), parameters, {
      ids,
      min: 5,
      max: 1000,
    });
    return { instanceStatusSet: items.map(statusXml), nextToken };
  },
};

const fields: Fields<Instance> = {
  'instance-state-name': ({ state }) => [state],
  'instance-status.status': (instance) => [instanceCheck(instance)],
  'instance-status.reachability': (instance) => [reachability(instanceCheck(instance))],
  'system-status.status': (instance) => [systemCheck(instance)],
  'system-status.reachability': (instance) => [reachability(systemCheck(instance))],
  'attached-ebs-status.status': (instance) => [volumeCheck(instance)],
};

function instanceCheck({ state, check }: Instance): CheckStatus {
  return state === 'running' ? check : 'not-applicable';
}

/** A failed guest is no fault of the host: the system check stays `ok`. */
function systemCheck(instance: Instance): CheckStatus {
  const check = instanceCheck(instance);
  return check === 'impaired' ? 'ok' : check;
}

function volumeCheck(instance: Instance): CheckStatus {
  const check = systemCheck(instance);
  return check === 'ok' && instance.volumesImpairedSince !== undefined ? 'impaired' : check;
}

function reachability(status: CheckStatus): string | undefined {
  const byStatus = {
    ok: 'passed',
    impaired: 'failed',
    initializing: 'initializing',
    'insufficient-data': 'insufficient-data',
  };
  return status === 'not-applicable' ? undefined : byStatus[status];
}

function statusXml(instance: Instance): XmlObject {
  const summary = (status: CheckStatus, failedAt?: number): XmlObject => {
    const reached = reachability(status);
    const since = status === 'impaired' ? failedAt : undefined;
    const impairedSince = since === undefined ? undefined : new Date(since).toISOString();
    return { status, details: reached === undefined ? [] : [{ name: 'reachability', status: reached, impairedSince }] };
  };
  return {
    instanceId: instance.id,
    availabilityZone: instance.zone,
    instanceState: stateXml(instance.state),
    instanceStatus: summary(instanceCheck(instance), instance.impairedSince),
    systemStatus: summary(systemCheck(instance)),
    attachedEbsStatus: summary(volumeCheck(instance), instance.volumesImpairedSince),
    eventsSet: instance.scheduledEvents.map(({ id, code, description, notBefore }) => ({
      instanceEventId: id,
      code,
      description,
      notBefore: new Date(notBefore).toISOString(),
    })),
  };
}
