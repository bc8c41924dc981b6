import { credentials } from './credentials.ts';
import { destruction } from './destruction.ts';
import { execution } from './execution.ts';
import { exfiltration } from './exfiltration.ts';
import { impairment } from './impairment.ts';
import { kubernetesRules } from './kubernetes.ts';
import { database, hosts, storage } from './lines.ts';
import { network } from './network.ts';
import type { Rule } from './rule.ts';
import { discovery, secrets } from './secrets.ts';
import { sessions } from './sessions.ts';

/** Every rule that labels, in the order in which labels of one event are listed. */
export const rules: readonly Rule[] = [
  sessions,
  credentials,
  secrets,
  discovery,
  execution,
  exfiltration,
  destruction,
  impairment,
  network,
  storage,
  database,
  hosts,
  kubernetesRules,
].flat();
