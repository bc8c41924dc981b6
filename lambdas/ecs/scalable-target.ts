import type { EcsTask } from './ecs-task/target.ts';

/** How Application Auto Scaling names a service (Application Auto Scaling API reference, ScalableTarget). */
export const scalableTarget = ({ cluster, service }: Pick<EcsTask, 'cluster' | 'service'>) => ({
  ServiceNamespace: 'ecs' as const,
  ResourceIds: [`service/${cluster}/${service}`],
  ScalableDimension: 'ecs:service:DesiredCount' as const,
});
