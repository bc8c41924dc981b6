/** Every kind of target of which more is known than an address, one line each. */
export { image } from '../ec2/image/target.ts';
export { instance } from '../ec2/instance/target.ts';
export { snapshot } from '../ec2/snapshot/target.ts';
export { ecsTask } from '../ecs/ecs-task/target.ts';
export { eksCluster } from '../eks/eks-cluster/target.ts';
export { eksWorkload } from '../eks/eks-workload/target.ts';
export { roleSession } from '../iam/role-session/target.ts';
export { user } from '../iam/user/target.ts';
export { person } from '../identity-center/person/target.ts';
export { key } from '../kms/key/target.ts';
export { lambdaFunction } from '../lambda/lambda-function/target.ts';
export { log } from '../logs/log/target.ts';
export { root } from '../organization/root/target.ts';
export { dbCluster } from '../rds/db-cluster/target.ts';
export { dbInstance } from '../rds/db-instance/target.ts';
export { bucket } from '../s3/bucket/target.ts';
export { object } from '../s3/object/target.ts';
