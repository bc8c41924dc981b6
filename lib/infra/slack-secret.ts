import { RemovalPolicy } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { Grant } from './grant.ts';
import { suppress } from './suppressions.ts';

/**
 * The bot token and the signing secret, to be put in by hand after the first deployment. Until then the signing secret is random,
 * so that nobody can sign a decision with a placeholder everybody knows.
 */
export function slackSecret(scope: Construct, name: string): Secret {
  const secret = new Secret(scope, 'SlackSecret', {
    secretName: `${name}/slack`,
    description: 'botToken and signingSecret of the Slack app',
    generateSecretString: {
      secretStringTemplate: JSON.stringify({ botToken: 'replace-me' }),
      generateStringKey: 'signingSecret',
      excludePunctuation: true,
    },
    removalPolicy: RemovalPolicy.DESTROY,
  });
  suppress(secret, 'SMG4', 'Slack offers no API to rotate a signing secret; a person renews both on the app page');
  return secret;
}

/** Without Slack the right means nothing, and the code takes the topic. */
export const readingOf = (secret: Secret | undefined): Grant =>
  secret
    ? {
        statements: [{ actions: ['secretsmanager:GetSecretValue'], resources: [secret.secretArn] }],
        environment: { TOURNIQUET_SLACK_SECRET: secret.secretArn },
      }
    : { statements: [], environment: {} };
