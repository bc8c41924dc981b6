import type { Grant } from '@aws-sdk/client-s3';

/** Whoever has an AWS account, or nobody in particular (S3 user guide, "Access control list (ACL) overview", predefined groups). */
const everybody = /\/groups\/global\/(?:AllUsers|AuthenticatedUsers)$/;

/** Whether an ACL gives it to everybody. */
export const isForEverybody = ({ Grantee }: Grant): boolean => everybody.test(Grantee?.URI ?? '');
