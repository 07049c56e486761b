/** Every request to the server but the live stream; errors come out as one sentence for a person. */
import type { RunQuery } from '../model/query';
import type {
  Comparison,
  Conversation,
  Outline,
  Run,
  RunFacets,
  RunFindings,
  RunPage,
  RunReading,
  SearchPage,
  ServerInfo,
  SessionPage,
  Statistics,
  Stats,
  StepContext,
  StepCost,
  StepDetail,
  StepProvenance,
} from './types';

/** Kept for this tab only. */
const KEY_NAME = 'agent-inspector-api-key';

export class ApiError extends Error {
  /** 0 when the server could not be reached. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }

  get needsKey(): boolean {
    return this.status === 401 || this.status === 403;
  }

  get isUnreachable(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 504;
  }
}

/** Runs whose names the server has no key for are listed too, without these. */
export function listRuns(query: RunQuery, limit: number, cursor: string | null, signal?: AbortSignal) {
  return get<RunPage>(
    '/v1/runs',
    { setup: false, sealed: true, ...query, limit, cursor, activity: true },
    signal,
  );
}

/** One run alone comes in the words of the reading; lists and the live stream say `failed`. */
export async function getRun(runId: string, signal?: AbortSignal): Promise<Run> {
  const run = await get<RunReading>(`/v1/runs/${encodeURIComponent(runId)}`, {}, signal);
  return { ...run, status: run.status === 'error' ? 'failed' : run.status };
}

/** The most steps that the server puts into one answer. */
export const MOST_STEPS = 100_000;

export function getOutline(runId: string, limit: number, signal?: AbortSignal) {
  return get<Outline>(`/v1/runs/${encodeURIComponent(runId)}/timeline`, { limit }, signal);
}

export function getFindings(runId: string, signal?: AbortSignal) {
  return get<RunFindings>(`/v1/runs/${encodeURIComponent(runId)}/findings`, {}, signal);
}

export function getConversation(runId: string, limit: number, offset: number, signal?: AbortSignal) {
  return get<Conversation>(`/v1/runs/${encodeURIComponent(runId)}/conversation`, { limit, offset }, signal);
}

export function getStep(runId: string, stepId: string, signal?: AbortSignal) {
  const path = `/v1/runs/${encodeURIComponent(runId)}/steps/${encodeURIComponent(stepId)}`;
  return get<StepDetail>(path, {}, signal);
}

/** Only of a model call. */
export function getContext(runId: string, stepId: string, signal?: AbortSignal) {
  const path = `/v1/runs/${encodeURIComponent(runId)}/context/${encodeURIComponent(stepId)}`;
  return get<StepContext>(path, {}, signal);
}

/** Only of a model call. */
export function getCost(runId: string, stepId: string, signal?: AbortSignal) {
  const path = `/v1/runs/${encodeURIComponent(runId)}/cost/${encodeURIComponent(stepId)}`;
  return get<StepCost>(path, {}, signal);
}

export function getProvenance(runId: string, stepId: string, signal?: AbortSignal) {
  const path = `/v1/runs/${encodeURIComponent(runId)}/provenance/${encodeURIComponent(stepId)}`;
  return get<StepProvenance>(path, {}, signal);
}

export function getStats(signal?: AbortSignal) {
  return get<Stats>('/v1/stats', {}, signal);
}

export function getFacets(query: RunQuery, signal?: AbortSignal) {
  return get<RunFacets>('/v1/runs/facets', { setup: false, ...query }, signal);
}

export function getStatistics(started_after: number, started_before: number, periods: number) {
  return get<Statistics>('/v1/stats/usage', { started_after, started_before, periods });
}

export function listSessions(limit: number, cursor: string | null) {
  return get<SessionPage>('/v1/sessions', { limit, cursor });
}

/** Steps whose contents hold words; where no index covers them, some seconds of reading at a time. */
export function searchSteps(q: string, cursor: string | null, signal?: AbortSignal) {
  return get<SearchPage>('/v1/search', { q, limit: 200, cursor }, signal);
}

/** The whole run, as a file. */
export async function exportRun(runId: string): Promise<Blob> {
  return (await request(`/v1/runs/${encodeURIComponent(runId)}/export`, 'application/json')).blob();
}

export function getInfo() {
  return get<ServerInfo>('/v1/info', {});
}

export function getComparison(a: string, b: string | null) {
  return get<Comparison>(`/v1/runs/${encodeURIComponent(a)}/compare`, { with: b });
}

export function setApiKey(key: string): void {
  sessionStorage.setItem(KEY_NAME, key);
}

/** Fetch anything below the server's address, with the API key if there is one. Raises ApiError. */
export async function request(address: string, accept: string, signal?: AbortSignal): Promise<Response> {
  const key = sessionStorage.getItem(KEY_NAME);
  const headers: Record<string, string> = key ? { Accept: accept, 'X-API-Key': key } : { Accept: accept };
  let response: Response;
  try {
    response = await fetch(address, { headers, signal: signal ?? null, cache: 'no-store' });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, 'Agent Inspector does not answer.');
  }
  if (!response.ok) throw new ApiError(response.status, await sentenceOf(response));
  return response;
}

export function isAborted(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError(0, error instanceof Error ? error.message : String(error));
}

type Parameters = Readonly<Record<string, string | number | boolean | null | undefined>>;

async function get<Body>(path: string, parameters: Parameters, signal?: AbortSignal): Promise<Body> {
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [[name, String(value)]],
  );
  const query = new URLSearchParams(given).toString();
  const response = await request(query ? `${path}?${query}` : path, 'application/json', signal);
  return (await response.json()) as Body;
}

async function sentenceOf(response: Response): Promise<string> {
  try {
    const body = (await response.json()) as { detail?: unknown };
    if (typeof body.detail === 'string') return body.detail;
  } catch {
    // Not ours: a proxy's page, or nothing at all.
  }
  return `The server answered with status ${response.status}.`;
}
