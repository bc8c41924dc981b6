import { serveStep } from '../../runtime/serve-step.ts';
import { principalChanges } from '../principal-changes.ts';
import { listPrincipalChanges } from './step.ts';

export const handler = serveStep(listPrincipalChanges, principalChanges);
