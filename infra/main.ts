/** What `cdk` runs (cdk.json): the app, with what V8 compiled of CDK's library kept from one synthesis to the next. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./app.ts');
