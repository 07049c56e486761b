/** How a newcomer records the first run: a few ways, each in steps that can be copied as they are. */
import { quoted } from './shell';

export type WayId = 'none' | 'python' | 'otel';

export interface Snippet {
  readonly title: string;
  readonly code: string;
  readonly note: string;
}

export interface Way {
  readonly id: WayId;
  readonly label: string;
  readonly steps: readonly Snippet[];
}

/** It runs as it is; the words in it stand for a person's own model and tool. */
const EXAMPLE = `from agent_inspector import trace

@trace.tool
def search(query):
    return "Paris"  # your tool

with trace.run("my-agent", user_id="me"):
    question = [{"role": "user", "content": "What is the capital of France?"}]
    with trace.llm_call("gpt-4o", question) as call:
        call.response = "I will look it up."  # your model
    answer = search("capital of France")
    trace.final(answer=answer)`;

/** One shell command, so that the first run takes no editor. */
const ONE_COMMAND = `python -c "
from agent_inspector import trace
with trace.run('my-first-run'):
    trace.llm(model='gpt-4o', prompt='What is the capital of France?',
              response='I will look it up.', prompt_tokens=14, completion_tokens=6)
    trace.tool(tool_name='search', tool_args={'query': 'capital of France'},
               tool_result='Paris')
    trace.final(answer='The capital of France is Paris.')
"`;

/** `receiver`: where spans are received; `store`: which programs have to be told, as they would record elsewhere. */
export function waysOf(receiver: string, store: string | null): readonly Way[] {
  const there = store === null ? '' : `TRACE_DB_PATH=${quoted(store)} `;
  return [
    {
      id: 'python',
      label: 'A few lines of Python',
      steps: [
        {
          title: 'See a first run now',
          code: there + ONE_COMMAND,
          note: 'Paste it into the shell in which you ran pip install agent-inspector-otel.',
        },
        {
          title: 'Then mark the steps of your own agent',
          code: EXAMPLE,
          note: `Saved as app.py it runs as it is: ${there}python app.py. Calls in a with block are timed, and their errors recorded.`,
        },
      ],
    },
    {
      id: 'none',
      label: 'No code change',
      steps: [
        {
          title: 'Add what records OpenAI, Anthropic, LangChain and the OpenAI Agents SDK',
          code: "pip install 'agent-inspector-otel[instrumentations]'",
          note: 'In the environment of your agent. Any other OpenTelemetry instrumentation that is installed there records, too.',
        },
        {
          title: 'Start your agent through Agent Inspector',
          code: `${there}agent-inspector run -- python my_agent.py`,
          note: 'Put it before the command that you start your agent with now.',
        },
      ],
    },
    {
      id: 'otel',
      label: 'OpenTelemetry app',
      steps: [
        {
          title: 'Send your spans here',
          code: `export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf\nexport OTEL_EXPORTER_OTLP_ENDPOINT=http://${receiver}`,
          note: 'Any language and any SDK. Set it before your program starts.',
        },
      ],
    },
  ];
}
