/** The server's values by the names that the UI uses; the shapes come from the OpenAPI document alone. */
import type { components, paths } from './types.gen';

type Schemas = components['schemas'];
type Answer<P extends keyof paths> = paths[P] extends {
  get: { responses: { 200: { content: { 'application/json': infer Body } } } };
}
  ? Body
  : never;

export type Run = Schemas['Run'];
/** One run alone: a failed one has the status `error`. */
export type RunReading = Schemas['RunReading'];
export type Step = Schemas['Step'];
export type StepDetail = Schemas['StepDetail'];
export type StepError = Schemas['StepError'];
export type Content = Schemas['Content'];
export type Tokens = Schemas['Tokens'];
export type RunFindings = Schemas['RunFindings'];
export type Finding = Schemas['Finding'];
export type Evidence = Schemas['Evidence'];
export type Turn = Schemas['Turn'];
export type Conversation = Schemas['Conversation'];
export type Removal = Schemas['Removal'];
export type RunFacets = Schemas['RunFacets'];
export type Session = Schemas['Session'];
export type Statistics = Schemas['Statistics'];
export type PeriodUse = Schemas['PeriodUse'];
export type NamedUse = Schemas['NamedUse'];
export type ServerInfo = Schemas['ServerInfo'];
export type Comparison = Schemas['Comparison'];
export type ComparedStep = Schemas['ComparedStep'];
export type Difference = Schemas['Difference'];
export type MessageChange = Schemas['MessageChange'];
export type StepCost = Schemas['StepCost'];
export type CostPart = Schemas['CostPart'];
export type StepContext = Schemas['StepContext'];
export type ContextShare = Schemas['ContextShare'];
export type StepProvenance = Schemas['StepProvenance'];
export type TracedValue = Schemas['TracedValue'];
export type ValueSource = Schemas['ValueSource'];
export type Stats = Schemas['Stats'];
export type Status = Run['status'];
export type StepKind = Step['kind'];

export type RunPage = Answer<'/v1/runs'>;
export type Outline = Answer<'/v1/runs/{run_id}/timeline'>;
export type SearchPage = Answer<'/v1/search'>;
export type SessionPage = Answer<'/v1/sessions'>;
