// Shortcuts, words, and the way back to the tour.

import { Fragment } from 'preact';
import { notOffered } from '../model/store';
import { Dialog } from './Dialog';
import { close, tourStep } from './dialogs';
import { SHORTCUTS } from './shortcuts';

const WORDS: readonly (readonly [string, string])[] = [
  ['Burst', 'one step of the simulation'],
  ['Cortical area', 'a box of voxels whose neurons share their parameters'],
  ['Voxel', 'one cell of that box; it holds one or more neurons'],
  ['Mapping', 'the rules that connect one area to another'],
  ['Morphology', 'a connection rule: which voxels reach which'],
  ['Membrane potential', 'the charge of a neuron; at its threshold it fires'],
  ['Genome', 'the file from which the brain is developed'],
  ['Agent', 'a program that senses for the brain, acts for it, or watches it'],
];

export function HelpDialog() {
  return (
    <Dialog
      title="Help"
      testid="help-dialog"
      onClose={close}
      foot={
        <button
          type="button"
          class="button primary"
          data-testid="replay-tour"
          onClick={() => {
            close();
            tourStep.value = 0;
          }}
        >
          Show the tour
        </button>
      }
    >
      <section class="part">
        <h3>Keys</h3>
        {SHORTCUTS.map(({ where, keys }) => (
          <Fragment key={where}>
            <h4>{where}</h4>
            <dl class="keys">
              {keys.map((one) => (
                <div key={one.does}>
                  <dt>
                    {one.keys.map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dt>
                  <dd>{one.does}</dd>
                </div>
              ))}
            </dl>
          </Fragment>
        ))}
      </section>
      <section class="part">
        <h3>The view</h3>
        <p>Drag turns, the wheel or two fingers come closer, the right button moves. A click selects an area, a second one later or one on a light a voxel of it; a double click moves closer to the area. The colour of a light tells the potential with which the neuron fired; the scale stands in the corner of the view.</p>
      </section>
      <section class="part">
        <h3>Words</h3>
        <dl class="words">
          {WORDS.map(([word, meaning]) => (
            <div key={word}>
              <dt>{word}</dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
      </section>
      {notOffered.value.size > 0 && (
        <section class="part">
          <h3>Not offered by this server</h3>
          {[...notOffered.value].map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </section>
      )}
    </Dialog>
  );
}
