// Short facts side by side: a term and its value.

import type { ComponentChildren } from 'preact';

export type Fact = readonly [term: string, value: ComponentChildren, testid?: string];

export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl class="facts">
      {facts.map(([term, value, testid]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd class="numbers" data-testid={testid}>
            {value}
          </dd>
        </div>
      ))}
    </dl>
  );
}
