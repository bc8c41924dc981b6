/**
 * What S3 answers where a bucket has no such thing (S3 API reference, "Error responses"; of replication it is an error of its own name). None
 * is a state like any other.
 */
const none =
  /^(?:NoSuchBucketPolicy|NoSuchPublicAccessBlockConfiguration|NoSuchTagSet|NoSuchLifecycleConfiguration|ReplicationConfigurationNotFoundError|NoSuchWebsiteConfiguration|OwnershipControlsNotFoundError|ServerSideEncryptionConfigurationNotFoundError|NoSuchAccessPoint|NoSuchAccessPointPolicy)$/;

/** Null where there is none; anything else is thrown. */
export const orNone = (error: unknown): null => {
  if (error instanceof Error && none.test(error.name)) return null;
  throw error;
};
