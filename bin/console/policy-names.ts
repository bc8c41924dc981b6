/** The policies there are, each with what it is for. */
export const policyNames = {
  scp: 'keeps others in member accounts off Tourniquet: a service control policy',
  rcp: 'keeps everybody else off vault, keys and roles: a resource control policy',
  delegation: 'lets organizationAdmin deny identities: the resource policy of the organisation',
  responder: 'lets people answer: a managed policy',
  auditor: 'lets people read and verify: a managed policy',
  operator: 'lets people run the deployment: a managed policy',
} as const;
export type PolicyName = keyof typeof policyNames;

export const isPolicyName = (word: string): word is PolicyName => Object.hasOwn(policyNames, word);
