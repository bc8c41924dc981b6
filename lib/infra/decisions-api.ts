import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Config } from '../domain/config.ts';
import type { Functions } from './functions.ts';
import { accessLog } from './logs.ts';
import { named } from './names.ts';
import { suppress } from './suppressions.ts';

/** A second; responders are few, and whoever guesses signatures should be slow. */
const throttle = { rateLimit: 10, burstLimit: 20 };

/** Who knocked, from where, and what came of it; never what was said. */
const format = AccessLogFormat.custom(
  JSON.stringify({
    at: '$context.requestTime',
    request: '$context.requestId',
    from: '$context.identity.sourceIp',
    as: '$context.identity.userArn',
    route: '$context.routeKey',
    status: '$context.status',
    error: '$context.error.message',
    failure: '$context.integrationErrorMessage',
  }),
);

/** The way in for decisions: signed by Slack, or by IAM for the command line. */
export class DecisionsApi extends Construct {
  readonly decisions: string;
  readonly seal: string;
  readonly clocks: string;
  readonly settings: string;
  readonly retention: string;
  readonly slack: string;
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, config: Config, functions: Functions) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', { apiName: named(config.name, 'decisions'), createDefaultStage: false });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle,
      accessLogSettings: { destination: new LogGroupLogDestination(accessLog(this, config)), format },
    });
    this.decisions = `${this.api.apiEndpoint}/decisions`;
    this.seal = `${this.api.apiEndpoint}/seal`;
    this.clocks = `${this.api.apiEndpoint}/clocks`;
    this.settings = `${this.api.apiEndpoint}/settings`;
    this.retention = `${this.api.apiEndpoint}/retention`;
    this.slack = `${this.api.apiEndpoint}/slack/interactions`;
    this.openForApprovers('/decisions', 'Decide', functions.of('decide-approval'));
    this.openForApprovers('/seal', 'Seal', functions.of('seal-record'));
    this.openForApprovers('/clocks', 'Clocks', functions.of('keep-clocks'));
    this.openForApprovers('/settings', 'Settings', functions.of('keep-settings'));
    this.openForApprovers('/retention', 'Retention', functions.of('keep-retention'));
    if (config.slack) this.openForSlack(functions);
  }

  private openForApprovers(path: string, name: string, answering: LambdaFunction): void {
    const integration = new HttpLambdaIntegration(name, answering);
    this.api.addRoutes({ path, methods: [HttpMethod.POST], integration, authorizer: new HttpIamAuthorizer() });
  }

  private openForSlack(functions: Functions): void {
    const routes = this.api.addRoutes({
      path: '/slack/interactions',
      methods: [HttpMethod.POST],
      integration: new HttpLambdaIntegration('Slack', functions.of('slack-interactions')),
    });
    for (const route of routes)
      suppress(route, 'APIG4', "Slack cannot sign for AWS; the function checks Slack's own signature and its age");
  }
}
