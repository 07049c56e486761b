/** Which parts a step's panel has, by its kind and by what was recorded. */
import type { StepDetail } from '../api/types';
import { conversationOf, isEmpty } from './messages';

export type TabId = 'details' | 'messages' | 'tools' | 'parameters' | 'cost' | 'raw';

export interface Tab {
  readonly id: TabId;
  readonly label: string;
  readonly count?: number;
}

export function tabsOf(detail: StepDetail): Tab[] {
  const { content, step } = detail;
  const conversation = conversationOf(content);
  const messages = conversation.input.length + conversation.output.length;
  const llm = step.kind === 'llm';
  const tabs: (Tab | false)[] = [
    !llm && { id: 'details', label: 'Details' },
    (llm || !isEmpty(conversation)) && { id: 'messages', label: 'Messages', count: messages },
    (llm || !!content.tool_definitions) && {
      id: 'tools',
      label: 'Tools',
      count: content.tool_definitions?.length ?? 0,
    },
    (llm || Object.keys(content.parameters ?? {}).length > 0) && { id: 'parameters', label: 'Parameters' },
    llm && { id: 'cost', label: 'Cost' },
    { id: 'raw', label: 'Raw' },
  ];
  return tabs.filter((tab): tab is Tab => tab !== false);
}

/** The wanted tab if the step has it, its first one otherwise. */
export function chosenTab(tabs: readonly Tab[], wanted: string | null | undefined): TabId {
  return tabs.find((tab) => tab.id === wanted)?.id ?? tabs[0]?.id ?? 'raw';
}
