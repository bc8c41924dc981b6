import type { TimelineEvent } from '../event.ts';
import { asks, byOthers, byPeople, isOpen, makes, reads, specSays, userOf } from './cluster.ts';
import { aws, mitre, sigma, stratus, type Test, table } from './rule.ts';
import { both, failed, not, says, succeeded } from './when.ts';

const audit = (file: string): string => sigma(`kubernetes_audit_${file}`, 'application/kubernetes/audit');
const kubernetes = (name: string): string => stratus(name, 'kubernetes', 'k8s');

const isAnonymous: Test = (event) => userOf(event) === 'system:anonymous';
const workloads = ['pods', 'deployments', 'daemonsets', 'statefulsets', 'replicasets', 'jobs', 'cronjobs'];

const on = 'eks-audit';

/** What the API server of a cluster was asked. */
export const kubernetesRules = table(
  [
    'anonymous',
    'T1078.001',
    on,
    'Somebody without a name was let in, past what every health check may read',
    aws('guardduty/latest/ug/guardduty-finding-types-eks-audit-logs.html'),
    both(isAnonymous, succeeded, not(isOpen)),
  ],
  [
    'entered',
    'T1609',
    on,
    'A command was run in a container',
    audit('exec_into_container'),
    asks(['create', 'get'], 'pods/exec', 'pods/attach'),
  ],
  [
    'container-added',
    'T1609',
    on,
    'A container was put into a pod that runs',
    mitre('T1609'),
    asks(makes, 'pods/ephemeralcontainers'),
  ],
  [
    'forwarded',
    'T1572',
    on,
    'A way from outside to a port of a pod was opened',
    mitre('T1572'),
    asks(['create', 'get'], 'pods/portforward'),
  ],
  [
    'secrets-listed',
    'T1552.007',
    on,
    'Secrets were listed',
    kubernetes('credential-access.dump-secrets'),
    both(asks(['list'], 'secrets'), byOthers),
  ],
  [
    'secret-read',
    'T1552.007',
    on,
    'A secret was read',
    audit('secrets_enumeration'),
    both(asks(['get'], 'secrets'), byPeople),
  ],
  [
    'token-made',
    'T1552.007',
    on,
    'A token of a service account was made',
    kubernetes('persistence.create-token'),
    both(asks(['create'], 'serviceaccounts/token'), byPeople),
  ],
  [
    'certificate-made',
    'T1098.001',
    on,
    'A certificate for log-ins was asked for, or approved',
    kubernetes('persistence.create-client-certificate'),
    both(asks(makes, 'certificatesigningrequests', 'certificatesigningrequests/approval'), byPeople),
  ],
  [
    'bound-to-administrator',
    'T1098.006',
    on,
    'Somebody was bound to cluster-admin',
    kubernetes('persistence.create-admin-clusterrole'),
    both(asks(makes, 'clusterrolebindings', 'rolebindings'), says('requestObject.roleRef.name', /^cluster-admin$/)),
  ],
  [
    'role-for-all',
    'T1098.006',
    on,
    'A role was written that allows everything on everything',
    kubernetes('persistence.create-admin-clusterrole'),
    both(
      asks(makes, 'clusterroles', 'roles'),
      says('requestObject.rules', /"resources":\[[^\]]*"\*"/),
      says('requestObject.rules', /"verbs":\[[^\]]*"\*"/),
    ),
  ],
  [
    'access-map',
    'T1098.006',
    on,
    'Who of AWS may enter the cluster was changed',
    stratus('persistence.backdoor-aws-auth-configmap', 'EKS', 'eks'),
    both(asks(makes, 'configmaps'), says('objectRef.name', /^aws-auth$/)),
  ],
  [
    'privileged',
    'T1611',
    on,
    'A workload was made that may do on its node what it likes',
    kubernetes('privilege-escalation.privileged-pod'),
    both(
      asks(makes, ...workloads),
      specSays(/"privileged":true|"hostPID":true|"hostNetwork":true|"hostIPC":true/),
      byPeople,
    ),
  ],
  [
    'host-path',
    'T1611',
    on,
    'A workload was made that sees its node’s disk',
    kubernetes('privilege-escalation.hostpath-volume'),
    both(asks(makes, ...workloads), specSays(/"hostPath":/), byPeople),
  ],
  [
    'node-proxied',
    'T1609',
    on,
    'The node’s own API was called through the cluster, past its audit',
    kubernetes('privilege-escalation.nodes-proxy'),
    both(asks(['create', ...reads], 'nodes/proxy'), byPeople),
  ],
  [
    'schedule',
    'T1053.007',
    on,
    'Something was made that runs again and again',
    audit('cronjob_modification'),
    both(asks(makes, 'cronjobs'), byPeople),
  ],
  [
    'admission',
    'T1546',
    on,
    'What is done to every new workload was changed',
    audit('change_admission_controller'),
    both(asks(makes, 'mutatingwebhookconfigurations', 'validatingwebhookconfigurations'), byPeople),
  ],
  [
    'what-may-i',
    'T1613',
    on,
    'Somebody asked what they may do',
    audit('rbac_permisions_listing'),
    both(asks(['create'], 'selfsubjectrulesreviews', 'selfsubjectaccessreviews'), byPeople),
  ],
  [
    'refused-in-cluster',
    'T1613',
    on,
    'One user was refused ten times within a minute',
    audit('unauthorized_unauthenticated_actions'),
    failed,
    {
      of: 10,
      within: 60,
      by: 'actor',
      different: (event: TimelineEvent) => `${event.action} ${event.resources.join()}`,
    },
  ],
);
