import type { Check } from './check.ts';
import { administration } from './checks/administrators.ts';
import { admission } from './checks/admission.ts';
import { approvers } from './checks/approvers.ts';
import { assumed } from './checks/assumed.ts';
import { clusters } from './checks/clusters.ts';
import { detection } from './checks/detection.ts';
import { events } from './checks/events.ts';
import { forwarders } from './checks/forwarders.ts';
import { functions } from './checks/functions.ts';
import { groups } from './checks/groups.ts';
import { keys } from './checks/keys.ts';
import { logs } from './checks/logs.ts';
import { roles } from './checks/roles.ts';
import { runs } from './checks/runs.ts';
import { settings } from './checks/settings.ts';
import { slack } from './checks/slack.ts';
import { stack } from './checks/stack.ts';
import { table } from './checks/table.ts';
import { topic } from './checks/topic.ts';
import { vault } from './checks/vault.ts';
import { watch } from './checks/watch.ts';

/** All of them, in the order people read the answers: first whether anybody can be reached. */
export const checks: readonly Check[] = [
  topic,
  slack,
  approvers,
  stack,
  events,
  functions,
  runs,
  table,
  settings,
  vault,
  keys,
  watch,
]
  .concat([administration, admission, assumed, roles, forwarders, detection, logs, groups, clusters])
  .flat();
