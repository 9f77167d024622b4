// Agents and what they send and get: a table, and how much it was over the last minutes.

import { useEffect, useRef, useState } from 'preact/hooks';
import type uPlot from 'uplot';
import { asApiError } from '../api/client';
import * as genome from '../api/genome';
import { AgentRates, streamKey } from '../model/agents';
import { csv } from '../model/csv';
import { bytesPerSecond, count, number, plural } from '../model/format';
import type { StreamRate } from '../model/rates';
import { nameFor, savePicture, saveText } from '../model/save';
import { LinePlot, type Line } from './LinePlot';
import { PlotHead } from './Plots';

const POLL_MS = 1000;
const COLORS = ['--accent', '--output', '--input', '--memory', '--core', '--good'];
const rates = new AgentRates();

function useAgents(): { error: string | null } {
  const [state, setState] = useState<{ error: string | null; turn: number }>({ error: null, turn: 0 });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let gone = false;
    const turn = async () => {
      if (!document.hidden) {
        try {
          rates.take(performance.now(), Date.now(), await genome.agents());
          if (!gone) setState(({ turn }) => ({ error: null, turn: turn + 1 }));
        } catch (error) {
          const told = asApiError(error);
          if (!gone) setState(({ turn }) => ({ error: told.message, turn }));
          if (told.missing) return;
        }
      }
      if (!gone) timer = setTimeout(turn, POLL_MS);
    };
    void turn();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, []);
  return state;
}

export function AgentsPlot() {
  const { error } = useAgents();
  const canvas = useRef<HTMLCanvasElement | null>(null);
  const shown = rates.lines.slice(0, COLORS.length);
  const keys = shown.map(({ key }) => key);
  const lines: Line[] = shown.map(({ label }, index) => ({ label, color: COLORS[index]! }));
  return (
    <>
      <PlotHead
        name="agents"
        onCsv={() => saveText(agentsCsv(), 'text/csv', nameFor('agents', 'csv'))}
        onPng={() => canvas.current && savePicture(canvas.current, 'Frames a second', nameFor('agents', 'png'), lines)}
      >
        {error ? <span class="note-inline">{error}</span> : <span class="muted">{plural(rates.agents, 'agent or viewer', 'agents and viewers')}</span>}
      </PlotHead>
      <div class="agents">
        <div class="table-box scroll" tabIndex={0} role="region" aria-label="Agents">
          <AgentTable rates={rates.now} keys={keys} />
        </div>
        <div class="agents-plot">{lines.length > 0 && <LinePlot lines={lines} label="Frames a second of each stream" xLabel="ago" unit="/s" xFormat={(x) => `${number(Math.round(x), 4)} s`} version={ratesVersion} points={() => rates.history(keys) as uPlot.AlignedData} change={keys.join('\n')} canvas={canvas} />}</div>
      </div>
    </>
  );
}

const ratesVersion = () => rates.version;

function AgentTable({ rates: now, keys }: { rates: readonly StreamRate[]; keys: readonly string[] }) {
  return (
    <table class="table numbers" aria-label="Agents" data-testid="agents-table">
      <thead>
        <tr>
          <th scope="col">Agent</th>
          <th scope="col">Stream</th>
          <th scope="col">Frames/s</th>
          <th scope="col">Data</th>
          <th scope="col">Skipped</th>
          <th scope="col">Refused</th>
          <th scope="col">Peers</th>
        </tr>
      </thead>
      <tbody>
        {now.map((one) => (
          <tr key={streamKey(one)}>
            <th scope="row" title={`${one.agent}, ${one.protocol}`}>
              <i class="swatch" style={{ background: `var(${COLORS[keys.indexOf(streamKey(one))] ?? '--line'})` }} aria-hidden="true" />
              {one.name}
            </th>
            <td>{one.stream}</td>
            <td>{number(one.framesPerSecond, 3)}</td>
            <td>{bytesPerSecond(one.bytesPerSecond)}</td>
            <td>{count(one.dropped)}</td>
            <td>{count(one.refused)}</td>
            <td>{one.peers}</td>
          </tr>
        ))}
        {now.length === 0 && (
          <tr>
            <td colSpan={7} class="muted">
              No agent is attached. Start one with <code>feagi demo</code> in a second terminal.
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function agentsCsv(): string {
  return csv(
    ['time', 'agent', 'name', 'protocol', 'stream', 'url', 'frames_per_second', 'bytes_per_second', 'frames_dropped', 'frames_refused', 'peers'],
    rates.rows(),
  );
}
