import * as z from 'zod';
import { RoleSession } from '../iam/role-session/target.ts';
import { User } from '../iam/user/target.ts';

/** Who sends mail: what is paused is the account's, since SES has no such switch for a single sender. */
export const Sender = z.discriminatedUnion('kind', [User, RoleSession]);
export type Sender = z.infer<typeof Sender>;
